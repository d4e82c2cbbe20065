namespace Connectors.Tests.Kit;

/// <summary>
/// What every search connector must do, whether its engine is a vendor's or the hub's own. Every test has an index of its own, and none of them waits:
/// what was answered to a write is found by the next query.
/// </summary>
public abstract partial class SearchContract
{
    private const string First = "g1";

    private readonly string _index = $"products-{Guid.NewGuid():N}";

    protected abstract ISearch Search { get; }

    private static IReadOnlyList<SearchField> Fields { get; } =
    [
        new("title", SearchFieldKind.Text, Weight: 5),
        new("tags", SearchFieldKind.Text, Weight: 3, Many: true),
        new("description", SearchFieldKind.Text, Weight: 1),
        new("sku", SearchFieldKind.Keyword, Weight: 5),
        new("brand", SearchFieldKind.Keyword, Facet: true),
        new("categories", SearchFieldKind.Keyword, Many: true, Facet: true),
        new("price", SearchFieldKind.Number, Facet: true, Sort: true),
        new("added", SearchFieldKind.Number, Sort: true),
        new("available", SearchFieldKind.Flag, Facet: true),
    ];

    /// <summary>Tempting to any query language.</summary>
    private static IReadOnlyList<string> Hostile { get; } =
    [
        "O'Neill & Sons", "`ticked`", "a`b", "`", "x && price:>0", "(round)", "[square]", "comma, inside", "\"quoted\"", "back\\slash", "back\\`tick", "*", "&&", "||", "a:=b", "!=b", "'; DROP TABLE--", "' OR 1=1",
        "100%", "ünïcödé", "unicode", "雪 snow", "🎉", "Red", "red", "Red Wine", "a  b", "a b", "title:red", "NEAR(a b)", "-minus", "tab\there", "$eq", "{\"a\":1}", "C", "C++", "C#", "0..9",
    ];

    protected static SearchDocument Document(string id, string title, params (string Name, object Value)[] fields) => Document(id, 1, title, fields);

    protected static SearchDocument Document(string id, long version, string title, params (string Name, object Value)[] fields) =>
        new(id, version, new Dictionary<string, object>(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))) { ["title"] = title });

    protected SearchQuery Query(string text = "", int limit = 50) => new(_index, text, [], [], null, limit, null);

    private static SearchWrite Put(SearchDocument document) => new SearchWrite.Upsert(document);

    private static SearchWrite Drop(string id) => new SearchWrite.Delete(id);

    private static async Task<VendorFailure> FailureOf(Func<Task> call) => (await Should.ThrowAsync<VendorException>(call)).Failure;

    private Task PrepareAsync(string generation) => Search.PrepareAsync(_index, generation, Fields, CancellationToken.None);

    private Task SwitchAsync(string generation) => Search.SwitchAsync(_index, generation, CancellationToken.None);

    private Task<IReadOnlyList<RefusedWrite>> WriteAsync(string generation, params SearchWrite[] writes) => Search.WriteAsync(_index, generation, writes, CancellationToken.None);

    /// <summary>An index that readers see, with these documents in it.</summary>
    private async Task IndexAsync(params SearchDocument[] documents)
    {
        await PrepareAsync(First);
        foreach (var batch in documents.Chunk(Search.Limits.MaxBatch)) (await WriteAsync(First, [.. batch.Select(Put)])).ShouldBeEmpty();
        await SwitchAsync(First);
    }

    private Task<SearchPage> FindAsync(SearchQuery query) => Search.QueryAsync(query, CancellationToken.None);

    private async Task<IReadOnlyList<string>> IdsAsync(SearchQuery query) => [.. (await FindAsync(query)).Hits.Select(hit => hit.Id)];

    private Task<IReadOnlyList<string>> IdsAsync(string text) => IdsAsync(Query(text));

    private Task<IReadOnlyList<string>> IdsAsync(params SearchFilter[] filters) => IdsAsync(Query() with { Filters = filters });

    private async Task<IReadOnlyList<string>> SortedIdsAsync(params SearchFilter[] filters) => [.. (await IdsAsync(filters)).Order(StringComparer.Ordinal)];

    /// <summary>All pages from the first to the last, each of at most <paramref name="limit"/> hits.</summary>
    private async Task<IReadOnlyList<string>> WalkAsync(SearchQuery query, int limit)
    {
        List<string> ids = [];
        for (var (pages, cursor) = (0, (string?)null); pages == 0 || cursor is not null; pages++)
        {
            pages.ShouldBeLessThan(1000, "the cursors go round in circles");
            var page = await FindAsync(query with { Limit = limit, Cursor = cursor });
            page.Hits.Count.ShouldBeLessThanOrEqualTo(limit);
            if (page.NextCursor is not null) page.Hits.ShouldNotBeEmpty();
            ids.AddRange(page.Hits.Select(hit => hit.Id));
            cursor = page.NextCursor;
        }

        return ids;
    }
}
