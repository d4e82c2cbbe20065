using System.Text.Json.Serialization;
using Composable.Contracts;

namespace Composable.Hub.Catalog;

/// <summary>A product as it is kept: everything but prices and stock, which live in tables of their own.</summary>
internal sealed record Product(
    string Id, string Slug, string Title, string Description, string? Brand, IReadOnlyList<CategoryRef> Categories,
    IReadOnlyList<ImageView> Images, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<Variant> Variants);

/// <param name="Imported">Fingerprint of the variant as it was last imported, prices included.</param>
internal sealed record Variant(string Sku, string Title, IReadOnlyDictionary<string, string> Options, string Imported);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(ProductInput))]
[JsonSerializable(typeof(VariantInput))]
internal sealed partial class CatalogJson : JsonSerializerContext;
