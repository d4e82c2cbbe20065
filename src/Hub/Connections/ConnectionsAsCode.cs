using System.Text.Json.Nodes;
using Composable.Contracts;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>Connections as a file that a team keeps with its code: read, compared and applied as a whole.</summary>
internal sealed class ConnectionsAsCode(ConnectionList connections, RouteTable routes, MarketList markets, ConnectionDesk desk, ConnectionStore store)
{
    private const int Most = 100;

    private sealed record Planned(ConnectionDefinition Definition, long Before, PlannedChange Change);

    private sealed record PlannedRoute(StoredRoute Before, RoutePlan Route, PlannedChange Change);

    public ConnectionFile Export() => new(
        [.. connections.All.OrderBy(connection => connection.Definition.Id, StringComparer.Ordinal).Select(ConnectionEntry.Of)],
        [.. routes.All.Select(RouteEntry.Of).OrderBy(route => route.Id, StringComparer.Ordinal)]);

    /// <summary>What applying the file would change; nothing is stored.</summary>
    public async Task<ConnectionPlan> PlanAsync(ConnectionFile file, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        var planned = Compare(file);
        return new([.. planned.Select(each => each.Change), .. CompareRoutes(file, planned).Select(each => each.Change)]);
    }

    /// <summary>Applies the file in one commit, all of it or nothing.</summary>
    public async Task<IResult> ApplyAsync(ConnectionFile file, Func<string, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var configuration = await store.ConfigurationAsync(cancellationToken);
        await RefreshAsync(cancellationToken);
        if (precondition(Tag()) is { } stale) return stale.ToResult();
        var planned = Compare(file);
        var plannedRoutes = CompareRoutes(file, planned);
        var answer = new Answer(200, Json.Write(new ConnectionPlan([.. planned.Select(each => each.Change), .. plannedRoutes.Select(each => each.Change)])));
        try
        {
            await store.SaveAsync(
                [.. planned.Where(each => each.Change.Action != "keep").Select(each => (each.Definition, each.Before))],
                plannedRoutes.Where(each => each.Change.Action != "keep").Select(each => (each.Before, each.Route)), key, answer, cancellationToken, configuration);
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            await RefreshAsync(cancellationToken);
            return new Refusal(412, "precondition_failed", "This has changed since you read it.") { ETag = Tag() }.ToResult();
        }

        await RefreshAsync(cancellationToken);
        return answer with { ETag = Tag() };
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await connections.RefreshAsync(cancellationToken);
        await routes.RefreshAsync(cancellationToken);
    }

    private string Tag() => ETags.OfContent(Json.Write(Export()));

    private List<Planned> Compare(ConnectionFile file)
    {
        if (file.Connections.Count > Most) throw new RefusedException(Refusal.Invalid("/connections", "out_of_range", $"At most {Most} connections."));
        var planned = new List<Planned>();
        for (var i = 0; i < file.Connections.Count; i++)
        {
            var entry = file.Connections[i];
            var before = connections.Find(entry.Id);
            if (planned.Exists(each => each.Definition.Id == entry.Id)) throw new RefusedException(Refusal.Invalid($"/connections/{i}/id", "duplicate", $"{entry.Id} stands twice."));
            var (definition, refusal) = desk.Define(entry.Id, new(entry.Connector, entry.Settings, entry.Enabled, entry.Terms), before);
            if (refusal is not null) throw new RefusedException(At($"/connections/{i}", refusal));
            var members = before is null ? [] : Different(before.Definition, definition!);
            planned.Add(new(definition!, before?.Version ?? 0, new(entry.Id, before is null ? "create" : members.Count == 0 ? "keep" : "change", members)));
        }

        return planned;
    }

    /// <summary>A route may lead to a connection that the same file makes.</summary>
    private List<PlannedRoute> CompareRoutes(ConnectionFile file, List<Planned> connectionsToBe)
    {
        var entries = file.Routes ?? [];
        if (entries.Count > Most) throw new RefusedException(Refusal.Invalid("/routes", "out_of_range", $"At most {Most} routes."));
        var planned = new List<PlannedRoute>();
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var pointer = $"/routes/{i}";
            if (markets.All.All(market => market.Code != entry.Market)) throw new RefusedException(Refusal.Invalid($"{pointer}/market", "unknown_market", $"There is no market {entry.Market}."));
            if (!RouteDesk.Ports.ContainsKey(entry.Port)) throw new RefusedException(Refusal.Invalid($"{pointer}/port", "unknown_port", $"There are: {string.Join(", ", RouteDesk.Ports.Keys)}."));
            if (planned.Exists(each => each.Change.Id == entry.Id)) throw new RefusedException(Refusal.Invalid(pointer, "duplicate", $"{entry.Id} stands twice."));
            var refusal = RouteDesk.Wrong(entry.Port, entry.Route, id => connectionsToBe.Find(each => each.Definition.Id == id)?.Definition.Connector ?? connections.Find(id)?.Definition.Connector);
            if (refusal is not null) throw new RefusedException(At(pointer, refusal));
            var before = routes.Find(entry.Market, entry.Port);
            var members = Different(RouteEntry.Of(before), entry);
            planned.Add(new(before, entry.Route, new(entry.Id, before.Version == 0 ? "create" : members.Count == 0 ? "keep" : "change", before.Version == 0 ? [] : members)));
        }

        return planned;
    }

    private static List<string> Different(RouteEntry before, RouteEntry after)
    {
        var (one, other) = (JsonNode.Parse(Json.Write(before))!.AsObject(), JsonNode.Parse(Json.Write(after))!.AsObject());
        return [.. one.Select(member => member.Key).Union(other.Select(member => member.Key)).Where(name => !JsonNode.DeepEquals(one[name], other[name])).Select(name => "/" + name).Order(StringComparer.Ordinal)];
    }

    private static List<string> Different(ConnectionDefinition before, ConnectionDefinition after)
    {
        var members = before.Settings.Select(member => member.Key).Union(after.Settings.Select(member => member.Key))
            .Where(name => !JsonNode.DeepEquals(before.Settings[name], after.Settings[name])).Select(name => "/settings/" + JsonPointer.Escape(name)).Order(StringComparer.Ordinal).ToList();
        if (before.Enabled != after.Enabled) members.Insert(0, "/enabled");
        if (before.Terms != after.Terms) members.Add("/terms");
        return members;
    }

    /// <summary>The refusal of one entry, with pointers into the file.</summary>
    private static Refusal At(string entry, Refusal refusal) => refusal with
    {
        Errors = [.. (refusal.Errors ?? [new FieldError("", refusal.Code, refusal.Detail)]).Select(error => error with { Pointer = entry + error.Pointer })],
    };
}
