using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Catalog;
using Composable.Hub.Markets;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Search;

/// <summary>A product as engines have it. <paramref name="Hash"/> changes when anything in it does.</summary>
internal sealed record ProductDocument(string Id, IReadOnlyDictionary<string, object> Fields, string Hash, bool Available)
{
    public SearchDocument At(long version) => new(Id, version, Fields);
}

/// <summary>What engines are told of products, the same for all of them.</summary>
internal sealed class ProductDocuments
{
    public const string Index = "products";
    public const string Title = "title", Brand = "brand", Categories = "categories", Attributes = "attributes", Available = "available", CreatedAt = "createdAt", TitleSort = "titleSort";

    private const int MaxText = 20_000, MaxKeyword = 100, MaxKeywords = 100;

    private readonly List<(string Field, string Currency)> prices;

    public ProductDocuments(IOptions<MarketOptions> markets)
    {
        prices = [.. markets.Value.Markets.Select(market => (PriceIn(market), market.Currency))];
        Fields =
        [
            new(Title, SearchFieldKind.Text, Weight: 10, Optional: false),
            new("skus", SearchFieldKind.Keyword, Weight: 8, Many: true),
            new(Brand, SearchFieldKind.Keyword, Weight: 5, Facet: true),
            new("categoryNames", SearchFieldKind.Text, Weight: 5, Many: true),
            new("attributeValues", SearchFieldKind.Text, Weight: 3, Many: true),
            new("description", SearchFieldKind.Text, Weight: 1),
            new(Categories, SearchFieldKind.Keyword, Many: true, Facet: true),
            new(Attributes, SearchFieldKind.Keyword, Many: true, Facet: true),
            new(Available, SearchFieldKind.Flag, Facet: true),
            new(CreatedAt, SearchFieldKind.Number, Sort: true),
            new(TitleSort, SearchFieldKind.Keyword, Sort: true),
            .. prices.Select(price => new SearchField(price.Field, SearchFieldKind.Number, Facet: true, Sort: true)),
        ];
        Fingerprint = Hash(JsonSerializer.Serialize(Fields));
    }

    public IReadOnlyList<SearchField> Fields { get; }

    /// <summary>Of the fields: an index with others must be built anew.</summary>
    public string Fingerprint { get; }

    /// <summary>The field with the price in a market.</summary>
    public static string PriceIn(Market market) => "price_" + market.Code.ToLowerInvariant().Replace('-', '_');

    /// <summary>As it stands in an index: <c>color=red</c>.</summary>
    public static string AttributeOf(string key, string value) => $"{KeyOf(key)}={value}";

    public ProductDocument Of(ProductFact fact)
    {
        var product = fact.Product;
        var attributes = product.Attributes.Concat(product.Variants.SelectMany(variant => variant.Options)).Where(pair => pair.Value.Length > 0).ToList();
        var fields = new Dictionary<string, object>
        {
            [Title] = Cut(product.Title, 1_000),
            ["skus"] = Keywords(product.Variants.Select(variant => variant.Sku)),
            ["categoryNames"] = Keywords(product.Categories.Select(category => category.Title)),
            ["attributeValues"] = Keywords(attributes.Select(pair => pair.Value)),
            ["description"] = Cut(product.Description, MaxText),
            [Categories] = Keywords(product.Categories.Select(category => category.Slug)),
            [Attributes] = Keywords(attributes.Select(pair => AttributeOf(pair.Key, pair.Value))),
            [Available] = fact.Available,
            [CreatedAt] = fact.CreatedAt,
            [TitleSort] = Cut(product.Title.ToLowerInvariant(), MaxKeyword),
        };
        if (product.Brand is { Length: > 0 and <= MaxKeyword } brand) fields[Brand] = brand;
        foreach (var (field, currency) in prices) if (fact.Prices.TryGetValue(currency, out var amount)) fields[field] = amount;
        return new(product.Id, fields, Hash(JsonSerializer.Serialize(fields)), fact.Available);
    }

    /// <summary>A key in a filter ends at the colon, and in an index at the equals sign.</summary>
    private static string KeyOf(string key) => key.Trim().ToLowerInvariant().Replace(':', ' ').Replace('=', ' ');

    /// <summary>Longer ones are no words to choose by.</summary>
    private static string[] Keywords(IEnumerable<string> values) => [.. values.Where(value => value.Length is > 0 and <= MaxKeyword).Distinct().Take(MaxKeywords)];

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
}
