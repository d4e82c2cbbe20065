using System.Text.Json;
using Composable.Hub.Storage;

namespace Composable.Hub.Catalog;

/// <summary>Everything about a product that can be searched by, of one moment.</summary>
/// <param name="Prices">The lowest price of its variants, in minor units by currency.</param>
/// <param name="Available">Whether any variant can be bought now.</param>
internal sealed record ProductFact(Product Product, IReadOnlyDictionary<string, long> Prices, bool Available, long CreatedAt);

/// <summary>Reads products for those who keep copies of them.</summary>
internal sealed class ProductFacts(Database database)
{
    /// <summary>Of those that exist; the others are absent.</summary>
    public async Task<IReadOnlyDictionary<string, ProductFact>> FindAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var docs = await database.QueryAsync<(string Id, string Doc, long At)>($"""
            SELECT p.id, p.doc, coalesce(e.at, 0) FROM products p LEFT JOIN events e ON e.stream = p.id AND e.seq = 1 WHERE p.id {Sql.In(ids)}
            """, cancellationToken);
        if (docs.Count == 0) return new Dictionary<string, ProductFact>();
        var prices = await database.QueryAsync<(string Id, string Currency, long Amount)>($"""
            SELECT s.product_id, p.currency, min(p.amount) FROM skus s JOIN prices p ON p.sku = s.sku WHERE s.product_id {Sql.In(ids)} GROUP BY s.product_id, p.currency
            """, cancellationToken);
        var available = (await database.QueryAsync<string>($"""
            SELECT DISTINCT s.product_id FROM skus s LEFT JOIN stock st ON st.sku = s.sku WHERE s.product_id {Sql.In(ids)} AND (s.counted = 0 OR st.on_hand > st.reserved)
            """, cancellationToken)).ToHashSet();
        var byProduct = prices.ToLookup(row => row.Id);
        return docs.ToDictionary(row => row.Id, row => new ProductFact(
            JsonSerializer.Deserialize(row.Doc, CatalogJson.Default.Product)!, byProduct[row.Id].ToDictionary(price => price.Currency, price => price.Amount), available.Contains(row.Id), row.At));
    }

    /// <summary>All ids, in their order.</summary>
    public Task<List<string>> AfterAsync(string id, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync<string>($"SELECT id FROM products WHERE id > {id} ORDER BY id LIMIT {limit}", cancellationToken);

    public Task<List<string>> SampleAsync(int count, CancellationToken cancellationToken) =>
        database.QueryAsync<string>($"SELECT id FROM products ORDER BY random() LIMIT {count}", cancellationToken);

    /// <summary>Products whose titles or SKUs have all the texts in them, in the shop's order. For when there is nothing better to ask.</summary>
    public Task<List<string>> LookThroughAsync(IReadOnlyList<string> texts, int limit, CancellationToken cancellationToken)
    {
        Sql all = $"";
        foreach (var text in texts)
        {
            var pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            all = $"{all} AND EXISTS (SELECT 1 FROM skus s WHERE s.product_id = p.id AND (lower(s.title) LIKE {pattern} ESCAPE '\\' OR lower(s.sku) LIKE {pattern} ESCAPE '\\'))";
        }

        return database.QueryAsync<string>($"SELECT p.id FROM products p WHERE 1 = 1{all} ORDER BY p.position, p.id LIMIT {limit}", cancellationToken);
    }
}
