using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Payments;

namespace Composable.Hub.Orders;

/// <summary>A fact: what was bought, at which prices. It changes only by recorded events.</summary>
internal sealed record Order : IOwned
{
    public const string Placed = "placed", Paid = "paid", Fulfilling = "fulfilling", Fulfilled = "fulfilled", Closed = "closed", Canceled = "canceled";

    public static readonly IReadOnlyList<string> Statuses = [Placed, Paid, Fulfilling, Fulfilled, Closed, Canceled];

    public required string Id { get; init; }
    public required string Number { get; init; }
    public required string Status { get; init; }
    public required string CheckoutId { get; init; }
    public required string CartId { get; init; }
    public required string TokenHash { get; init; }

    /// <summary>Null for a guest's.</summary>
    public string? CustomerId { get; init; }
    public required string Market { get; init; }
    public required string Currency { get; init; }
    public required string Email { get; init; }
    public required IReadOnlyList<OrderLine> Lines { get; init; }
    public IReadOnlyList<string> Codes { get; init; } = [];
    public required Address ShippingAddress { get; init; }
    public Address? BillingAddress { get; init; }
    public required OrderDelivery Delivery { get; init; }
    public required OrderTotals Totals { get; init; }
    public required OrderTax Tax { get; init; }
    public IReadOnlyList<OrderPayment> Payments { get; init; } = [];
    public IReadOnlyList<FulfillmentView> Fulfillments { get; init; } = [];
    public IReadOnlyList<TimelineEntry> Timeline { get; init; } = [];
    public required DateTimeOffset PlacedAt { get; init; }
    public required long Version { get; init; }

    [JsonIgnore]
    public Owner Owner => new(TokenHash, CustomerId);

    public long Captured => Payments.Sum(payment => payment.Captured);

    public long Refunded => Payments.Sum(payment => payment.Refunded);

    public Order With(string type, string text, DateTimeOffset at) => this with { Version = Version + 1, Timeline = [.. Timeline, new(at, type, text)] };

    public Order WithPayment(string paymentId, Func<OrderPayment, OrderPayment> change) =>
        this with { Payments = [.. Payments.Select(payment => payment.Id == paymentId ? change(payment) : payment)] };

    /// <summary>The tax in a refund, so that all refunds together give back exactly the order's tax.</summary>
    public long TaxIn(long refund) => Totals.Total == 0 ? 0 : Share(Refunded + refund) - Share(Refunded);

    /// <summary>The tax that is left once so much was given back.</summary>
    public long TaxAfter(long refunded) => Totals.Total == 0 ? 0 : Totals.Tax - Share(refunded);

    private long Share(long amount) => (long)((Int128)Totals.Tax * amount / Totals.Total);
}

/// <param name="Counted">Whether stock is counted for the SKU.</param>
internal sealed record OrderLine(string Id, string Sku, string Title, int Quantity, long UnitPrice, long Discount, long Tax, long Total, bool Counted);

internal sealed record OrderDelivery(string Id, string Title, string Eta, long Price);

/// <param name="TaxIncluded">Whether <paramref name="Tax"/> is part of the other amounts rather than added.</param>
internal sealed record OrderTotals(long Items, long Discount, long Shipping, long Tax, long Total, bool TaxIncluded);

/// <param name="Connection">Who taxed the order and is told about it.</param>
/// <param name="Estimated">The market's estimate was used because the connection was down.</param>
internal sealed record OrderTax(string Connection, TaxRequest Request, TaxQuote Quote, bool Estimated);

internal sealed record OrderPayment(string Id, string Connection, string VendorId, string Status, long Authorized, long Captured, long Refunded)
{
    public IReadOnlyList<OrderRefund> Refunds { get; init; } = [];
}

internal sealed record OrderRefund(string Id, string Status, long Amount, string? Reason, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
