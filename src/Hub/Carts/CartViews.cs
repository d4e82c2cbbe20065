using Composable.Contracts;
using Composable.Hub.Markets;

namespace Composable.Hub.Carts;

internal static class CartViews
{
    public static CartView View(Cart cart, PricedCart priced, Market market, string? token = null) => new()
    {
        Id = cart.Id,
        Token = token,
        Market = cart.Market,
        Currency = market.Currency,
        Status = cart.Status,
        Lines = Lines(priced.Lines, market),
        Codes = cart.Codes,
        Email = cart.Email,
        ShippingAddress = cart.ShippingAddress,
        BillingAddress = cart.BillingAddress,
        DeliveryOption = cart.DeliveryOption,
        Totals = Totals(priced.Items, priced.Discount, 0, 0, priced.ItemsAfterDiscount, market),
        Messages = priced.Messages,
        Version = cart.Version,
    };

    public static IReadOnlyList<CartLineView> Lines(IReadOnlyList<PricedLine> lines, Market market) =>
        [.. lines.Select(line => new CartLineView(line.Id, line.Sku, line.Title, line.Quantity, MoneyViews.Of(line.UnitPrice, market.Currency), MoneyViews.Of(line.Total, market.Currency)))];

    public static TotalsView Totals(long items, long discount, long shipping, long tax, long total, Market market)
    {
        MoneyView Money(long amount) => MoneyViews.Of(amount, market.Currency);
        return new(Money(items), Money(discount), Money(shipping), Money(tax), Money(total), market.TaxIncluded);
    }
}
