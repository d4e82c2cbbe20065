using System.Text.Json.Serialization;

namespace Composable.Hub.Connections.Routing;

/// <summary>Which connections serve a market through one port.</summary>
/// <param name="Rules">In order; the first that holds decides. When none does, the market's own list serves.</param>
internal sealed record RoutePlan(IReadOnlyList<RouteRule> Rules, RouteCanary? Canary = null, RouteShadow? Shadow = null)
{
    public static readonly RoutePlan None = new([]);

    /// <summary>Every connection the route may lead to.</summary>
    [JsonIgnore]
    public IEnumerable<string> Connections => Rules.SelectMany(rule => rule.Use).Concat(Canary is { RolledBack: false } canary ? [canary.Connection] : []).Distinct();
}

/// <param name="Use">Connections in order of preference: the next one serves when one before it cannot be reached.</param>
/// <param name="When">Null holds always.</param>
/// <param name="Percent">Of the checkouts for which <paramref name="When"/> holds; which ones is decided by their ids, so that one checkout is always routed alike.</param>
internal sealed record RouteRule(IReadOnlyList<string> Use, RouteCondition? When = null, int Percent = 100);

/// <summary>All that is given must hold; in a list, one of its values.</summary>
/// <param name="AmountFrom">Minor units, included.</param>
/// <param name="AmountTo">Minor units, included.</param>
/// <param name="Skus">One of these is in the basket.</param>
/// <param name="TaxCodes">Something with one of these tax codes is in the basket.</param>
/// <param name="PiecesFrom">The basket holds at least so many pieces.</param>
internal sealed record RouteCondition(
    IReadOnlyList<string>? Currencies = null, IReadOnlyList<string>? Countries = null, long? AmountFrom = null, long? AmountTo = null,
    IReadOnlyList<string>? Skus = null, IReadOnlyList<string>? TaxCodes = null, long? PiecesFrom = null)
{
    public bool Holds(RouteFacts facts) =>
        OneOf(Currencies, facts.Currency) && OneOf(Countries, facts.Country)
        && (AmountFrom is null || facts.Amount >= AmountFrom) && (AmountTo is null || facts.Amount <= AmountTo)
        && (Skus is null || facts.Basket.Any(line => Skus.Contains(line.Sku)))
        && (TaxCodes is null || facts.Basket.Any(line => line.TaxCode is { } code && TaxCodes.Contains(code)))
        && (PiecesFrom is null || facts.Basket.Sum(line => (long)line.Quantity) >= PiecesFrom);

    private static bool OneOf(IReadOnlyList<string>? values, string? value) => values is null || (value is not null && values.Contains(value));
}

/// <summary>A share of the traffic tries a connection; when it does worse than the others it is rolled back by itself.</summary>
/// <param name="Calls">How many outcomes of the canary are awaited before it is judged.</param>
/// <param name="WorseBy">How much larger its share of failures and declines may be: 0.05 is five in a hundred.</param>
/// <param name="RolledBack">Set by the hub. A canary is tried again by storing the route without it.</param>
/// <param name="Why">What the hub saw when it rolled the canary back.</param>
internal sealed record RouteCanary(string Connection, int Percent, int Calls = 50, double WorseBy = 0.05, bool RolledBack = false, string? Why = null);

/// <summary>A share of the questions is put to this connection too. Its answers serve nobody; where they differ, that is recorded.</summary>
internal sealed record RouteShadow(string Connection, int Percent = 100);

/// <summary>What a request is about, as far as routing depends on it.</summary>
/// <param name="Subject">The checkout, or whatever else is always routed alike.</param>
internal sealed record RouteFacts(string Subject, string? Currency = null, string? Country = null, long? Amount = null)
{
    public IReadOnlyList<RouteLine> Basket { get; init; } = [];
}

internal sealed record RouteLine(string Sku, int Quantity, string? TaxCode);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RoutePlan))]
[JsonSerializable(typeof(IReadOnlyList<Difference>))]
internal sealed partial class RouteJson : JsonSerializerContext;
