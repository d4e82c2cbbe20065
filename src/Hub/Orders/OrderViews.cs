using Composable.Contracts;
using Composable.Hub.Markets;

namespace Composable.Hub.Orders;

internal static class OrderViews
{
    public static OrderView View(this Order order)
    {
        MoneyView Money(long amount) => MoneyViews.Of(amount, order.Currency);
        var totals = order.Totals;
        return new OrderView
        {
            Id = order.Id,
            Number = order.Number,
            Status = order.Status,
            CheckoutId = order.CheckoutId,
            Market = order.Market,
            Currency = order.Currency,
            Email = order.Email,
            Lines = [.. order.Lines.Select(line => new OrderLineView(line.Id, line.Sku, line.Title, line.Quantity, Money(line.UnitPrice), Money(line.Discount), Money(line.Tax), Money(line.Total)))],
            Codes = order.Codes,
            Addresses = new(order.ShippingAddress, order.BillingAddress ?? order.ShippingAddress),
            Delivery = new(order.Delivery.Id, order.Delivery.Title, Money(order.Delivery.Price), order.Delivery.Eta),
            Totals = new(Money(totals.Items), Money(totals.Discount), Money(totals.Shipping), Money(totals.Tax), Money(totals.Total), totals.TaxIncluded),
            TaxLines = [.. order.Tax.Quote.Lines.Select(line => new TaxLineView(line.Title, line.Rate, Money(line.Amount)))],
            Payments = [.. order.Payments.Select(payment => new PaymentView(payment.Id, payment.Connection, payment.Id, payment.Status,
                Money(payment.Authorized), Money(payment.Captured), Money(payment.Refunded),
                [.. payment.Refunds.Select(refund => new RefundView(refund.Id, refund.Status, Money(refund.Amount), refund.Reason, refund.At))]))],
            Fulfillments = order.Fulfillments,
            Timeline = order.Timeline,
            PlacedAt = order.PlacedAt,
            Version = order.Version,
        };
    }
}
