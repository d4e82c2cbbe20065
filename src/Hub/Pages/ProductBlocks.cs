using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Catalog;
using Composable.Hub.Http;

namespace Composable.Hub.Pages;

/// <summary>Products that editors chose by SKU, id or slug, in their order. What is not sold any more is missing.</summary>
internal sealed class ProductBlocks(ProductShelf shelf) : IBlockSource
{
    private const int Most = 48;

    public string Type => "products";

    public async Task<BlockContent> FillAsync(BlockRequest request, CancellationToken cancellationToken)
    {
        var (skus, names) = (request.Texts("skus", Most), request.Texts("products", Most));
        var found = await shelf.FindAsync(names, skus, request.Market, cancellationToken);
        var products = names.Select(name => found.Find(product => product.Id == name || product.Slug == name))
            .Concat(skus.Select(sku => found.Find(product => product.Variants.Any(variant => variant.Sku == sku))))
            .OfType<ProductView>().DistinctBy(product => product.Id).ToList();
        // Those that are not there yet are named too: when they are, the page shows them.
        return CatalogBlocks.Of(request, products, [.. skus.Select(PageTags.Sku), PageTags.Catalog]);
    }
}

/// <summary>The first products of a category.</summary>
internal sealed class CategoryBlocks(ProductShelf shelf) : IBlockSource
{
    private const int Usual = 12, Most = 48;

    public string Type => "category";

    public async Task<BlockContent> FillAsync(BlockRequest request, CancellationToken cancellationToken)
    {
        var rows = await shelf.ListAsync(request.Text("category"), request.Market, -1, "", request.Number("limit", Usual, Most), cancellationToken);
        return CatalogBlocks.Of(request, [.. rows.Select(row => row.View)], [PageTags.Catalog]);
    }
}

internal static class CatalogBlocks
{
    public const string Source = "catalog";

    /// <summary>Whatever editors wrote under <c>items</c>, goods and prices are the catalogue's.</summary>
    public static BlockContent Of(BlockRequest request, IReadOnlyList<ProductView> products, IEnumerable<string> tags, string source = Source, bool simplified = false)
    {
        var data = request.Copy();
        data["items"] = JsonSerializer.SerializeToNode(products, Json.Options);
        return new(data, source, [.. tags, .. PageTags.Of(products)], simplified);
    }
}
