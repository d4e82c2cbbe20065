namespace Composable.Contracts;

public sealed record ProductView(
    string Id, string Slug, string Title, string Description, string? Brand, IReadOnlyList<CategoryRef> Categories,
    IReadOnlyList<ImageView> Images, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<VariantView> Variants);

/// <param name="Available">Pieces that can be bought now; null when stock is not counted for this variant.</param>
public sealed record VariantView(
    string Sku, string Title, IReadOnlyDictionary<string, string> Options, MoneyView? Price, MoneyView? CompareAtPrice, long? Available);

public sealed record ImageView(string Url, string Alt);

public sealed record CategoryRef(string Slug, string Title);

public sealed record CategoryView(string Slug, string Title, string? Parent, long Products);

/// <summary>A product as it is imported: one JSON object a line.</summary>
public sealed record ProductInput
{
    public required string Slug { get; init; }
    public required string Title { get; init; }
    /// <summary>HTML or plain text; tags are removed on import.</summary>
    public string? Description { get; init; }
    public string? Brand { get; init; }
    /// <summary>Paths such as <c>Outdoor &gt; Tents</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];
    public IReadOnlyList<ImageView> Images { get; init; } = [];
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
    public required IReadOnlyList<VariantInput> Variants { get; init; }
}

public sealed record VariantInput
{
    public required string Sku { get; init; }
    public string? Title { get; init; }
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    /// <summary>Minor units by currency: <c>{"USD": 1999, "JPY": 2900}</c>.</summary>
    public required IReadOnlyDictionary<string, long> Prices { get; init; }
    /// <summary>Former prices, by currency.</summary>
    public IReadOnlyDictionary<string, long> CompareAtPrices { get; init; } = new Dictionary<string, long>();
    public long WeightGrams { get; init; }
    /// <summary>Pieces on hand; null when stock is not counted.</summary>
    public long? Stock { get; init; }
    public string? TaxCode { get; init; }
}
