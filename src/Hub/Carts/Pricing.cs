using Composable.Contracts;
using Composable.Hub.Catalog;
using Composable.Hub.Markets;
using Composable.Hub.Promotions;

namespace Composable.Hub.Carts;

/// <param name="Discount">This line's share of the discounts, in minor units.</param>
/// <param name="Counted">Whether stock is counted for this SKU.</param>
internal sealed record PricedLine(string Id, string Sku, string Title, int Quantity, long UnitPrice, long Discount, long WeightGrams, string? TaxCode, bool Counted)
{
    /// <summary>Before discounts.</summary>
    public long Total => UnitPrice * Quantity;
}

/// <summary>A cart at today's prices, before delivery and tax.</summary>
internal sealed record PricedCart(string Currency, IReadOnlyList<PricedLine> Lines, IReadOnlyList<Promotion> Promotions, bool FreeDelivery, IReadOnlyList<Message> Messages)
{
    public long Items => Lines.Sum(line => line.Total);

    public long Discount => Lines.Sum(line => line.Discount);

    public long ItemsAfterDiscount => Items - Discount;

    public long WeightGrams => Lines.Sum(line => line.WeightGrams * line.Quantity);

    /// <summary>Something stands in the way of buying.</summary>
    public bool IsBlocked => Lines.Count == 0 || Messages.Any(message => message.Severity == "error");
}

/// <summary>Prices a cart from the catalogue and the promotion book. Nothing a caller sent is a price.</summary>
internal sealed class Pricing(Skus skus, PromotionBook promotions, TimeProvider clock)
{
    public async Task<PricedCart> PriceAsync(Cart cart, Market market, CancellationToken cancellationToken)
    {
        var found = await skus.FindAsync([.. cart.Lines.Select(line => line.Sku)], cancellationToken);
        var codes = await promotions.FindAsync(cart.Codes, cart.Email, cancellationToken);
        var messages = new List<Message>();
        var lines = cart.Lines.Select((line, index) => Price(line, index, found.GetValueOrDefault(line.Sku), market, messages)).OfType<PricedLine>().ToList();
        return Discounted(lines, cart.Codes, codes, market.Currency, messages);
    }

    private static PricedLine? Price(CartLine line, int index, Sku? sku, Market market, List<Message> messages)
    {
        if (sku is null || !sku.Prices.TryGetValue(market.Currency, out var price))
        {
            messages.Add(new("error", "not_sold_here", $"/lines/{index}", "This product is no longer sold in this market."));
            return new(line.Id, line.Sku, sku?.Title ?? line.Sku, line.Quantity, 0, 0, 0, null, false);
        }

        if (sku.Available < line.Quantity)
        {
            messages.Add(sku.Available <= 0
                ? new("warning", "out_of_stock", $"/lines/{index}", "This product is sold out.")
                : new("warning", "limited_stock", $"/lines/{index}", $"Only {sku.Available} left."));
        }

        return new(line.Id, line.Sku, sku.Title, line.Quantity, price, 0, sku.WeightGrams, sku.TaxCode, sku.Available is not null);
    }

    private PricedCart Discounted(List<PricedLine> lines, IReadOnlyList<string> wanted, IReadOnlyDictionary<string, PromotionUse> codes, string currency, List<Message> messages)
    {
        var items = lines.Sum(line => line.Total);
        var applied = new List<Promotion>();
        var left = items;
        for (var i = 0; i < wanted.Count; i++)
        {
            var why = codes.GetValueOrDefault(wanted[i]) is { } use ? use.NotApplicable(currency, items, clock.GetUtcNow()) : "There is no such code.";
            if (why is not null)
            {
                messages.Add(new("warning", "code_not_applicable", $"/codes/{i}", why));
                continue;
            }

            var promotion = codes[wanted[i]].Promotion;
            applied.Add(promotion);
            left -= promotion.Discount(currency, left);
        }

        var shares = Allocation.ByLargestRemainder(items - left, [.. lines.Select(line => line.Total)]);
        var priced = lines.Select((line, index) => line with { Discount = shares[index] }).ToList();
        return new(currency, priced, applied, applied.Any(promotion => promotion.Kind == PromotionKind.FreeDelivery), messages);
    }
}
