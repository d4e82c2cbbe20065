using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;
using Composable.Hub.Payments;
using Composable.Hub.Storage;

namespace Composable.Hub.Orders;

/// <summary>What notices about captures, refunds and voids lead to: a process that waits goes on, and a refund that failed after all is taken out of the books.</summary>
internal sealed class TransferNotices(Database database, TransferBook transfers, OrderStore orders, OrderMoney money, ProcessRunner runner, TimeProvider clock)
{
    public async Task<(string Status, string? Note)> ApplyAsync(string connection, VendorNotice.TransferChanged notice, CancellationToken cancellationToken)
    {
        if (await FindAsync(connection, notice, cancellationToken) is not { } transfer)
        {
            // One that the provider answered at once is in the books and nowhere else.
            if (notice is not { Kind: TransferKind.Refund, Reference: { } refund }) throw new NotYetException("No transfer of ours has this id.");
            if (await OrderOfAsync(refund, cancellationToken) is not { } order) throw new NotYetException("No refund of ours is booked under this reference.");
            return notice.Succeeded ? ("applied", null) : await ReverseRefundAsync(connection, notice, order, refund, cancellationToken);
        }

        if (WhyNotOurs(transfer, notice) is { } why) return ("parked", why);
        if (transfer.Status == "succeeded" && !notice.Succeeded) return await FailedAfterAllAsync(notice, transfer, cancellationToken);
        // A void that names no payment found none to give back.
        await transfers.SettleAsync(transfer.Id, notice.Succeeded ? null : notice.VendorId.Length == 0 ? "not_found" : "refused", cancellationToken);
        await runner.WakeProcessAsync(transfer.ProcessId, cancellationToken);
        return ("applied", null);
    }

    /// <summary>By the vendor's id; by our reference where the notice names the transfer in another way than the answer did.</summary>
    private async Task<TransferRow?> FindAsync(string connection, VendorNotice.TransferChanged notice, CancellationToken cancellationToken) =>
        await transfers.FindByVendorAsync(connection, notice.TransferId, cancellationToken)
        ?? (notice.Reference is { } reference && await transfers.FindAsync(reference, cancellationToken) is { } found && found.Connection == connection ? found : null);

    private static string? WhyNotOurs(TransferRow transfer, VendorNotice.TransferChanged notice)
    {
        if (!string.Equals(transfer.Kind, notice.Kind.ToString(), StringComparison.OrdinalIgnoreCase)) return $"The notice is about a {notice.Kind}, the transfer is a {transfer.Kind}.";
        if (transfer.Payment is { } payment && notice.VendorId.Length > 0 && notice.VendorId != payment) return "The notice is about another payment.";
        // What a void gives back is not always said; a capture or refund of another amount is never accepted.
        return notice.Kind != TransferKind.Void && notice.Amount != transfer.Money ? $"The notice is about {notice.Amount}, the transfer about {transfer.Money}." : null;
    }

    private async Task<(string, string?)> FailedAfterAllAsync(VendorNotice.TransferChanged notice, TransferRow transfer, CancellationToken cancellationToken)
    {
        if (transfer.Kind != "refund") return ("parked", $"A {transfer.Kind} that had succeeded was taken back by the provider.");
        return await OrderOfAsync(transfer.Id, cancellationToken) is { } order
            ? await ReverseRefundAsync(transfer.Connection, notice, order, transfer.Id, cancellationToken)
            : throw new NotYetException("The refund is not booked yet.");
    }

    /// <summary>The order whose books have this refund.</summary>
    private Task<string?> OrderOfAsync(string refund, CancellationToken cancellationToken) =>
        database.FirstAsync<string>($"SELECT order_id FROM ledger WHERE posting = {refund} LIMIT 1", cancellationToken);

    private async Task<(string, string?)> ReverseRefundAsync(string connection, VendorNotice.TransferChanged notice, string orderId, string refund, CancellationToken cancellationToken)
    {
        const int tries = 8;
        for (var round = 1; ; round++)
        {
            var order = await orders.ForChangeAsync(orderId, fresh: true, cancellationToken);
            if (order.Payments.SelectMany(payment => payment.Refunds).FirstOrDefault(known => known.Id == refund) is not { } booked) return ("parked", "No refund of this order has this id.");
            var payment = order.Payments.First(payment => payment.Refunds.Contains(booked));
            if (payment.Connection != connection || (notice.VendorId.Length > 0 && notice.VendorId != payment.VendorId)) return ("parked", "The notice is about another payment.");
            if (notice.Amount != new Money(booked.Amount, order.Currency)) return ("parked", $"The notice is about {notice.Amount}, the refund about {booked.Amount} {order.Currency}.");
            if (booked.Status == "failed") return ("applied", "It was known already.");
            var commit = new Commit();
            money.ReverseRefund(commit, order, booked, clock.GetUtcNow());
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                return ("applied", "The refund failed after it was booked; the money is with us again.");
            }
            catch (Exception moved) when (moved is GuardFailedException or DuplicateException && round < tries)
            {
                // Somebody else changed the order; look again.
            }
        }
    }
}
