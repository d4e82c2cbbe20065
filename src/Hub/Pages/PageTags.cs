using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Catalog;

namespace Composable.Hub.Pages;

/// <summary>Names of what a page shows. Whoever learns of a change names the same.</summary>
internal static class PageTags
{
    private const int MostForCaches = 100;

    /// <summary>Any product was added or changed: lists of products may look different.</summary>
    public const string Catalog = "catalog";

    public static string Sku(string sku) => "sku:" + sku;

    public static string Product(string id) => "product:" + id;

    public static string Content(string connection, string tag) => $"content:{connection}:{tag}";

    /// <summary>Whatever changes in a content connection: lists of entries may look different.</summary>
    public static string AnyContent(string connection) => $"content:{connection}";

    /// <summary>
    /// The names for caches in front of the hub: <c>page:…</c> of its content; <c>products</c> where goods are shown, for any change of them; <c>entries</c> where any change of
    /// content may show; and <c>pages</c>.
    /// </summary>
    public static string ForCaches(ContentPage page, IReadOnlyCollection<string> tags)
    {
        var named = page.Tags.Select(CacheTags.OfPage).ToList();
        var showsLists = named.Count > MostForCaches || tags.Any(tag => tag.StartsWith("content:", StringComparison.Ordinal) && tag.IndexOf(':', "content:".Length) < 0);
        var showsGoods = tags.Any(tag => tag == Catalog || tag.StartsWith("sku:", StringComparison.Ordinal));
        return string.Join(',', [.. named.Take(MostForCaches), .. showsLists ? [CacheTags.Entries] : Array.Empty<string>(), .. showsGoods ? [CacheTags.Products] : Array.Empty<string>(), CacheTags.Pages]);
    }

    public static IEnumerable<string> Of(IEnumerable<ProductView> products) => products.SelectMany(product => product.Variants.Select(variant => Sku(variant.Sku)).Prepend(Product(product.Id)));
}
