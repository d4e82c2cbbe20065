using System.Security.Cryptography;
using Composable.Hub.Carts;
using Composable.Hub.Durability;
using Composable.Hub.Orders;
using Composable.Hub.Payments;
using Composable.Hub.Stock;

using Composable.Hub.Observability;

namespace Composable.Hub.Checkout.Steps;

/// <summary>The point of no return: the order, the stock it takes, the books and the events become true in one commit.</summary>
internal sealed class PlaceOrder(OrderStore orders, CheckoutViews views)
{
    private const string NumberAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

    public async Task<StepResult<CheckoutState>> Do(CheckoutState state, StepContext step)
    {
        var order = OrderOf(state, step.Now);
        CrashPoint.Reach("C13");
        orders.Insert(step.Commit, order);
        OrderMoney.BookSale(step.Commit, order);
        StockRoom.Take(step.Commit, step.ProcessId, state.Quote.CountedLines);
        if (state.Payment is { } payment)
        {
            PaymentBook.Authorize(step.Commit, payment, order.Id, state.CaptureId is null || payment.AlreadyCaptured ? 0 : payment.Amount.Amount);
            if (payment.AlreadyCaptured)
                Ledger.Post(step.Commit, $"{payment.Id}:captured", order.Id, order.Currency, new Transfer(Ledger.Clearing(payment.Connection), Ledger.Receivable, payment.Amount.Amount));
        }

        var cart = state.Cart with { Status = Cart.Ordered, Version = state.Cart.Version + 1 };
        var session = state.Session with { Status = CheckoutSession.Completed, OrderId = order.Id, Actions = [], Version = state.Session.Version + 1 };
        CartStore.Update(step.Commit, cart, "cart.ordered");
        CheckoutStore.Update(step.Commit, session, "checkout.completed", sameOffer: true);
        await views.AnswerAsync(step, 200, session, cart, order);
        return new StepResult<CheckoutState>.Done(state with { Cart = cart, Session = session });
    }

    private static Order OrderOf(CheckoutState state, DateTimeOffset now)
    {
        var quote = state.Quote;
        var included = quote.Totals.TaxIncluded;
        return new Order
        {
            Id = state.OrderId,
            Number = RandomNumberGenerator.GetString(NumberAlphabet, 10),
            Status = state.Payment is null or { AlreadyCaptured: true } ? Order.Paid : Order.Placed,
            CheckoutId = state.Session.Id,
            CartId = state.Cart.Id,
            TokenHash = state.Cart.TokenHash,
            CustomerId = state.Cart.CustomerId,
            Market = state.Session.Market,
            Currency = quote.Tax.Request.Currency,
            Email = quote.Email,
            Lines = [.. quote.Lines.Select(line => LineOf(line, quote.Tax.Quote.Items.GetValueOrDefault(line.Id), included))],
            Codes = [.. quote.Promotions.Select(promotion => promotion.Code)],
            ShippingAddress = quote.ShippingAddress,
            BillingAddress = quote.BillingAddress,
            Delivery = quote.Delivery,
            Totals = quote.Totals,
            Tax = quote.Tax,
            Payments = state.Payment is { } payment ? [PaymentOf(payment)] : [],
            Timeline = [new(now, "order.placed", "The order was placed.")],
            PlacedAt = now,
            Version = 1,
        };
    }

    private static OrderLine LineOf(PricedLine line, long tax, bool included) =>
        new(line.Id, line.Sku, line.Title, line.Quantity, line.UnitPrice, line.Discount, tax, line.Total - line.Discount + (included ? 0 : tax), line.Counted);

    private static OrderPayment PaymentOf(PaymentAttempt payment)
    {
        var amount = payment.Amount.Amount;
        return new(payment.Id, payment.Connection, payment.VendorId!, payment.AlreadyCaptured ? "captured" : "authorized", amount, payment.AlreadyCaptured ? amount : 0, 0);
    }
}
