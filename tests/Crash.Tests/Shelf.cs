namespace Crash.Tests;

/// <summary>The pieces that were there before the first purchase. Nobody but this campaign buys them.</summary>
internal sealed class Shelf
{
    private const int MostProducts = 12;

    /// <summary>A few that are nearly sold out, so that shoppers fight over the last pieces.</summary>
    private const int ScarceProducts = 4;
    private readonly Dictionary<string, (string Product, long Initial)> stock = [];

    private Shelf()
    {
    }

    public IReadOnlyList<string> Skus => [.. stock.Keys];

    public static async Task<Shelf> CountAsync(Api api, CancellationToken cancellationToken)
    {
        var shelf = new Shelf();
        var answer = await api.ShopAsync(HttpMethod.Get, "/v1/products?limit=100", null, null, cancellationToken);
        if (!answer.Ok) throw new UnexpectedAnswerException($"The products: {(int)answer.Status} {answer.Body}");
        var variants = from product in answer.As<Page<ProductView>>().Items
                       from variant in product.Variants
                       where variant is { Price: not null, Available: > 0 }
                       orderby variant.Available descending
                       select (product.Id, variant.Sku, Available: variant.Available!.Value);
        var offered = variants.ToList();
        foreach (var (product, sku, available) in offered.Take(MostProducts).Concat(offered.TakeLast(ScarceProducts))) shelf.stock[sku] = (product, available);
        return shelf.stock.Count > 0 ? shelf : throw new UnexpectedAnswerException("No product has counted stock and a price.");
    }

    /// <summary>I4: what can be bought now is what was there, less what the orders that stand took.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(Api api, IReadOnlyList<Purchase> purchases, CancellationToken cancellationToken)
    {
        var sold = purchases.Select(purchase => purchase.Seen).OfType<OrderView>().Where(order => order.Status != "canceled")
            .SelectMany(order => order.Lines).GroupBy(line => line.Sku).ToDictionary(lines => lines.Key, lines => lines.Sum(line => (long)line.Quantity));
        var violations = new List<string>();
        foreach (var product in stock.GroupBy(entry => entry.Value.Product))
        {
            var answer = await api.ShopAsync(HttpMethod.Get, $"/v1/products/{product.Key}", null, null, cancellationToken);
            var now = answer.Ok ? answer.As<ProductView>().Variants.ToDictionary(variant => variant.Sku, variant => variant.Available) : [];
            foreach (var (sku, (_, initial)) in product)
            {
                var expected = initial - sold.GetValueOrDefault(sku);
                if (!now.TryGetValue(sku, out var available) || available != expected)
                    violations.Add($"I4 {sku}: {initial} at first, {sold.GetValueOrDefault(sku)} sold, {available ?? -1} available instead of {expected}");
            }
        }
        return violations;
    }
}
