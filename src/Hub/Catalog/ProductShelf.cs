using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Markets;
using Composable.Hub.Storage;

namespace Composable.Hub.Catalog;

/// <summary>Reads products with today's prices and what is left of them.</summary>
internal sealed class ProductShelf(Database database)
{
    public async Task<List<(ProductView View, long Position, string Id)>> ListAsync(string? category, Market market, long afterPosition, string afterId, int limit, CancellationToken cancellationToken)
    {
        Sql only = category is null ? (Sql)$"" : $"AND id IN (SELECT product_id FROM product_categories WHERE category = {category})";
        var rows = await database.QueryAsync<(string Doc, long Position, string Id)>(
            $"SELECT doc, position, id FROM products WHERE (position, id) > ({afterPosition}, {afterId}) {only} ORDER BY position, id LIMIT {limit}", cancellationToken);
        var views = await ViewAsync([.. rows.Select(row => Parse(row.Doc))], market, cancellationToken);
        return [.. rows.Select((row, index) => (views[index], row.Position, row.Id))];
    }

    public async Task<ProductView?> FindAsync(string idOrSlug, Market market, CancellationToken cancellationToken)
    {
        var doc = await database.FirstAsync<string>($"SELECT doc FROM products WHERE id = {idOrSlug} OR slug = {idOrSlug} LIMIT 1", cancellationToken);
        return doc is null ? null : (await ViewAsync([Parse(doc)], market, cancellationToken))[0];
    }

    /// <summary>In the order of the ids; those that do not exist are left out.</summary>
    public async Task<IReadOnlyList<ProductView>> FindAsync(IReadOnlyList<string> ids, Market market, CancellationToken cancellationToken)
    {
        var docs = await database.QueryAsync<string>($"SELECT doc FROM products WHERE id {Sql.In(ids)}", cancellationToken);
        var byId = (await ViewAsync([.. docs.Select(Parse)], market, cancellationToken)).ToDictionary(product => product.Id);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }

    /// <summary>The ids of the first products in the shop's order.</summary>
    public async Task<IReadOnlyList<string>> FirstAsync(int count, CancellationToken cancellationToken) =>
        await database.QueryAsync<string>($"SELECT id FROM products ORDER BY position, id LIMIT {count}", cancellationToken);

    /// <summary>Those that exist of the products named by id, slug or one of their SKUs, in no order.</summary>
    public async Task<List<ProductView>> FindAsync(IReadOnlyCollection<string> idsOrSlugs, IReadOnlyCollection<string> skus, Market market, CancellationToken cancellationToken)
    {
        if (idsOrSlugs.Count + skus.Count == 0) return [];
        var docs = await database.QueryAsync<string>($"""
            SELECT doc FROM products
            WHERE id {Sql.In(idsOrSlugs)} OR slug {Sql.In(idsOrSlugs)} OR id IN (SELECT product_id FROM skus WHERE sku {Sql.In(skus)})
            """, cancellationToken);
        return [.. await ViewAsync([.. docs.Select(Parse)], market, cancellationToken)];
    }

    public async Task<List<CategoryView>> CategoriesAsync(CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Slug, string Title, string? Parent, long Products)>($"""
            SELECT c.slug, c.title, c.parent, (SELECT count(*) FROM product_categories p WHERE p.category = c.slug) FROM categories c ORDER BY c.slug LIMIT 5000
            """, cancellationToken);
        return [.. rows.Select(row => new CategoryView(row.Slug, row.Title, row.Parent, row.Products))];
    }

    private async Task<ProductView[]> ViewAsync(Product[] products, Market market, CancellationToken cancellationToken)
    {
        if (products.Length == 0) return [];
        var offers = await database.QueryAsync<Offer>($"""
            SELECT s.sku, p.amount, p.compare_at AS compareAt, st.on_hand - st.reserved AS available
            FROM skus s LEFT JOIN prices p ON p.sku = s.sku AND p.currency = {market.Currency} LEFT JOIN stock st ON st.sku = s.sku AND s.counted = 1
            WHERE s.product_id {Sql.In(products.Select(product => product.Id))}
            """, cancellationToken);
        var bySku = offers.ToDictionary(offer => offer.Sku);
        return [.. products.Select(product => View(product, bySku, market))];
    }

    private static ProductView View(Product product, Dictionary<string, Offer> offers, Market market) => new(
        product.Id, product.Slug, product.Title, product.Description, product.Brand, product.Categories, product.Images, product.Attributes,
        [.. product.Variants.Select(variant =>
        {
            var offer = offers.GetValueOrDefault(variant.Sku);
            var price = offer?.Amount is { } amount ? MoneyViews.Of(amount, market.Currency) : null;
            return new VariantView(variant.Sku, variant.Title, variant.Options, price, offer?.CompareAt is { } former ? MoneyViews.Of(former, market.Currency) : null, offer?.Available);
        })]);

    private static Product Parse(string doc) => JsonSerializer.Deserialize(doc, CatalogJson.Default.Product)!;

    private sealed class Offer
    {
        public string Sku { get; set; } = "";
        public long? Amount { get; set; }
        public long? CompareAt { get; set; }
        public long? Available { get; set; }
    }
}
