namespace Composable.Contracts;

public sealed record OrderView
{
    public required string Id { get; init; }
    public required string Number { get; init; }
    /// <summary><c>placed</c>, <c>paid</c>, <c>fulfilling</c>, <c>fulfilled</c>, <c>closed</c> or <c>canceled</c>.</summary>
    public required string Status { get; init; }
    public required string CheckoutId { get; init; }
    public required string Market { get; init; }
    public required string Currency { get; init; }
    public required string Email { get; init; }
    public required IReadOnlyList<OrderLineView> Lines { get; init; }
    public required IReadOnlyList<string> Codes { get; init; }
    public required CheckoutAddresses Addresses { get; init; }
    public required DeliveryOptionView Delivery { get; init; }
    public required TotalsView Totals { get; init; }
    public required IReadOnlyList<TaxLineView> TaxLines { get; init; }
    public required IReadOnlyList<PaymentView> Payments { get; init; }
    public required IReadOnlyList<FulfillmentView> Fulfillments { get; init; }
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public required long Version { get; init; }
}

public sealed record OrderLineView(string Id, string Sku, string Title, int Quantity, MoneyView UnitPrice, MoneyView Discount, MoneyView Tax, MoneyView Total);

/// <param name="Rate">As a fraction: 0.0825.</param>
public sealed record TaxLineView(string Title, decimal Rate, MoneyView Amount);

/// <param name="Status"><c>authorized</c>, <c>captured</c>, <c>partly_refunded</c>, <c>refunded</c>, <c>voided</c>, <c>unknown</c> or <c>failed</c>.</param>
/// <param name="Reference">Our attempt id, as the vendor knows it.</param>
public sealed record PaymentView(string Id, string Connection, string Reference, string Status, MoneyView Authorized, MoneyView Captured, MoneyView Refunded, IReadOnlyList<RefundView> Refunds);

/// <param name="Status"><c>pending</c>, <c>succeeded</c> or <c>failed</c>.</param>
public sealed record RefundView(string Id, string Status, MoneyView Amount, string? Reason, DateTimeOffset At);

public sealed record FulfillmentView(string Id, IReadOnlyList<LineInput> Lines, string? TrackingNumber, DateTimeOffset At);

/// <summary>Something that happened to the order, newest last.</summary>
public sealed record TimelineEntry(DateTimeOffset At, string Type, string Text);

public sealed record CaptureInput(MoneyInput? Amount = null);

/// <param name="Amount">Everything that is still captured when absent.</param>
public sealed record RefundInput(MoneyInput? Amount = null, string? Reason = null);

/// <param name="Restock">Whether the pieces go back on hand.</param>
public sealed record CancelInput(string? Reason = null, bool Restock = true);

public sealed record FulfillInput(IReadOnlyList<LineInput>? Lines = null, string? TrackingNumber = null);
