using Composable.Connectors.Sdk;
using Composable.Hub.Storage;

namespace Composable.Hub.Payments;

/// <summary>An attempt as the payments table has it.</summary>
internal sealed class PaymentRow
{
    public string Id { get; set; } = "";
    public string CheckoutId { get; set; } = "";
    public string? OrderId { get; set; }
    public string Connection { get; set; } = "";
    public string? VendorId { get; set; }
    public string Status { get; set; } = "";
    public long Amount { get; set; }
    public string Currency { get; set; } = "";
    public long Captured { get; set; }
    public long StartedAt { get; set; }

    public static Sql Columns => $"id, checkout_id AS checkoutId, order_id AS orderId, connection, vendor_id AS vendorId, status, amount, currency, captured, started_at AS startedAt";

    public static Task<List<PaymentRow>> FindAsync(Database database, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => database.QueryAsync<PaymentRow>(
        $"SELECT {Columns} FROM payments WHERE id {Sql.In(ids)}", cancellationToken);

    public static Task<PaymentRow?> FindByVendorAsync(Database database, string connection, string vendorId, CancellationToken cancellationToken) =>
        database.FirstAsync<PaymentRow>($"SELECT {Columns} FROM payments WHERE connection = {connection} AND vendor_id = {vendorId}", cancellationToken);

    /// <summary>The attempt of a checkout that waits for its shopper.</summary>
    public static Task<PaymentRow?> AwaitingAsync(Database database, string checkout, CancellationToken cancellationToken) =>
        database.FirstAsync<PaymentRow>($"SELECT {Columns} FROM payments WHERE checkout_id = {checkout} AND status = 'action_required'", cancellationToken);

    public PaymentAttempt Attempt() => new(Id, CheckoutId, Connection, "", "", null, new Money(Amount, Currency), DateTimeOffset.FromUnixTimeMilliseconds(StartedAt)) { VendorId = VendorId };
}
