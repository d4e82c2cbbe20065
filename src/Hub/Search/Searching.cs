using System.Collections.Concurrent;
using System.Diagnostics;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Catalog;
using Composable.Hub.Connections;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Search.Embedded;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Search;

/// <param name="Degraded">What was left out, as the header names it.</param>
/// <param name="Timing">Who took how long.</param>
internal sealed record Searched<T>(T Answer, string? Degraded, string Timing);

/// <summary>Answers searches: which products, the engine says; what they cost and whether they can be had, the hub's own tables say.</summary>
internal sealed partial class Searching(SearchDesk desk, CatalogueSearch catalogue, ProductShelf shelf, Shadows shadows, IOptions<SearchOptions> options, ILogger<Searching> logger)
{
    private const int FacetValues = 200, MaxWords = 8;
    private const string Catalogue = "-";
    private static readonly string[] Facets = [ProductDocuments.Brand, ProductDocuments.Categories, ProductDocuments.Attributes, ProductDocuments.Available];

    private readonly EngineRest rest = new();

    public async Task<Searched<SearchView>> FindAsync(SearchRequest request, PageRequest page, Market market, CancellationToken cancellationToken)
    {
        // A cursor is continued by whoever gave it out, with the words it was given out for.
        var (by, cursor, text) = page.Keys(3) is [var giver, var place, var words] ? (giver, place, words) : (null, null, request.Text);
        if (!text.Split((char[]?)null).All(word => request.Text.Contains(word, StringComparison.Ordinal))) throw Foreign();
        var engine = by is null ? desk.EngineFor(market) : by == Catalogue ? null : desk.Serving(by);
        var started = Stopwatch.GetTimestamp();
        SearchPage? found = null;
        var gaveUp = false;
        if (engine is not null)
        {
            // One for all that is asked for this search.
            using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            left.CancelAfter(options.Value.Deadline);
            var query = new SearchQuery(ProductDocuments.Index, text, request.Filters, Facets, request.Sort, page.Limit, cursor) { FacetValues = FacetValues };
            found = await AskAsync(engine, query, cancellationToken);
            if (found is not null && cursor is null && desk.ShadowFor(market, query.Text) is { } shadow && shadow.Connection != engine.Connection)
                shadows.Compare(desk.Port(market), engine.Connection, shadow.Connection, query.Text, Seen(found), async until => Seen(await shadow.Port.QueryAsync(query, until)));
            try
            {
                if (found is { Total: 0 } && cursor is null && await FewerWordsAsync(engine, query, left.Token) is { } fewer)
                    (found, text) = (await AskAsync(engine, query with { Text = fewer }, left.Token), fewer);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                gaveUp = true;
            }
        }

        var timing = engine is null ? "" : TimingOf("search", engine.Connection, started) + ", ";
        var degraded = found is null || gaveUp ? "search" : request.Mode == "semantic" ? "semantic" : null;
        started = Stopwatch.GetTimestamp();
        var view = found is not null ? await ViewAsync(request, page, found, engine!.Connection, text, market, cancellationToken)
            : by is null or Catalogue ? await LookThroughAsync(request, cursor, page, market, cancellationToken)
            : new([], null, [], Understood(request, [], text), page.Cursor(by, cursor!, text)); // The same page can be asked for again when the engine is back.
        return new(view, degraded, timing + TimingOf("catalogue", "catalogue", started));
    }

    public async Task<Searched<IReadOnlyList<string>>> SuggestAsync(string typed, int limit, Market market, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var engine = desk.EngineFor(market);
        var found = engine is null ? null : await AskAsync(engine, (port, waiting) => port.SuggestAsync(ProductDocuments.Index, typed, limit, waiting), isContinued: false, cancellationToken);
        if (found is not null) return new(found, null, TimingOf("search", engine!.Connection, started));
        return new(typed.Trim().Length == 0 ? [] : await catalogue.TitlesAsync(typed, limit, market, cancellationToken), "search", TimingOf("catalogue", "catalogue", started));
    }

    private Task<SearchPage?> AskAsync(SearchEngine engine, SearchQuery query, CancellationToken cancellationToken) =>
        AskAsync(engine, (port, limit) => port.QueryAsync(query, limit), query.Cursor is not null, cancellationToken);

    /// <summary>What is compared of two engines: which products in which order, and how many. Scores mean something within one engine only.</summary>
    private static object Seen(SearchPage page) => new { page.Total, Hits = page.Hits.Select(hit => hit.Id) };

    /// <summary>
    /// When nothing has all the words: the same without those that nothing has, or else without the one that most have, which says least.
    /// Null when that leaves nothing to ask.
    /// </summary>
    private async Task<string?> FewerWordsAsync(SearchEngine engine, SearchQuery query, CancellationToken cancellationToken)
    {
        var words = query.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MaxWords + 1).ToList();
        if (words.Count is < 2 or > MaxWords) return null;
        var pages = await Task.WhenAll(words.Select(word => AskAsync(engine, query with { Text = word, Facets = [], Sort = null, Limit = 1 }, cancellationToken)));
        if (pages.Contains(null)) return null;
        var counts = words.Zip(pages, (word, page) => (Word: word, page!.Total)).Where(row => row.Total > 0).ToList();
        for (var left = counts; left.Count > 0; left = [.. left.Where(row => row != left.MaxBy(most => most.Total))])
        {
            if (left.Count == words.Count) continue; // That is what found nothing.
            var text = string.Join(' ', left.Select(row => row.Word));
            if (await AskAsync(engine, query with { Text = text, Facets = [], Sort = null, Limit = 1 }, cancellationToken) is not { } page) return null;
            if (page.Total > 0) return text;
        }

