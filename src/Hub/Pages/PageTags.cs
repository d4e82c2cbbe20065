using Composable.Contracts;

namespace Composable.Hub.Pages;

/// <summary>Names of what a page shows. Whoever learns of a change names the same.</summary>
internal static class PageTags
{
    /// <summary>Any product was added or changed: lists of products may look different.</summary>
    public const string Catalog = "catalog";

    public static string Sku(string sku) => "sku:" + sku;

    public static string Product(string id) => "product:" + id;

    public static string Content(string connection, string tag) => $"content:{connection}:{tag}";

    /// <summary>Whatever changes in a content connection: lists of entries may look different.</summary>
    public static string AnyContent(string connection) => $"content:{connection}";

    public static IEnumerable<string> Of(IEnumerable<ProductView> products) => products.SelectMany(product => product.Variants.Select(variant => Sku(variant.Sku)).Prepend(Product(product.Id)));
}
