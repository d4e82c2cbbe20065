using Composable.Hub.Access;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;

namespace Composable.Hub.Search;

/// <param name="Connection">The one that answers in the shop's first market; null while the catalogue itself is looked through.</param>
internal sealed record SearchStatus(string? Connection, IReadOnlyList<EngineStatus> Engines);

/// <param name="State"><c>serving</c>, <c>filling</c> (the first time), <c>rebuilding</c> (and serving), <c>starting</c> or <c>away</c>.</param>
/// <param name="Documents">Products the engine was told of.</param>
/// <param name="Waiting">Products it has yet to hear of.</param>
/// <param name="Refused">Products it will never take as they are; at most 100 of them.</param>
internal sealed record EngineStatus(
    string Connection, string State, string? Generation, string? Filling, long Documents, long Waiting, string? Problem, IReadOnlyList<RefusedProduct> Refused, DriftStatus? LastDriftCheck);

internal sealed record RefusedProduct(string Product, string Why);

/// <param name="Sampled">Products that were compared.</param>
/// <param name="Healed">Those that differed and were marked to be written again.</param>
internal sealed record DriftStatus(DateTimeOffset At, long Sampled, long Healed);

/// <summary>What staff see of the engines, and the one thing they can ask for.</summary>
internal sealed class SearchAdmin(Database database, SearchDesk desk, SearchTargets targets, SearchIndexer indexer, MarketList markets)
{
    public async Task<SearchStatus> StatusAsync(CancellationToken cancellationToken)
    {
        var documents = await CountsAsync($"SELECT connection, count(*) FROM search_entries WHERE refused IS NULL GROUP BY connection", cancellationToken);
        var waiting = await CountsAsync($"SELECT connection, count(*) FROM search_waiting GROUP BY connection", cancellationToken);
        var refused = (await database.QueryAsync<(string Connection, string Product, string Why)>($"SELECT connection, product_id, refused FROM search_entries WHERE refused IS NOT NULL ORDER BY product_id LIMIT 100", cancellationToken)).ToLookup(row => row.Connection);
        var all = await targets.AllAsync(cancellationToken);
        return new(desk.EngineFor(markets.Default)?.Connection, [.. all.Select(target => new EngineStatus(
            target.Connection, StateOf(target), target.Generation, target.Filling, documents.GetValueOrDefault(target.Connection), waiting.GetValueOrDefault(target.Connection), target.Problem,
            [.. refused[target.Connection].Select(row => new RefusedProduct(row.Product, row.Why))],
            target.CheckedAt == 0 ? null : new(DateTimeOffset.FromUnixTimeMilliseconds(target.CheckedAt), target.CheckedSample, target.CheckedHealed)))]);
    }

    /// <summary>Has a new generation filled behind the one that answers. Asking again while that goes on begins no other.</summary>
    public async Task<Answer> RebuildAsync(IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var commit = new Commit().Add($"UPDATE search_targets SET rebuild = CASE WHEN filling IS NULL THEN 1 ELSE 0 END, retry_at = 0").Audit("search.rebuilt", "search");
        var answer = new Answer(202, Json.Write(await StatusAsync(cancellationToken)));
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        await database.CommitAsync(commit, cancellationToken);
        indexer.LookNow();
        return answer;
    }

    private static string StateOf(SearchTarget target) =>
        target.Attempts > 0 ? "away" : (target.Generation, target.Filling) switch { (null, null) => "starting", (null, _) => "filling", (_, null) => "serving", _ => "rebuilding" };

    private async Task<Dictionary<string, long>> CountsAsync(Sql sql, CancellationToken cancellationToken) =>
        (await database.QueryAsync<(string Connection, long Count)>(sql, cancellationToken)).ToDictionary(row => row.Connection, row => row.Count);
}

internal static class SearchAdminRoutes
{
    public static void MapSearchAdmin(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/search").WithTags("Search");
        staff.MapGet("", async (SearchAdmin search, CancellationToken cancellationToken) => Results.Json(await search.StatusAsync(cancellationToken), Json.Options)).ForAdmin("search:read").Produces<SearchStatus>();
        staff.MapPost("rebuild", (HttpContext context, SearchAdmin search, CancellationToken cancellationToken) =>
            search.RebuildAsync(IdempotencyKeys.Of(context, () => ""), cancellationToken)).ForAdmin("search:write").Produces<SearchStatus>(202);
    }
}
