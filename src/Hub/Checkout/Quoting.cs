using System.Globalization;
using System.Text;
using Composable.Contracts;
using Composable.Hub.Carts;
using Composable.Hub.Markets;
using Composable.Hub.Observability;
using Composable.Hub.Orders;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Checkout;

/// <summary>Turns a cart into an offer, or says what is still missing.</summary>
internal sealed class Quoting(Pricing pricing, MarketList markets, TaxTheOrder tax, QuoteTokens tokens, IOptions<CheckoutOptions> options, TimeProvider clock)
{
    /// <summary>Whether the checkout's offer can go on as it is: not when its signature will soon not be known any more.</summary>
    public bool IsGood(CheckoutSession session, Cart cart) => IsCurrent(session, cart) && !tokens.IsAging(session.Quote!.Token);

    /// <summary>Whether the checkout's offer is for the cart as it is and still holds.</summary>
    public bool IsCurrent(CheckoutSession session, Cart cart) => session.Quote is { } quote && quote.CartVersion == cart.Version && quote.ExpiresAt > clock.GetUtcNow();

    /// <summary>The session with a fresh offer, or with messages that say why there is none.</summary>
    public async Task<CheckoutSession> RefreshAsync(CheckoutSession session, Cart cart, CancellationToken cancellationToken)
    {
        var market = markets[session.Market];
        var priced = await pricing.PriceAsync(cart, market, cancellationToken);
        var messages = new List<Message>(priced.Messages);
        var (delivery, shipping) = Delivery(market, cart, priced, messages);
        if (cart.Email is null) messages.Add(new("info", "email_missing", "/email", "An e-mail address is needed."));
        if (priced.Lines.Count == 0) messages.Add(new("error", "cart_empty", "/lines", "The cart is empty."));
        if (priced.IsBlocked || cart.Email is null || delivery is null || cart.ShippingAddress is not { } address)
            return session with { Status = CheckoutSession.Incomplete, Quote = null, Messages = messages };

        WorkSubject.Current = session.Id;
        var taxed = await tax.QuoteAsync(session.Id, market, priced, address, shipping, cancellationToken);
        if (taxed.Estimated) messages.Add(new("info", "tax_estimated", "/totals/tax", "The tax is estimated."));
        return session with { Status = CheckoutSession.Ready, Quote = Offer(session, cart, market, priced, delivery, taxed), Messages = messages };
    }

    /// <summary>The ways of delivery the market offers for this cart, cheapest rules applied.</summary>
    public static IEnumerable<OrderDelivery> DeliveryOptions(Market market, Cart cart, PricedCart priced) =>
        cart.ShippingAddress is { } address && market.Countries.Contains(address.Country)
            ? market.Delivery
                .Select(option => (option, price: option.PriceFor(priced.ItemsAfterDiscount, priced.WeightGrams)))
                .Where(offered => offered.price is not null)
                .Select(offered => new OrderDelivery(offered.option.Id, offered.option.Title, offered.option.Eta, priced.FreeDelivery ? 0 : offered.price!.Value))
            : [];

    private static (OrderDelivery? Delivery, long Shipping) Delivery(Market market, Cart cart, PricedCart priced, List<Message> messages)
    {
        if (cart.ShippingAddress is not { } address)
        {
            messages.Add(new("info", "address_missing", "/shippingAddress", "A shipping address is needed."));
            return default;
        }

        if (!market.Countries.Contains(address.Country))
        {
            messages.Add(new("error", "country_not_served", "/shippingAddress/country", "This market does not deliver to that country."));
            return default;
        }

        var chosen = DeliveryOptions(market, cart, priced).FirstOrDefault(option => option.Id == cart.DeliveryOption);
        if (chosen is null) messages.Add(new("info", "delivery_missing", "/deliveryOption", "A delivery option is to be chosen."));
        return (chosen, chosen?.Price ?? 0);
    }

    private Quote Offer(CheckoutSession session, Cart cart, Market market, PricedCart priced, OrderDelivery delivery, OrderTax taxed)
    {
        var total = priced.ItemsAfterDiscount + delivery.Price + (market.TaxIncluded ? 0 : taxed.Quote.Total);
        var totals = new OrderTotals(priced.Items, priced.Discount, delivery.Price, taxed.Quote.Total, total, market.TaxIncluded);
        var expires = DateTimeOffset.FromUnixTimeMilliseconds((clock.GetUtcNow() + options.Value.QuoteLife).ToUnixTimeMilliseconds());
        var hash = QuoteTokens.Hash(Content(cart, priced, delivery, totals));
        return new Quote
        {
            CartVersion = cart.Version,
            Lines = priced.Lines,
            Promotions = priced.Promotions,
            Email = cart.Email!,
            ShippingAddress = cart.ShippingAddress!,
            BillingAddress = cart.BillingAddress,
            Delivery = delivery,
            Totals = totals,
            Tax = taxed,
            ExpiresAt = expires,
            Hash = hash,
            Token = tokens.Sign(session.Id, hash, expires),
        };
    }

    /// <summary>Everything the shopper agrees to, in one text: equal offers have equal hashes.</summary>
    private static string Content(Cart cart, PricedCart priced, OrderDelivery delivery, OrderTotals totals)
    {
        var text = new StringBuilder();
        var culture = CultureInfo.InvariantCulture;
        foreach (var line in priced.Lines) text.Append(culture, $"{line.Sku}*{line.Quantity}@{line.UnitPrice}-{line.Discount};");
        foreach (var promotion in priced.Promotions) text.Append(culture, $"{promotion.Code},");
        return text.Append(culture, $"|{delivery.Id}|{totals}|{priced.Currency}|{cart.Email}|{cart.ShippingAddress}|{cart.BillingAddress}").ToString();
    }
}
