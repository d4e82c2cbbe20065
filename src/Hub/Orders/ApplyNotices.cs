using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;
using Composable.Hub.Payments;
using Composable.Hub.Storage;

namespace Composable.Hub.Orders;

/// <summary>
/// What vendors' notices lead to. A notice is a hint: it is held against our own attempt, and the provider is asked before anything is
/// believed. One that names another amount, account or reference than ours is set aside and never applied.
/// </summary>
internal sealed class ApplyNotices(Database database, PaymentDesk desk, OrderStore orders, TransferNotices transfers, ProcessRunner runner, VoidOrphanProcess orphans, TimeProvider clock) : NoticeHandler
{
    public override async Task<IReadOnlyList<bool>> AreKnownAsync(IReadOnlyList<(string Connection, VendorNotice Notice)> notices, CancellationToken cancellationToken)
    {
        var payments = await PaymentsOfAsync(notices.Select(row => row.Notice), cancellationToken);
        // What is about somebody who was erased is gone through like what is new, and then emptied.
        var erased = await ErasedAsync(payments.Keys, cancellationToken);
        return [.. notices.Select(row => row.Notice is VendorNotice.PaymentChanged { Reference: { } reference } changed
            && payments.GetValueOrDefault(reference) is { Status: not ("started" or "action_required" or "failed" or "voided") } payment
            && WhyNotOurs(row.Connection, changed, payment) is null && !erased.Contains(reference))];
    }

    public override async Task<Func<StoredNotice, VendorNotice, Task<SettledNotice>>> PrepareAsync(IReadOnlyList<(StoredNotice Stored, VendorNotice Notice)> notices, CancellationToken cancellationToken)
    {
        var payments = await PaymentsOfAsync(notices.Select(row => row.Notice), cancellationToken);
        return async (stored, notice) =>
        {
            var (status, note) = notice switch
            {
                VendorNotice.PaymentChanged { Reference: { } reference } changed => await PaymentChangedAsync(stored.Connection, changed, payments.GetValueOrDefault(reference), cancellationToken),
                VendorNotice.PaymentChanged other => await OfOurPaymentAsync(stored.Connection, other.VendorId, cancellationToken),
                VendorNotice.TransferChanged changed => await transfers.ApplyAsync(stored.Connection, changed, cancellationToken),
                VendorNotice.DisputeOpened opened => await DisputeOpenedAsync(stored.Connection, opened, cancellationToken),
                VendorNotice.DisputeClosed closed => await DisputeClosedAsync(closed, cancellationToken),
                _ => ("ignored", null),
            };
            return new SettledNotice(stored, status, note);
        };
    }

    public override async Task<bool> IsOfErasedAsync(string connection, VendorNotice notice, CancellationToken cancellationToken)
    {
        var (reference, vendorId) = notice switch
        {
            VendorNotice.PaymentChanged changed => (changed.Reference, changed.VendorId),
            VendorNotice.TransferChanged changed => (changed.Reference, changed.VendorId),
            VendorNotice.DisputeOpened opened => (null, opened.VendorId),
            VendorNotice.DisputeClosed closed => (null, closed.VendorId),
            _ => (null, ""),
        };
        return await database.CountAsync($"""
            SELECT count(*) FROM payments p JOIN events e ON e.stream = p.order_id AND e.type = 'order.forgotten' WHERE p.id = {reference ?? ""} OR (p.connection = {connection} AND p.vendor_id = {vendorId})
            """, cancellationToken) > 0;
    }

    private async Task<HashSet<string>> ErasedAsync(Dictionary<string, PaymentRow>.KeyCollection payments, CancellationToken cancellationToken) => payments.Count == 0 ? [] : [.. await database.QueryAsync<string>(
        $"SELECT p.id FROM payments p WHERE p.id {Sql.In(payments)} AND EXISTS (SELECT 1 FROM events e WHERE e.stream = p.order_id AND e.type = 'order.forgotten')", cancellationToken)];

    private async Task<(string, string?)> OfOurPaymentAsync(string connection, string vendorId, CancellationToken cancellationToken) =>
        await PaymentRow.FindByVendorAsync(database, connection, vendorId, cancellationToken) is null ? ("parked", "No payment of ours has this id.") : ("applied", null);

    private async Task<Dictionary<string, PaymentRow>> PaymentsOfAsync(IEnumerable<VendorNotice> notices, CancellationToken cancellationToken)
    {
        var references = notices.Select(notice => (notice as VendorNotice.PaymentChanged)?.Reference).OfType<string>().Distinct().ToList();
        return references.Count == 0 ? [] : (await PaymentRow.FindAsync(database, references, cancellationToken)).ToDictionary(payment => payment.Id);
    }

    private static string? WhyNotOurs(string connection, VendorNotice.PaymentChanged notice, PaymentRow? payment)
    {
        if (payment is null || payment.Connection != connection) return "No attempt of ours has this reference.";
        if (new Money(payment.Amount, payment.Currency) != notice.Amount) return $"The notice is about {notice.Amount}, the attempt about {payment.Amount} {payment.Currency}.";
        return payment.VendorId is not null && payment.VendorId != notice.VendorId ? "The notice is about another payment with our reference." : null;
    }

