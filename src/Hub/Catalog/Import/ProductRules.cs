using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Http.CardData;

namespace Composable.Hub.Catalog.Import;

/// <summary>What every imported product must satisfy, whatever file it came from.</summary>
internal static class ProductRules
{
    public const int MaxVariants = 2_000;
    public const int MaxImages = 250;
    /// <summary>In minor units.</summary>
    public const long MaxPrice = 1_000_000_000_000;
    private const long MaxCount = 1_000_000_000;
    private const int MaxDescription = 100_000;

    /// <summary>Why the product is refused, as a sentence; null when it is fine.</summary>
    public static string? Check(ProductInput product) =>
        !Slug.IsValid(product.Slug) ? $"The slug '{Shown(product.Slug)}' is not 1 to 120 lower-case letters, digits and dashes, starting with a letter or digit."
        : !IsText(product.Title, 1, 200) ? "The title is not 1 to 200 printable characters."
        : product.Description is { } description && CardNumbers.IsIn(description) ? CardGuard.RowReason // which tags and entities may have hidden
        : product.Description?.Length > MaxDescription ? $"The description is longer than {MaxDescription} characters."
        : product.Brand is not null && !IsText(product.Brand, 1, 200) ? "The brand is not 1 to 200 printable characters."
        : product.Categories.Count > 20 || !product.Categories.All(path => IsText(path, 1, 500)) ? "There are more than 20 categories, or one is not 1 to 500 printable characters."
        : product.Attributes.Count > 100 || !product.Attributes.All(pair => IsText(pair.Key, 1, 100) && pair.Value?.Length <= 5_000)
            ? "There are more than 100 attributes, or one has a bad name or a value of more than 5000 characters."
        : CheckImages(product.Images) ?? CheckVariants(product.Variants);

    /// <summary>Whether a browser may be sent there: http, https, or a path of this shop.</summary>
    public static bool IsImageUrl(string url) =>
        url.Length <= 2_048 && (IsOwnPath(url) || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)));

    /// <summary>Printable, within the length, without spaces at the ends.</summary>
    public static bool IsText(string? text, int min, int max) =>
        text is not null && text.Length >= min && text.Length <= max && !text.Any(char.IsControl) && text.AsSpan().Trim().Length == text.Length;

    private static bool IsOwnPath(string url) => url.StartsWith('/') && !url.StartsWith("//", StringComparison.Ordinal) && !url.Contains('\\') && !url.Any(char.IsControl);

    private static string? CheckImages(IReadOnlyList<ImageView> images) =>
        images.Count > MaxImages ? $"There are more than {MaxImages} images."
        : images.FirstOrDefault(image => image?.Url is null || image.Alt is null || image.Alt.Length > 1_000 || !IsImageUrl(image.Url)) is { } bad
            ? $"The image '{Shown(bad.Url ?? "")}' has no http, https or local address, or no alternative text of up to 1000 characters."
        : images.Contains(null!) ? "An image is null." : null;

    private static string? CheckVariants(IReadOnlyList<VariantInput> variants)
    {
        if (variants.Count is 0 or > MaxVariants) return $"There are {variants.Count} variants, not 1 to {MaxVariants}.";
        var skus = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variant in variants)
        {
            if (variant is null) return "A variant is null.";
            if (!IsText(variant.Sku, 1, 64)) return $"The sku '{Shown(variant.Sku)}' is not 1 to 64 printable characters without spaces at the ends.";
            if (!skus.Add(variant.Sku)) return $"The sku '{variant.Sku}' is used by more than one variant.";
            if (CheckVariant(variant) is { } reason) return $"Variant '{variant.Sku}': {reason}";
        }
        return null;
    }

    private static string? CheckVariant(VariantInput variant) =>
        variant.Title is not null && !IsText(variant.Title, 1, 300) ? "the title is not 1 to 300 printable characters."
        : variant.Options.Count > 10 || !variant.Options.All(pair => IsText(pair.Key, 1, 100) && IsText(pair.Value, 1, 255)) ? "there are more than 10 options, or one is not printable text."
        : variant.Prices.Count == 0 ? "there is no price."
        : CheckPrices(variant.Prices) ?? CheckPrices(variant.CompareAtPrices)
        ?? (variant.WeightGrams is < 0 or > MaxCount ? "the weight is negative or too large."
        : variant.Stock is < 0 or > MaxCount ? "the stock is negative or too large."
        : variant.TaxCode is not null && !IsText(variant.TaxCode, 1, 64) ? "the tax code is not 1 to 64 printable characters."
        : null);

    private static string? CheckPrices(IReadOnlyDictionary<string, long> prices)
    {
        foreach (var (currency, amount) in prices)
        {
            if (!Currencies.IsKnown(currency)) return $"'{Shown(currency)}' is not a currency.";
            if (amount is < 0 or > MaxPrice) return $"the price in {currency} is negative or too large.";
        }
        return null;
    }

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
