using Composable.Hub.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace Composable.Hub.Catalog;

/// <summary>What can be bought under one SKU.</summary>
/// <param name="Available">Pieces that were left when it was looked up; null when stock is not counted.</param>
/// <param name="Prices">Minor units by currency.</param>
internal sealed record Sku(string Code, string ProductId, string Title, long WeightGrams, string? TaxCode, long? Available, IReadOnlyDictionary<string, long> Prices);

/// <summary>
/// Looks SKUs up. A short memory keeps carts off the database; it may be seconds behind another hub's price change, which is why
/// completing a checkout asserts the prices in the database itself.
/// </summary>
internal sealed class Skus(Database database) : IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
    private readonly MemoryCache memory = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    /// <summary>The SKUs that exist; the others are absent.</summary>
    public async Task<IReadOnlyDictionary<string, Sku>> FindAsync(IReadOnlyCollection<string> codes, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Sku>(codes.Count);
        List<string>? missing = null;
        foreach (var code in codes)
        {
            if (memory.TryGetValue(code, out Sku? sku)) found[code] = sku!;
            else (missing ??= []).Add(code);
        }

        if (missing is null) return found;
        foreach (var sku in await ReadAsync(missing, cancellationToken))
        {
            found[sku.Code] = sku;
            memory.Set(sku.Code, sku, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Remembered });
        }

        return found;
    }

    public void Forget(string code) => memory.Remove(code);

    public void Forget() => memory.Clear();

    /// <summary>Fails the commit with <paramref name="otherwise"/> when a price is not what was offered.</summary>
    public static void AssertPrices(Commit commit, string currency, IReadOnlyCollection<(string Sku, long UnitPrice)> offered, string otherwise) => commit.Require($"""
        SELECT 1 FROM prices, {Rows.Of(offered, "l").Text("sku", line => line.Sku).Number("unit_price", line => line.UnitPrice)}
        WHERE prices.sku = l.sku AND prices.currency = {currency} AND prices.amount = l.unit_price
        """, offered.Count, otherwise);

    public void Dispose() => memory.Dispose();

    private async Task<IEnumerable<Sku>> ReadAsync(List<string> codes, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<Row>($"""
            SELECT s.sku, s.product_id AS productId, s.title, s.weight_grams AS weightGrams, s.tax_code AS taxCode, st.on_hand - st.reserved AS available, p.currency, p.amount
            FROM skus s LEFT JOIN stock st ON st.sku = s.sku AND s.counted = 1 LEFT JOIN prices p ON p.sku = s.sku
            WHERE s.sku {Sql.In(codes)}
            """, cancellationToken);
        return rows.GroupBy(row => row.Sku).Select(group => new Sku(
            group.Key, group.First().ProductId, group.First().Title, group.First().WeightGrams, group.First().TaxCode, group.First().Available,
            group.Where(row => row.Currency is not null).ToDictionary(row => row.Currency!, row => row.Amount!.Value)));
    }

    private sealed class Row
    {
        public string Sku { get; set; } = "";
        public string ProductId { get; set; } = "";
        public string Title { get; set; } = "";
        public long WeightGrams { get; set; }
        public string? TaxCode { get; set; }
        public long? Available { get; set; }
        public string? Currency { get; set; }
        public long? Amount { get; set; }
    }
}
