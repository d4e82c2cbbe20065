namespace Composable.Connectors.Sdk;

/// <summary>
/// Keeps documents and finds them. Readers see an index by its name; behind the name stands one generation, and a rebuild fills another one
/// and then switches, so that no reader ever meets a half-filled index.
/// </summary>
/// <remarks>
/// Throws <see cref="VendorException"/>: Misconfigured when there is no such generation, or none that readers could see; Rejected for a field that is not
/// declared for such a use, a cursor that this query was not answered with, a page longer than the limit, a batch longer than the limit (nothing is written).
/// Names of indexes and generations, ids and values are any text and never syntax; values are compared exactly, words without case and accents.
/// </remarks>
public interface ISearch : IPort
{
    /// <summary>What the types cannot say about this engine; checked before a call.</summary>
    SearchLimits Limits { get; }

    /// <summary>The generation readers of the index see; null when there is none yet.</summary>
    Task<string?> CurrentAsync(string index, CancellationToken cancellationToken);

    /// <summary>Makes an empty generation with these fields. Succeeds when it is there already.</summary>
    Task PrepareAsync(string index, string generation, IReadOnlyList<SearchField> fields, CancellationToken cancellationToken);

    /// <summary>Upserts and deletes whole documents, in the order given; what was answered is found by the next query. The answer has one entry per write that was refused.</summary>
    Task<IReadOnlyList<RefusedWrite>> WriteAsync(string index, string generation, IReadOnlyList<SearchWrite> writes, CancellationToken cancellationToken);

    /// <summary>Lets readers see this generation, in one step, and drops the others.</summary>
    Task SwitchAsync(string index, string generation, CancellationToken cancellationToken);

    /// <summary>The versions of these documents in the generation readers see; those it does not have are left out, all of them when there is no generation. For the drift check.</summary>
    Task<IReadOnlyDictionary<string, long>> VersionsAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>One page. A document has all the words, the last of them perhaps only begun, each perhaps misspelled by a letter when it is long. What has no value to sort by comes last.</summary>
    Task<SearchPage> QueryAsync(SearchQuery query, CancellationToken cancellationToken);

    /// <summary>Ways to go on with what was typed so far, the likeliest first.</summary>
    Task<IReadOnlyList<string>> SuggestAsync(string index, string typed, int limit, CancellationToken cancellationToken);

    /// <summary>Tells the engine what shoppers did, where it learns from that.</summary>
    Task RecordAsync(string index, IReadOnlyList<ShopperAction> actions, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <param name="MaxBatch">Writes in one call.</param>
/// <param name="MaxDocumentBytes">Of one document as JSON.</param>
/// <param name="MaxPage">Hits in one answer.</param>
/// <param name="MaxDepth">Hits that can be reached by going from page to page.</param>
public sealed record SearchLimits(int MaxBatch, int MaxDocumentBytes, int MaxPage, int MaxDepth);

public enum SearchFieldKind
{
    /// <summary>Words, in any language.</summary>
    Text,

    /// <summary>Taken as a whole.</summary>
    Keyword,

    /// <summary>A whole number, such as minor units.</summary>
    Number,

    Flag,
}

/// <param name="Weight">How much a match here counts in relevance; 0 when the field is not searched by words.</param>
/// <param name="Many">Whether a document may have several values.</param>
/// <param name="Facet">Whether values are counted and filtered by.</param>
/// <param name="Sort">Whether hits can be ordered by it.</param>
public sealed record SearchField(string Name, SearchFieldKind Kind, int Weight = 0, bool Many = false, bool Facet = false, bool Sort = false, bool Optional = true);

/// <param name="Version">Ours; rises with every change of the document.</param>
/// <param name="Fields">By field name: <c>string</c>, <c>long</c>, <c>bool</c>, or a list of <c>string</c>.</param>
public sealed record SearchDocument(string Id, long Version, IReadOnlyDictionary<string, object> Fields);

public abstract record SearchWrite(string Id)
{
    public sealed record Upsert(SearchDocument Document) : SearchWrite(Document.Id);

    /// <summary>Succeeds when there is no such document.</summary>
    public sealed record Delete(string DocumentId) : SearchWrite(DocumentId);
}

/// <param name="Permanent">The document can never be taken; otherwise the same write may succeed later.</param>
/// <param name="Why">In our words, such as <c>too_large</c>.</param>
public sealed record RefusedWrite(string Id, bool Permanent, string Why);

/// <param name="Text">What the shopper typed; empty for everything.</param>
/// <param name="Filters">All of them must hold.</param>
/// <param name="Facets">Fields whose values are counted, among the documents that match text and filters.</param>
/// <param name="Sort">Null for the best match first.</param>
/// <param name="Cursor">From the answer before; null for the first page.</param>
public sealed record SearchQuery(string Index, string Text, IReadOnlyList<SearchFilter> Filters, IReadOnlyList<string> Facets, SearchSort? Sort, int Limit, string? Cursor)
{
    /// <summary>Most values of one facet that are counted.</summary>
    public int FacetValues { get; init; } = 50;
}

public abstract record SearchFilter(string Field)
{
    /// <summary>One of the values, or none of them.</summary>
    public sealed record OneOf(string Field, IReadOnlyList<string> Values, bool Not = false) : SearchFilter(Field);

    /// <summary>Both ends included; null is open.</summary>
    public sealed record Between(string Field, long? From, long? To) : SearchFilter(Field);

    public sealed record Flag(string Field, bool Value) : SearchFilter(Field);
}

public sealed record SearchSort(string Field, bool Descending);

/// <param name="NextCursor">Null on the last page. Opaque, and never holds what the caller did not know.</param>
public sealed record SearchPage(IReadOnlyList<SearchHit> Hits, long Total, IReadOnlyDictionary<string, IReadOnlyList<FacetCount>> Facets, string? NextCursor);

/// <param name="Score">Comparable within one answer only.</param>
/// <param name="Matched">The words of documents that matched, as far as the engine tells.</param>
public sealed record SearchHit(string Id, double Score, IReadOnlyList<string> Matched);

public sealed record FacetCount(string Value, long Count);

/// <param name="Action"><c>view</c>, <c>click</c>, <c>add</c> or <c>purchase</c>.</param>
/// <param name="Shopper">A pseudonym.</param>
public sealed record ShopperAction(string Action, string DocumentId, string Shopper, string? Query, DateTimeOffset At);
