using System.Text.RegularExpressions;
using Composable.Contracts;

namespace Composable.Hub.Catalog;

/// <summary>Names that answers carry in <c>Cache-Tag</c>, so that caches in front of the hub can drop them when something changes.</summary>
internal static partial class CacheTags
{
    /// <summary>On lists of products that are not of one category.</summary>
    public const string Products = "products";

    public const string Categories = "categories";

    /// <summary>On every composed page.</summary>
    public const string Pages = "pages";

    /// <summary>On pages that list whatever content there is.</summary>
    public const string Entries = "entries";

    public static string OfProduct(string id) => $"product:{id}";

    public static string OfCategory(string slug) => $"category:{slug}";

    /// <summary>A piece of content; one with a name that caches do not take is on every page.</summary>
    public static string OfPage(string content) => IsTag(content) ? $"page:{content}" : Pages;

    /// <summary>Whether caches take it as one tag.</summary>
    public static bool IsTag(string? text) => text is not null && Tag().IsMatch(text);

    /// <summary>The product, then its categories.</summary>
    public static IEnumerable<string> Of(ProductView product) => [OfProduct(product.Id), .. product.Categories.Select(category => OfCategory(category.Slug))];

    /// <summary>A list carries one tag and not those of its products, which could be hundreds; each change of a product purges its lists.</summary>
    public static string OfList(string? category) => category is not null && Slug().IsMatch(category) ? OfCategory(category) : Products;

    public static void Show(HttpContext context, params IEnumerable<string> tags) => context.Response.Headers["Cache-Tag"] = string.Join(',', tags);

    [GeneratedRegex("^[!-+.-~-]{1,500}$")]
    private static partial Regex Tag();

    [GeneratedRegex("^[a-z0-9/-]{1,500}$")]
    private static partial Regex Slug();
}
