using Composable.Connectors.Sdk;
using Composable.Hub.Storage;

namespace Composable.Hub.Payments;

/// <summary>A capture, refund or void that the provider accepted and finishes later.</summary>
internal sealed class TransferRow
{
    public string Id { get; set; } = "";
    public string Connection { get; set; } = "";
    public string VendorId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Status { get; set; } = "";
    public long Amount { get; set; }
    public string Currency { get; set; } = "";
    public string ProcessId { get; set; } = "";
    public string? Payment { get; set; }
    public string? Refusal { get; set; }

    public Money Money => new(Amount, Currency);

    public TransferOutcome Outcome => Status switch
    {
        "succeeded" => new TransferOutcome.Succeeded(VendorId, Money),
        "failed" => new TransferOutcome.Refused(Refusal ?? "refused"),
        _ => new TransferOutcome.Pending(VendorId),
    };
}

/// <summary>The transfers table: what is under way at providers, and which process waits for it.</summary>
internal sealed class TransferBook(Database database)
{
    private static Sql Columns => $"id, connection, vendor_id AS vendorId, kind, status, amount, currency, process_id AS processId, payment, refusal";

    public Task<TransferRow?> FindAsync(string reference, CancellationToken cancellationToken) =>
        database.FirstAsync<TransferRow>($"SELECT {Columns} FROM transfers WHERE id = {reference}", cancellationToken);

    public Task<TransferRow?> FindByVendorAsync(string connection, string vendorId, CancellationToken cancellationToken) =>
        database.FirstAsync<TransferRow>($"SELECT {Columns} FROM transfers WHERE connection = {connection} AND vendor_id = {vendorId}", cancellationToken);

    /// <summary>Remembers what is under way; the same reference twice is one. The answer is how it stands now.</summary>
    public async Task<TransferOutcome> BeginAsync(TransferRow transfer, CancellationToken cancellationToken)
    {
        await database.CommitAsync(new Commit().Add($"""
            INSERT INTO transfers (id, connection, vendor_id, kind, status, amount, currency, process_id, payment, at)
            VALUES ({transfer.Id}, {transfer.Connection}, {transfer.VendorId}, {transfer.Kind}, 'pending', {transfer.Amount}, {transfer.Currency}, {transfer.ProcessId}, {transfer.Payment}, {Sql.Now})
            ON CONFLICT (id) DO NOTHING
            """), cancellationToken);
        return (await FindAsync(transfer.Id, cancellationToken))!.Outcome;
    }

    /// <summary>How it ended. Only the first word counts.</summary>
    /// <param name="refusal">Null when it succeeded.</param>
    public Task SettleAsync(string reference, string? refusal, CancellationToken cancellationToken) => database.CommitAsync(
        new Commit().Add($"UPDATE transfers SET status = {(refusal is null ? "succeeded" : "failed")}, refusal = {refusal} WHERE id = {reference} AND status = 'pending'"), cancellationToken);
}
