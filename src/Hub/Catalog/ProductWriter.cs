using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Stock;
using Composable.Hub.Storage;

namespace Composable.Hub.Catalog;

/// <summary>What became of one product of a batch; <paramref name="Why"/> is set when it was rejected.</summary>
internal sealed record WrittenProduct(string Slug, bool Changed, string? Why);

/// <summary>
/// Writes products in batches. Writing the same product again changes nothing. Variants are added and updated, never removed, because
/// orders may speak of them; the stock given is what a new SKU starts with, and no later import overrules what was sold since.
/// </summary>
internal sealed class ProductWriter(Database database, Skus memory)
{
    private const int Tries = 10;

    /// <summary>When another import writes one of the products at the same time, looks again at what there is and writes on top of that.</summary>
    public async Task<IReadOnlyList<WrittenProduct>> WriteAsync(IReadOnlyList<ProductInput> batch, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryAsync(batch, cancellationToken);
            }
            catch (Exception moved) when (moved is GuardFailedException or DuplicateException && tries < Tries)
            {
                await Task.Delay(Random.Shared.Next(5, 20 * tries), cancellationToken);
            }
        }
    }

    private async Task<List<WrittenProduct>> TryAsync(IReadOnlyList<ProductInput> batch, CancellationToken cancellationToken)
    {
        var inputs = batch.GroupBy(product => product.Slug).Select(Merge).ToList();
        // In this order: the owner of a SKU is then among the products that are known, also when it was written in between.
        var owners = await OwnersAsync(inputs, cancellationToken);
        var known = await KnownAsync(inputs, cancellationToken);
        var results = new List<WrittenProduct>();
        var changes = new List<(ProductInput Input, Known? Before, string Id)>();
        foreach (var input in inputs)
        {
            var before = known.GetValueOrDefault(input.Slug);
            var id = before?.Id ?? Ids.New("prd");
            var foreign = input.Variants.FirstOrDefault(variant => owners.GetValueOrDefault(variant.Sku, id) != id);
            if (foreign is not null) results.Add(new(input.Slug, false, $"SKU '{foreign.Sku}' belongs to another product."));
            else if (IsUnchanged(before, input)) results.Add(new(input.Slug, false, null));
            else
            {
                changes.Add((input, before, id));
                foreach (var variant in input.Variants) owners.TryAdd(variant.Sku, id);
                results.Add(new(input.Slug, true, null));
            }
        }

        if (changes.Count > 0) await CommitAsync(changes, owners, cancellationToken);
        return results;
    }

    private async Task CommitAsync(List<(ProductInput Input, Known? Before, string Id)> changes, Dictionary<string, string> owners, CancellationToken cancellationToken)
    {
        var existing = await database.QueryAsync<string>(
            $"SELECT sku FROM skus WHERE sku {Sql.In(owners.Keys)}", cancellationToken);
        var position = await database.CountAsync($"SELECT coalesce(max(position), 0) FROM products", cancellationToken);
        var commit = new Commit();
        foreach (var (input, before, id) in changes) WriteProduct(commit, input, before, id, ++position);

        var variants = changes.SelectMany(change => change.Input.Variants.Select(variant => (change.Id, change.Input, Variant: variant))).ToList();
        var fresh = variants.Where(row => !existing.Contains(row.Variant.Sku)).ToList();
        commit.Add($"""
            INSERT INTO skus (sku, product_id, title, weight_grams, tax_code, counted)
            SELECT l.sku, l.product_id, l.title, l.weight_grams, l.tax_code, l.counted FROM {SkuRows(variants)} WHERE 1 = 1
            ON CONFLICT (sku) DO UPDATE SET title = excluded.title, weight_grams = excluded.weight_grams, tax_code = excluded.tax_code
            """);
        var prices = variants.SelectMany(row => row.Variant.Prices.Select(price => new
        {
            row.Variant.Sku,
            Currency = price.Key,
            Amount = price.Value,
            CompareAt = row.Variant.CompareAtPrices.TryGetValue(price.Key, out var former) ? former : (long?)null,
        }));
        commit.Add($"""
            INSERT INTO prices (sku, currency, amount, compare_at)
            SELECT l.sku, l.currency, l.amount, l.compare_at FROM {Rows.Of(prices, "l").Text("sku", row => row.Sku).Text("currency", row => row.Currency).Number("amount", row => row.Amount).Number("compare_at", row => row.CompareAt)} WHERE 1 = 1
            ON CONFLICT (sku, currency) DO UPDATE SET amount = excluded.amount, compare_at = excluded.compare_at
            """);
        StockRoom.Receive(commit, Ids.New("imp"), [.. fresh.Where(row => row.Variant.Stock is not null).Select(row => new StockLine(row.Variant.Sku, row.Variant.Stock!.Value))]);
        WriteCategories(commit, changes);
        await database.CommitAsync(commit, cancellationToken);
        foreach (var row in variants) memory.Forget(row.Variant.Sku);
    }

    private static void WriteProduct(Commit commit, ProductInput input, Known? before, string id, long position)
    {
        var product = ProductOf(input, before, id);
        var doc = JsonSerializer.Serialize(product, CatalogJson.Default.Product);
        var version = (before?.Version ?? 0) + 1;
        if (before is null)
        {
            commit.AddRow("INSERT INTO products (id, slug, position, content_hash, doc, version) VALUES ", $"({id}, {input.Slug}, {position}, {HashOf(input)}, {doc}, {version})");
        }
        else
        {
            commit.Require($"UPDATE products SET content_hash = {HashOf(input)}, doc = {doc}, version = {version} WHERE id = {id} AND version = {before.Version}", 1, "stale");
        }

        commit.Append(new HubEvent(id, version, before is null ? "product.created" : "product.updated", JsonSerializer.Serialize(new { input.Slug }, Http.Json.Options)));
    }

    private static Product ProductOf(ProductInput input, Known? before, string id)
    {
        var variants = input.Variants.Select(variant => new Variant(variant.Sku, TitleOf(variant), variant.Options, HashOf(variant))).ToList();
        if (before is not null) variants = [.. before.Product.Variants.Where(old => variants.TrueForAll(variant => variant.Sku != old.Sku)), .. variants];
        return new(id, input.Slug, input.Title, input.Description ?? "", input.Brand, [.. input.Categories.SelectMany(Categories.Of).Distinct()], input.Images, input.Attributes, variants);
    }

    private static void WriteCategories(Commit commit, List<(ProductInput Input, Known? Before, string Id)> changes)
    {
        var paths = changes.SelectMany(change => change.Input.Categories.SelectMany(path => Categories.Of(path).Select((category, depth) => (change.Id, category, Parent: depth == 0 ? null : Categories.Of(path)[depth - 1].Slug)))).ToList();
        if (paths.Count == 0) return;
        commit.Add($"""
            INSERT INTO categories (slug, title, parent) SELECT l.slug, l.title, l.parent
            FROM {Rows.Of(paths.DistinctBy(row => row.category.Slug), "l").Text("slug", row => row.category.Slug).Text("title", row => row.category.Title).Text("parent", row => row.Parent)} WHERE 1 = 1
            ON CONFLICT (slug) DO NOTHING
            """);
        commit.Add($"""
            INSERT INTO product_categories (category, product_id) SELECT l.slug, l.id
            FROM {Rows.Of(paths.Select(row => (row.category.Slug, row.Id)).Distinct(), "l").Text("slug", row => row.Slug).Text("id", row => row.Id)} WHERE 1 = 1
            ON CONFLICT (category, product_id) DO NOTHING
            """);
    }

    private static Rows<(string Id, ProductInput Input, VariantInput Variant)> SkuRows(IEnumerable<(string Id, ProductInput Input, VariantInput Variant)> variants) => Rows.Of(variants, "l")
        .Text("sku", row => row.Variant.Sku).Text("product_id", row => row.Id).Text("title", row => TitleOf(row.Variant) is { Length: > 0 } title ? $"{row.Input.Title}, {title}" : row.Input.Title)
        .Number("weight_grams", row => row.Variant.WeightGrams).Text("tax_code", row => row.Variant.TaxCode).Number("counted", row => row.Variant.Stock is null ? 0 : 1);

    private static string TitleOf(VariantInput variant) => variant.Title ?? string.Join(" / ", variant.Options.Values);

    private static ProductInput Merge(IGrouping<string, ProductInput> same) =>
        same.Count() == 1 ? same.First() : same.Last() with { Variants = [.. same.SelectMany(product => product.Variants).GroupBy(variant => variant.Sku).Select(group => group.Last())] };

    private static bool IsUnchanged(Known? before, ProductInput input) => before is not null && before.ContentHash == HashOf(input)
        && input.Variants.All(variant => before.Product.Variants.Any(old => old.Sku == variant.Sku && old.Imported == HashOf(variant)));

    private static string HashOf(ProductInput input) => Hash(JsonSerializer.Serialize(input with { Variants = [] }, CatalogJson.Default.ProductInput));

    private static string HashOf(VariantInput variant) => Hash(JsonSerializer.Serialize(variant, CatalogJson.Default.VariantInput));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];

    private async Task<Dictionary<string, Known>> KnownAsync(List<ProductInput> inputs, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Slug, string Id, string Hash, string Doc, long Version)>($"""
            SELECT slug, id, content_hash, doc, version FROM products
            WHERE slug {Sql.In(inputs.Select(input => input.Slug))}
            """, cancellationToken);
        return rows.ToDictionary(row => row.Slug, row => new Known(row.Id, row.Hash, JsonSerializer.Deserialize(row.Doc, CatalogJson.Default.Product)!, row.Version));
    }

    private async Task<Dictionary<string, string>> OwnersAsync(List<ProductInput> inputs, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Sku, string ProductId)>($"""
            SELECT sku, product_id FROM skus
            WHERE sku {Sql.In(inputs.SelectMany(input => input.Variants).Select(variant => variant.Sku))}
            """, cancellationToken);
        return rows.ToDictionary(row => row.Sku, row => row.ProductId);
    }

    private sealed record Known(string Id, string ContentHash, Product Product, long Version);
}
