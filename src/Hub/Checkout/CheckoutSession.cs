using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Carts;
using Composable.Hub.Orders;

namespace Composable.Hub.Checkout;

/// <summary>A session towards one order. The hub owns its status; what the shopper chose is in the cart.</summary>
internal sealed record CheckoutSession
{
    public const string Incomplete = "incomplete", Ready = "ready", Completing = "completing", ActionRequired = "action_required",
        Completed = "completed", Canceled = "canceled", Expired = "expired";

    public required string Id { get; init; }
    public required string CartId { get; init; }
    public required string Market { get; init; }
    public string Status { get; init; } = Incomplete;
    public Quote? Quote { get; init; }
    public IReadOnlyList<Message> Messages { get; init; } = [];
    public IReadOnlyList<ActionView> Actions { get; init; } = [];
    public string? OrderId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public long Version { get; init; }

    [JsonIgnore]
    public bool IsEditable => Status is Incomplete or Ready;

    [JsonIgnore]
    public bool IsLive => Status is Incomplete or Ready or Completing or ActionRequired;
}

/// <summary>The priced and taxed offer. Completing asserts it by its hash: what the shopper saw is what is charged.</summary>
internal sealed record Quote
{
    /// <summary>The cart version it was computed from; any later edit makes it outdated.</summary>
    public required long CartVersion { get; init; }
    public required IReadOnlyList<PricedLine> Lines { get; init; }
    public required IReadOnlyList<Promotions.Promotion> Promotions { get; init; }
    public required string Email { get; init; }
    public required Address ShippingAddress { get; init; }
    public Address? BillingAddress { get; init; }
    public required OrderDelivery Delivery { get; init; }
    public required OrderTotals Totals { get; init; }
    public required OrderTax Tax { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required string Hash { get; init; }
    public required string Token { get; init; }

    [JsonIgnore]
    public IReadOnlyList<Stock.StockLine> CountedLines => [.. Lines.Where(line => line.Counted).Select(line => new Stock.StockLine(line.Sku, line.Quantity))];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CheckoutSession))]
[JsonSerializable(typeof(CheckoutState))]
[JsonSerializable(typeof(CheckoutEvent))]
internal sealed partial class CheckoutJson : JsonSerializerContext;

/// <summary>What the events of a checkout say.</summary>
internal sealed record CheckoutEvent(string CartId, string Market, string Status, long? Total, string? OrderId);