        return null;
    }

    /// <summary>Null when the engine did not answer in time, or not properly. An engine may block before it first waits, so it is asked from aside.</summary>
    private async Task<T?> AskAsync<T>(SearchEngine engine, Func<ISearch, CancellationToken, Task<T>> ask, bool isContinued, CancellationToken cancellationToken)
        where T : class
    {
        if (rest.IsResting(engine.Connection)) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.Deadline);
        WorkPriority.Current = CallPriority.Browse;
        try
        {
            var token = limit.Token;
            var answer = await Task.Run(() => ask(engine.Port, token), CancellationToken.None).WaitAsync(options.Value.Deadline, cancellationToken);
            rest.Answered(engine.Connection);
            return answer;
        }
        catch (VendorException forged) when (isContinued && forged.Failure == VendorFailure.Rejected)
        {
            throw Foreign();
        }
        catch (Exception away) when (away is VendorException or TimeoutException || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            rest.Failed(engine.Connection);
            Log.Away(logger, engine.Connection, away.GetType().Name, (away as VendorException)?.Failure.ToString());
            return null;
        }
    }

    private static RefusedException Foreign() => new(Refusal.Invalid("cursor", "invalid", "This cursor was not given out for this search."));

    private async Task<SearchView> ViewAsync(SearchRequest request, PageRequest page, SearchPage found, string connection, string text, Market market, CancellationToken cancellationToken)
    {
        // What is gone from the catalogue is not shown, even where the index does not know it yet.
        var products = (await shelf.FindAsync([.. found.Hits.Select(hit => hit.Id)], market, cancellationToken)).ToDictionary(product => product.Id);
        var items = found.Hits.Where(hit => products.ContainsKey(hit.Id)).Select(hit => new SearchItem(products[hit.Id], Math.Round(hit.Score, 4), hit.Matched)).ToList();
        return new(items, found.Total, FacetsOf(found), Understood(request, found.Hits, text), found.NextCursor is { } next ? page.Cursor(connection, next, text) : null);
    }

    private async Task<SearchView> LookThroughAsync(SearchRequest request, string? cursor, PageRequest page, Market market, CancellationToken cancellationToken)
    {
        var (products, next) = await catalogue.FindAsync(request, cursor is null ? 0 : PageRequest.Number(cursor), page.Limit, market, cancellationToken);
        return new([.. products.Select(product => new SearchItem(product, 0, []))], null, [], Understood(request, [], request.Text), next is { } place ? page.Cursor(Catalogue, PageRequest.Text(place), request.Text) : null);
    }

    private static List<FacetView> FacetsOf(SearchPage found) =>
    [
        .. found.Facets.SelectMany(facet => facet.Value.Select(count => (Shown: FilterGrammar.FacetOf(facet.Key, count.Value), count.Count)))
            .GroupBy(row => row.Shown.Field).OrderBy(group => group.Key.Contains('.', StringComparison.Ordinal)).ThenByDescending(group => group.Sum(row => row.Count)).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new FacetView(group.Key, [.. group.Select(row => new FacetValueView(row.Shown.Value, row.Count, FilterGrammar.Write(group.Key, row.Shown.Value)))])),
    ];

    /// <param name="text">The words that were asked for in the end.</param>
    private static UnderstoodView Understood(SearchRequest request, IReadOnlyList<SearchHit> hits, string text)
    {
        var (typed, asked) = (Words.Of(request.Text, 24).Distinct().ToList(), Words.Of(text, 24).Distinct().ToList());
        var matched = hits.SelectMany(hit => hit.Matched).SelectMany(word => Words.Of(word, 4)).Distinct().ToList();
        return new(request.Text, "lexical", [.. asked.Select(word => Meant(word, matched) ?? word.Text)],
            [.. asked.Select(word => (Typed: word.Text, Read: Meant(word, matched))).Where(pair => pair.Read is not null).Select(pair => new CorrectionView(pair.Typed, pair.Read!))],
            [.. typed.Except(asked).Select(word => word.Text)], request.Asked, request.SortAsked);
    }

    /// <summary>The word that matched in place of this one; null when it matched itself.</summary>
    private static string? Meant(Word typed, List<Word> matched)
    {
        const int Most = 2;
        if (matched.Exists(word => word.Root == typed.Root || word.Text.StartsWith(typed.Text, StringComparison.Ordinal))) return null;
        return matched.Select(word => (word.Text, Distance: Spelling.Distance(typed.Text, word.Text, Most))).Where(pair => pair.Distance <= Most).OrderBy(pair => pair.Distance).Select(pair => pair.Text).FirstOrDefault();
    }

    private static string TimingOf(string part, string who, long started) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{part};desc=\"{who}\";dur={Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.#}");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The search engine {Connection} did not answer ({Error}, {Failure}); the catalogue is looked through instead")]
        public static partial void Away(ILogger logger, string connection, string error, string? failure);
    }
}

/// <summary>Leaves an engine alone for a moment after it failed several times in a row, so that not every shopper waits for it.</summary>
internal sealed class EngineRest
{
    private const int Most = 3;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, (int Failures, long At)> failing = new();

    public bool IsResting(string connection) => failing.TryGetValue(connection, out var state) && state.Failures >= Most && Stopwatch.GetElapsedTime(state.At) < Moment;

    public void Answered(string connection) => failing.TryRemove(connection, out _);

    public void Failed(string connection) => failing.AddOrUpdate(connection, _ => (1, Stopwatch.GetTimestamp()), (_, state) => (state.Failures + 1, Stopwatch.GetTimestamp()));
}