    private async Task<(string, string?)> PaymentChangedAsync(string connection, VendorNotice.PaymentChanged notice, PaymentRow? payment, CancellationToken cancellationToken)
    {
        if (WhyNotOurs(connection, notice, payment) is { } why) return ("parked", why);
        switch (payment!.Status)
        {
            case "started" or "action_required":
                if (notice.Outcome is { } told) await Told.KeepAsync(database, payment.Id, told, cancellationToken);
                await runner.WakeAsync(payment.CheckoutId, cancellationToken);
                return ("applied", null);

            case "failed" or "voided":
                return await GiveBackAsync(payment, notice, cancellationToken);

            default:
                return ("applied", null);
        }
    }

    /// <summary>We gave this attempt up. Should the provider hold money for it all the same, it goes back.</summary>
    private async Task<(string, string?)> GiveBackAsync(PaymentRow payment, VendorNotice.PaymentChanged notice, CancellationToken cancellationToken)
    {
        if (await PaymentRow.FindByVendorAsync(database, payment.Connection, notice.VendorId, cancellationToken) is { } other && other.Id != payment.Id) return ("parked", "The notice names another payment of ours.");
        var attempt = payment.Attempt() with { VendorId = notice.VendorId };
        var held = (notice.Outcome ?? await desk.InquireAsync(attempt, cancellationToken)) is PaymentOutcome.Authorized or PaymentOutcome.Captured or PaymentOutcome.ActionNeeded;
        if (!held) return ("applied", null);
        await runner.StartAsync(orphans, $"orphan:{payment.Id}", attempt, key: null);
        return ("applied", "The provider held money for an attempt that was given up; it goes back.");
    }

    private async Task<(string, string?)> DisputeOpenedAsync(string connection, VendorNotice.DisputeOpened notice, CancellationToken cancellationToken)
    {
        var payment = await PaymentRow.FindByVendorAsync(database, connection, notice.VendorId, cancellationToken);
        if (payment is { Captured: 0, Status: "started" or "action_required" or "authorized" }) throw new NotYetException("The dispute is about a payment whose capture is not booked.");
        if (payment?.OrderId is not { } orderId) return ("parked", "No order was paid with this payment.");
        var order = await orders.ForChangeAsync(orderId, fresh: true, cancellationToken);
        var disputed = await database.CountAsync($"SELECT CAST(coalesce(sum(amount), 0) AS bigint) FROM disputes WHERE payment_id = {payment.Id} AND status <> 'won' AND id <> {notice.DisputeId}", cancellationToken);
        if (notice.Amount.Currency != payment.Currency || notice.Amount.Amount < 1 || notice.Amount.Amount > payment.Captured - disputed) return ("parked", "The dispute is about more than was captured, or about nothing.");
        var commit = new Commit().Add($"""
            INSERT INTO disputes (id, payment_id, order_id, amount, currency, reason, status, at)
            VALUES ({notice.DisputeId}, {payment.Id}, {orderId}, {notice.Amount.Amount}, {notice.Amount.Currency}, {notice.Reason}, 'open', {Sql.Now})
            """);
        Ledger.Post(commit, notice.DisputeId, orderId, payment.Currency, new Transfer(Ledger.Disputes, Ledger.Clearing(connection), notice.Amount.Amount));
        Record(commit, order, "order.disputed", $"The payer disputes {notice.Amount}.", notice.DisputeId, notice.Amount.Amount);
        return await CommitOnceAsync(commit, cancellationToken);
    }

    private async Task<(string, string?)> DisputeClosedAsync(VendorNotice.DisputeClosed notice, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string OrderId, string Connection, long Amount, string Currency, string Status)>($"""
            SELECT d.order_id, p.connection, d.amount, d.currency, d.status FROM disputes d JOIN payments p ON p.id = d.payment_id WHERE d.id = {notice.DisputeId}
            """, cancellationToken);
        if (rows is not [var dispute]) throw new NotYetException("No dispute with this id was opened.");
        if (dispute.Status != "open") return ("applied", "It was known already.");
        var order = await orders.ForChangeAsync(dispute.OrderId, fresh: true, cancellationToken);
        var outcome = notice.Won ? "won" : "lost";
        var commit = new Commit().Require($"UPDATE disputes SET status = {outcome} WHERE id = {notice.DisputeId} AND status = 'open'", 1, "stale");
        if (notice.Won) Ledger.Post(commit, $"{notice.DisputeId}:won", dispute.OrderId, dispute.Currency, new Transfer(Ledger.Clearing(dispute.Connection), Ledger.Disputes, dispute.Amount));
        Record(commit, order, "order.dispute_closed", $"The dispute was {outcome}.", notice.DisputeId, dispute.Amount);
        return await CommitOnceAsync(commit, cancellationToken);
    }

    private void Record(Commit commit, Order order, string type, string text, string reference, long amount) => orders.Update(
        commit, order.With(type, text, clock.GetUtcNow()), JsonSerializer.Serialize(new MoneyMoved(reference, amount, order.Currency), OrderEventJson.Default.MoneyMoved));

    private async Task<(string, string?)> CommitOnceAsync(Commit commit, CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return ("applied", null);
        }
        catch (DuplicateException twice) when (twice.Table is "disputes" or "ledger")
        {
            return ("applied", "It was known already.");
        }
    }
}
