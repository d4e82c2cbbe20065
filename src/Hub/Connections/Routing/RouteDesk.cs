using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections.Routing;

/// <summary>Checks and stores routes on behalf of staff.</summary>
internal sealed class RouteDesk(RouteTable table, RouteStore store, ConnectionList connections)
{
    private const int MostRules = 20, MostUses = 10, MostValues = 200;

    public static readonly IReadOnlyDictionary<string, Type> Ports = new Dictionary<string, Type>
    {
        [PortOfMarket.Payments] = typeof(IPayments),
        [PortOfMarket.Tax] = typeof(ITax),
        [PortOfMarket.Search] = typeof(ISearch),
        [PortOfMarket.Content] = typeof(IContent),
        [PortOfMarket.Edge] = typeof(IEdge),
    };

    public async Task<IResult> PutAsync(string market, string port, RoutePlan route, Func<long, Refusal?> precondition, Func<StoredRoute, Answer> answer, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await table.RefreshAsync(cancellationToken);
        var before = table.Find(market, port);
        if (precondition(before.Version) is { } stale) return stale.ToResult();
        if (Wrong(port, route, id => connections.Find(id)?.Definition.Connector) is { } refusal) return refusal.ToResult();
        var told = answer(before with { Route = route, Version = before.Version + 1 });
        try
        {
            await store.SaveAsync(before, route, key, told, cancellationToken);
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            await table.RefreshAsync(cancellationToken);
            return new Refusal(412, "precondition_failed", "This has changed since you read it.") { ETag = ETags.Of(table.Find(market, port).Version) }.ToResult();
        }

        await table.RefreshAsync(cancellationToken);
        return told;
    }

    /// <summary>What is wrong with a route; null when it can be stored.</summary>
    public static Refusal? Wrong(string port, RoutePlan route, Func<string, Connector?> connectorOf)
    {
        if (route.Rules.Count > MostRules) return Refusal.Invalid("/rules", "out_of_range", $"At most {MostRules} rules.");
        for (var i = 0; i < route.Rules.Count; i++)
        {
            var rule = route.Rules[i];
            if (rule.Use.Count is 0 or > MostUses) return Refusal.Invalid($"/rules/{i}/use", "out_of_range", $"1 to {MostUses} connections.");
            for (var use = 0; use < rule.Use.Count; use++) if (Unfit(rule.Use[use], $"/rules/{i}/use/{use}") is { } unfit) return unfit;
            if (rule.Percent is < 1 or > 100) return Refusal.Invalid($"/rules/{i}/percent", "out_of_range", "1 to 100.");
            if (WrongCondition(rule.When, $"/rules/{i}/when") is { } condition) return condition;
        }

        if (route.Canary is { } canary && (Unfit(canary.Connection, "/canary/connection") ?? WrongCanary(canary)) is { } wrong) return wrong;
        if (route.Shadow is not { } shadow) return null;
        if (port is PortOfMarket.Payments or PortOfMarket.Edge) return Refusal.Invalid("/shadow", "not_for_this_port", "A shadow would take money, or change something, a second time.");
        return Unfit(shadow.Connection, "/shadow/connection") ?? (shadow.Percent is < 1 or > 100 ? Refusal.Invalid("/shadow/percent", "out_of_range", "1 to 100.") : null);

        Refusal? Unfit(string id, string pointer) => connectorOf(id) is not { } connector ? Refusal.Invalid(pointer, "unknown_connection", $"There is no connection {id}.")
            : connector.Ports.Contains(Ports[port]) ? null : Refusal.Invalid(pointer, "port_missing", $"{connector.Name} does not offer {port}.");
    }

    private static Refusal? WrongCanary(RouteCanary canary) =>
        canary.Percent is < 1 or > 100 ? Refusal.Invalid("/canary/percent", "out_of_range", "1 to 100.")
        : canary.Calls is < 5 or > 100_000 ? Refusal.Invalid("/canary/calls", "out_of_range", "5 to 100000.")
        : canary.WorseBy is not (>= 0 and <= 1) ? Refusal.Invalid("/canary/worseBy", "out_of_range", "0 to 1.")
        : canary.RolledBack || canary.Why is not null ? Refusal.Invalid("/canary/rolledBack", "read_only", "The hub sets this.") : null;

    private static Refusal? WrongCondition(RouteCondition? when, string pointer)
    {
        if (when is null) return null;
        foreach (var (name, values) in new[] { ("currencies", when.Currencies), ("countries", when.Countries), ("skus", when.Skus), ("taxCodes", when.TaxCodes) })
            if (values is { Count: 0 or > MostValues }) return Refusal.Invalid($"{pointer}/{name}", "out_of_range", $"1 to {MostValues} values.");
        if (when.Currencies?.FirstOrDefault(code => !Currencies.IsKnown(code)) is { } unknown) return Refusal.Invalid($"{pointer}/currencies", "unknown_currency", $"{unknown} is not an ISO 4217 currency.");
        return when.AmountFrom > when.AmountTo ? Refusal.Invalid($"{pointer}/amountTo", "out_of_range", "amountTo is not less than amountFrom.") : null;
    }
}
