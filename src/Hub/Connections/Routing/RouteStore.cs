using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections.Routing;

/// <summary>A route as it is stored; version 0 when the settings file decides alone.</summary>
internal sealed record StoredRoute(string Market, string Port, RoutePlan Route, long Version);

/// <summary>The routes table.</summary>
internal sealed class RouteStore(Database database)
{
    public const string Stale = "stale";

    public async Task<List<StoredRoute>> AllAsync(CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Market, string Port, string Doc, long Version)>($"SELECT market, port, doc, version FROM routes", cancellationToken);
        return [.. rows.Select(row => new StoredRoute(row.Market, row.Port, JsonSerializer.Deserialize(row.Doc, RouteJson.Default.RoutePlan)!, row.Version))];
    }

    /// <summary>Together with the versions of all routes: how many there are and the sum, which moves with every change.</summary>
    public Task<long> StateAsync(CancellationToken cancellationToken) =>
        database.CountAsync($"SELECT CAST(coalesce(sum(version), 0) + count(*) * 1000000 AS bigint) FROM routes", cancellationToken);

    /// <summary>Stores a route as the version after <paramref name="before"/>. Throws <see cref="GuardFailedException"/> or <see cref="DuplicateException"/> when somebody else was faster.</summary>
    public Task SaveAsync(StoredRoute before, RoutePlan route, IdempotencyKey? key, Answer answer, CancellationToken cancellationToken)
    {
        var commit = new Commit().Add($"UPDATE configuration SET version = version + 1");
        Add(commit, before, route);
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        return database.CommitAsync(commit, cancellationToken);
    }

    public static void Add(Commit commit, StoredRoute before, RoutePlan route)
    {
        var (doc, version) = (JsonSerializer.Serialize(route, RouteJson.Default.RoutePlan), before.Version + 1);
        if (before.Version == 0) commit.Add($"INSERT INTO routes (market, port, doc, version, changed_at) VALUES ({before.Market}, {before.Port}, {doc}, {version}, {Sql.Now})");
        else commit.Require($"UPDATE routes SET doc = {doc}, version = {version}, changed_at = {Sql.Now} WHERE market = {before.Market} AND port = {before.Port} AND version = {before.Version}", 1, Stale);
        var rolledBack = route.Canary is { RolledBack: true } && before.Route.Canary is { RolledBack: false };
        var told = new JsonObject { ["market"] = before.Market, ["port"] = before.Port, ["connections"] = new JsonArray([.. route.Connections.Select(id => (JsonNode)id)]) };
        var happened = rolledBack ? "route.rolled_back" : "route.changed";
        commit.Append(new HubEvent($"route:{before.Market}:{before.Port}", version, happened, told.ToJsonString()))
            .Audit(happened, $"route:{before.Market}:{before.Port}", before.Version == 0 ? null : JsonSerializer.Serialize(before.Route, RouteJson.Default.RoutePlan), doc);
    }
}
