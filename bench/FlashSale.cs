namespace Composable.Bench;

/// <summary>How a run on one variant ended. <c>Oversold</c> must be 0; <c>StockLeft</c> is what the hub's catalogue still offers.</summary>
internal sealed record FlashSaleResult(
    int Shoppers, long Stock, long Orders, long Oversold, long? StockLeft, double Seconds, IReadOnlyList<StepResult> Steps);

/// <summary>Shoppers who all want one variant, each buying one piece again and again until told it is gone.</summary>
internal sealed class FlashSale(HubClient hub, Shop shop, TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public async Task<FlashSaleResult> RunAsync(int shoppers, long stock, string secretKey, CancellationToken cancellationToken)
    {
        var meters = new Meters();
        var shopper = new Shopper(hub, shop, meters, clock, Limit);
        var sku = shop.Skus[^1];
        await Shop.SetStockAsync(hub, sku, stock, secretKey, cancellationToken).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var cart = Shop.OneLine(sku, quantity: 1);
        var began = clock.GetTimestamp();
        var visits = stock + shoppers;
        long visit = 0;
        var bought = await Task.WhenAll(Enumerable.Range(0, shoppers).Select(_ => Task.Run(BuyOnAsync, limit.Token))).ConfigureAwait(false);
        var elapsed = clock.GetElapsedTime(began);
        var orders = bought.Sum();
        return new FlashSaleResult(shoppers, stock, orders, Math.Max(0, orders - stock),
            await StockLeftAsync(sku, secretKey, cancellationToken).ConfigureAwait(false), elapsed.TotalSeconds, meters.Read());

        // Together they try to buy one piece more per shopper than there are, so that somebody must be refused.
        async Task<long> BuyOnAsync()
        {
            long mine = 0;
            while (Interlocked.Increment(ref visit) <= visits)
            {
                mine += await shopper.BuyAsync(cart, clock.GetTimestamp(), limit.Token).ConfigureAwait(false) ? 1 : 0;
            }

            return mine;
        }
    }

    private async Task<long?> StockLeftAsync(string sku, string secretKey, CancellationToken cancellationToken)
    {
        foreach (var slug in shop.Slugs)
        {
            var body = await hub.AdministerAsync(HttpMethod.Get, $"/v1/products/{slug}?market=US", null, secretKey, cancellationToken).ConfigureAwait(false);
            if (Shop.Available(body, sku) is { } left)
            {
                return left;
            }
        }

        return null;
    }
}
