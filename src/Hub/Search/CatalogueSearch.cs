using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Catalog;
using Composable.Hub.Markets;
using Composable.Hub.Search.Embedded;

namespace Composable.Hub.Search;

/// <summary>Looks through the catalogue itself when no engine answers: titles and SKUs only, without ranking, but with the same filters and sorts.</summary>
internal sealed class CatalogueSearch(ProductFacts facts, ProductShelf shelf)
{
    /// <summary>How many products are looked at; who searches on finds no more than these until the engine is back.</summary>
    private const int MaxCandidates = 300, MaxWords = 6;

    public async Task<(IReadOnlyList<ProductView> Products, long? Next)> FindAsync(SearchRequest request, long offset, int limit, Market market, CancellationToken cancellationToken)
    {
        var texts = TextsOf(request.Text);
        if (texts.Count == 0 && !string.IsNullOrWhiteSpace(request.Text)) return ([], null);
        var ids = await facts.LookThroughAsync(texts, MaxCandidates, cancellationToken);
        var products = Sorted((await shelf.FindAsync(ids, market, cancellationToken)).Where(product => request.Filters.All(filter => Holds(filter, product))), request.Sort).ToList();
        var page = products.Skip((int)Math.Clamp(offset, 0, MaxCandidates)).Take(limit).ToList();
        var end = offset + page.Count;
        return (page, page.Count > 0 && end < products.Count ? end : null);
    }

    public async Task<IReadOnlyList<string>> TitlesAsync(string typed, int limit, Market market, CancellationToken cancellationToken) =>
        TextsOf(typed) is { Count: > 0 } texts ? [.. (await shelf.FindAsync(await facts.LookThroughAsync(texts, limit, cancellationToken), market, cancellationToken)).Select(product => product.Title).Distinct()] : [];

    /// <summary>As they were typed: here nothing takes marks and plurals away from the titles.</summary>
    private static List<string> TextsOf(string text) =>
        [.. Words.Clean(text).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word.Any(char.IsLetterOrDigit)).Distinct().Take(MaxWords)];

    private static bool Holds(SearchFilter filter, ProductView product) => filter switch
    {
        SearchFilter.OneOf one => ValuesOf(one.Field, product).Any(one.Values.Contains) != one.Not,
        SearchFilter.Flag flag => product.Variants.Any(variant => variant.Available is null or > 0) == flag.Value,
        SearchFilter.Between range => PriceOf(product) is { } price && price >= (range.From ?? long.MinValue) && price <= (range.To ?? long.MaxValue),
        _ => false,
    };

    private static IEnumerable<string> ValuesOf(string field, ProductView product) => field switch
    {
        ProductDocuments.Brand => product.Brand is { } brand ? [brand] : [],
        ProductDocuments.Categories => product.Categories.Select(category => category.Slug),
        _ => product.Attributes.Concat(product.Variants.SelectMany(variant => variant.Options)).Select(pair => ProductDocuments.AttributeOf(pair.Key, pair.Value)),
    };

    private static IEnumerable<ProductView> Sorted(IEnumerable<ProductView> products, SearchSort? sort) => sort switch
    {
        null => products,
        { Field: ProductDocuments.TitleSort } => products.OrderBy(product => product.Title, StringComparer.OrdinalIgnoreCase),
        { Field: ProductDocuments.CreatedAt } => products.OrderByDescending(product => product.Id, StringComparer.Ordinal), // Ids grow with time.
        { Descending: true } => products.OrderBy(product => PriceOf(product) is null).ThenByDescending(PriceOf),
        _ => products.OrderBy(product => PriceOf(product) is null).ThenBy(PriceOf),
    };

    private static long? PriceOf(ProductView product) => product.Variants.Min(variant => variant.Price?.Amount);
}
