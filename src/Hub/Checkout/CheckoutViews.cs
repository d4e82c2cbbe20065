using Composable.Contracts;
using Composable.Hub.Carts;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Orders;

namespace Composable.Hub.Checkout;

/// <summary>Checkouts as the API shows them.</summary>
internal sealed class CheckoutViews(MarketList markets, PaymentRouting routing, Pricing pricing, CheckoutStore store)
{
    public async Task<CheckoutView> ViewAsync(CheckoutSession session, Cart cart, Order? order, CancellationToken cancellationToken)
    {
        var market = markets[session.Market];
        return session is { Quote: { } quote, IsEditable: false }
            ? View(session, cart, market, quote.Lines, quote.Totals, [quote.Delivery], order)
            : await EditableAsync(session, cart, market, cancellationToken);
    }

    /// <summary>Makes the view the answer of a running process, and the session what the next writer believes in.</summary>
    public async Task AnswerAsync(StepContext step, int status, CheckoutSession session, Cart cart, Order? order = null)
    {
        Believe(session, cart);
        step.Reply(status, Json.Write(await ViewAsync(session, cart, order, step.CancellationToken)));
    }

    public void Believe(CheckoutSession session, Cart cart) => store.Believe(session, cart);

    private async Task<CheckoutView> EditableAsync(CheckoutSession session, Cart cart, Market market, CancellationToken cancellationToken)
    {
        var priced = await pricing.PriceAsync(cart, market, cancellationToken);
        var delivery = Quoting.DeliveryOptions(market, cart, priced).ToList();
        var shipping = delivery.Find(option => option.Id == cart.DeliveryOption)?.Price ?? 0;
        var totals = session.Quote?.Totals ?? new OrderTotals(priced.Items, priced.Discount, shipping, 0, priced.ItemsAfterDiscount + shipping, market.TaxIncluded);
        return View(session, cart, market, priced.Lines, totals, delivery, order: null);
    }

    private CheckoutView View(CheckoutSession session, Cart cart, Market market, IReadOnlyList<PricedLine> lines, OrderTotals totals, IEnumerable<OrderDelivery> delivery, Order? order)
    {
        MoneyView Money(long amount) => MoneyViews.Of(amount, market.Currency);
        var parts = CartViews.Totals(totals.Items, totals.Discount, totals.Shipping, totals.Tax, totals.Total, market);
        return new CheckoutView
        {
            Id = session.Id,
            CartId = session.CartId,
            Status = session.Status,
            Market = session.Market,
            Email = cart.Email,
            Addresses = new(cart.ShippingAddress, cart.BillingAddress ?? cart.ShippingAddress),
            DeliveryOptions = [.. delivery.Select(option => new DeliveryOptionView(option.Id, option.Title, Money(option.Price), option.Eta))],
            DeliveryOption = cart.DeliveryOption,
            PaymentOptions = routing.Options(market),
            Lines = CartViews.Lines(lines, market),
            Totals = parts,
            Quote = session is { Quote: { } quote, IsEditable: true } ? new(quote.Token, quote.ExpiresAt, parts) : null,
            Messages = session.Messages,
            Actions = session.Actions,
            OrderId = session.OrderId,
            Order = order?.View(),
            ExpiresAt = session.ExpiresAt,
            Version = session.Version,
        };
    }
}
