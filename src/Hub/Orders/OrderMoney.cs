using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Payments;
using Composable.Hub.Storage;

namespace Composable.Hub.Orders;

/// <summary>What money movements do to an order: its document, its payment row and the books, always together.</summary>
internal sealed class OrderMoney(OrderStore orders)
{
    public static void BookSale(Commit commit, Order order)
    {
        var totals = order.Totals;
        var shipping = totals.Shipping - (totals.TaxIncluded ? order.Tax.Quote.Shipping : 0);
        Ledger.Post(commit, $"{order.Id}:sale", order.Id, order.Currency,
            new Transfer(Ledger.Receivable, Ledger.Sales, totals.Total - totals.Tax - shipping),
            new Transfer(Ledger.Receivable, Ledger.Shipping, shipping),
            new Transfer(Ledger.Receivable, Ledger.Tax, totals.Tax));
    }

    public Order BookCapture(Commit commit, Order order, string captureId, string paymentId, long amount, DateTimeOffset now)
    {
        var payment = order.Payments.Single(payment => payment.Id == paymentId);
        PaymentBook.EndCapture(commit, paymentId, amount);
        Ledger.Post(commit, captureId, order.Id, order.Currency, new Transfer(Ledger.Clearing(payment.Connection), Ledger.Receivable, amount));
        var next = order.With("order.paid", $"{new Money(amount, order.Currency)} captured.", now)
            .WithPayment(paymentId, payment => payment with { Status = "captured", Captured = payment.Captured + amount });
        return Save(commit, next with { Status = order.Status == Order.Placed ? Order.Paid : order.Status }, captureId, amount);
    }

    public Order BookRefund(Commit commit, Order order, string refundId, string paymentId, long amount, string? reason, DateTimeOffset now)
    {
        var payment = order.Payments.Single(payment => payment.Id == paymentId);
        var tax = order.TaxIn(amount);
        PaymentBook.EndRefund(commit, paymentId, amount);
        Ledger.Post(commit, refundId, order.Id, order.Currency,
            new Transfer(Ledger.Refunds, Ledger.Clearing(payment.Connection), amount - tax), new Transfer(Ledger.Tax, Ledger.Clearing(payment.Connection), tax));
        var next = order.With("order.refunded", $"{new Money(amount, order.Currency)} refunded.", now).WithPayment(paymentId, payment => payment with
        {
            Status = payment.Refunded + amount == payment.Captured ? "refunded" : "partly_refunded",
            Refunded = payment.Refunded + amount,
            Refunds = [.. payment.Refunds, new(refundId, "succeeded", amount, reason, now)],
        });
        return Save(commit, next, refundId, amount);
    }

    /// <summary>A provider could not hand a refund out after all: the money is with us again, and can be refunded once more.</summary>
    public void ReverseRefund(Commit commit, Order order, OrderRefund refund, DateTimeOffset now)
    {
        var payment = order.Payments.Single(payment => payment.Refunds.Contains(refund));
        var left = payment.Refunded - refund.Amount;
        // Refunds together gave back exactly the order's tax; without this one they must again.
        var tax = order.TaxIn(0 - refund.Amount) * -1;
        PaymentBook.ReverseRefund(commit, payment.Id, refund.Amount);
        Ledger.Post(commit, $"{refund.Id}:failed", order.Id, order.Currency,
            new Transfer(Ledger.Clearing(payment.Connection), Ledger.Refunds, refund.Amount - tax), new Transfer(Ledger.Clearing(payment.Connection), Ledger.Tax, tax));
        var next = order.With("order.refund_failed", $"The refund of {new Money(refund.Amount, order.Currency)} failed at the provider.", now).WithPayment(payment.Id, payment => payment with
        {
            Status = left == 0 ? "captured" : "partly_refunded",
            Refunded = left,
            Refunds = [.. payment.Refunds.Select(known => known.Id == refund.Id ? known with { Status = "failed" } : known)],
        });
        Save(commit, next, refund.Id, refund.Amount);
    }

    /// <summary>Takes back what was booked as a sale and never collected.</summary>
    public static void BookUncollected(Commit commit, Order order)
    {
        var open = order.Totals.Total - order.Captured;
        Ledger.Post(commit, $"{order.Id}:uncollected", order.Id, order.Currency, new Transfer(Ledger.Sales, Ledger.Receivable, open));
    }

    private Order Save(Commit commit, Order next, string reference, long amount)
    {
        orders.Update(commit, next, JsonSerializer.Serialize(new MoneyMoved(reference, amount, next.Currency), OrderEventJson.Default.MoneyMoved));
        return next;
    }
}

/// <summary>What the events of an order say besides their type.</summary>
internal sealed record MoneyMoved(string Reference, long Amount, string Currency);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(MoneyMoved))]
[System.Text.Json.Serialization.JsonSerializable(typeof(OrderPlaced))]
internal sealed partial class OrderEventJson : System.Text.Json.Serialization.JsonSerializerContext;
