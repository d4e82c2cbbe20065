using System.Net;
using Composable.Contracts;
using Composable.Hub.Catalog.Import;

namespace Composable.AllInOne.Verbs;

/// <summary>Takes a cancellation back from the orders it finds its money in.</summary>
internal sealed class InvoiceRefunder(HubClient hub, ReplayState state)
{
    /// <summary>Gives the entry with its refunds, each seen in the hub: a refund that is there already is not made again.</summary>
    public async Task<ReplayEntry> RefundAsync(Invoice invoice, CustomerOrders orders, CancellationToken cancellationToken)
    {
        var entry = state.Of(invoice.Key);
        if (entry.Refunds is not null)
        {
            foreach (var refund in entry.Refunds) orders.Find(refund.Order).Take(refund);
        }
        else
        {
            var (refunds, unmatched) = orders.Plan(invoice);
            entry = state.Save(entry with { Refunds = refunds, Unmatched = unmatched });
        }
        foreach (var refund in entry.Refunds!) await RefundAsync(invoice, orders.Find(refund.Order), refund, cancellationToken);
        return entry.Done ? entry : state.Save(entry with { Done = true });
    }

    private async Task RefundAsync(Invoice invoice, BoughtOrder order, PlannedRefund refund, CancellationToken cancellationToken)
    {
        var key = $"replay-{invoice.Key}-{refund.Order}";
        var reason = $"Cancellation {invoice.Key}";
        if (refund.Amount == order.Total && await TryCancelAsync(order, key, reason, cancellationToken)) return;
        var paid = await WaitForAsync(order.Id, found => found.Status != "placed", cancellationToken);
        if (Refunded(paid, reason) != refund.Amount)
        {
            if (paid.Status is "placed" or "canceled") throw new ReplayException($"order {order.Id} is {paid.Status} and cannot be refunded");
            var body = new RefundInput(new MoneyInput(refund.Amount, OrderLines.Currency), reason);
            await Waiting.UntilAsync(() => TryPostAsync($"/admin/orders/{order.Id}/refund", body, key, cancellationToken), accepted => accepted, cancellationToken);
            paid = await WaitForAsync(order.Id, found => Refunded(found, reason) >= refund.Amount, cancellationToken);
        }
        if (Refunded(paid, reason) is var refunded && refunded != refund.Amount)
            throw new ReplayException($"order {order.Id} has {refunded} pence refunded for this, not {refund.Amount}");
    }

    /// <summary>Nothing is captured yet: the hub can let go of the payment as a whole.</summary>
    private async Task<bool> TryCancelAsync(BoughtOrder order, string key, string reason, CancellationToken cancellationToken)
    {
        var status = (await GetAsync(order.Id, cancellationToken)).Status;
        if (status == "placed" && await TryPostAsync($"/admin/orders/{order.Id}/cancel", new CancelInput(reason), $"{key}-cancel", cancellationToken))
            status = (await WaitForAsync(order.Id, found => found.Status != "placed", cancellationToken)).Status;
        return status == "canceled";
    }

    /// <summary>False when the order is busy with something else, such as its capture.</summary>
    private async Task<bool> TryPostAsync(string path, object body, string key, CancellationToken cancellationToken)
    {
        try
        {
            await hub.AdminPostAsync(path, body, key, cancellationToken);
            return true;
        }
        catch (HubRefusedException exception) when (exception.Status == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private Task<OrderView> WaitForAsync(string id, Func<OrderView, bool> wanted, CancellationToken cancellationToken) =>
        Waiting.UntilAsync(() => GetAsync(id, cancellationToken), wanted, cancellationToken);

    private Task<OrderView> GetAsync(string id, CancellationToken cancellationToken) =>
        hub.AdminAsync<OrderView>(HttpMethod.Get, $"/admin/orders/{id}", cancellationToken);

    private static long Refunded(OrderView order, string reason) => order.Payments.SelectMany(payment => payment.Refunds)
        .Where(refund => refund.Status == "succeeded" && refund.Reason == reason).Sum(refund => refund.Amount.Amount);
}
