using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.Connectors.Contentful;

// As on the wire, of one locale: with locale=* fields would have another shape, and it is never asked for.

internal sealed record ContentfulArray(int Total, IReadOnlyList<ContentfulItem?> Items, ContentfulIncludes? Includes = null);

/// <summary>What the items link to, as deep as was asked. Targets that are not published are absent.</summary>
internal sealed record ContentfulIncludes(
    [property: JsonPropertyName("Entry")] IReadOnlyList<ContentfulItem?>? Entries = null,
    [property: JsonPropertyName("Asset")] IReadOnlyList<ContentfulItem?>? Assets = null);

/// <param name="Fields">Undefined for what was deleted. A field without a value is absent.</param>
internal sealed record ContentfulItem(ContentfulSys Sys, JsonElement Fields = default)
{
    public JsonElement? Field(string name) => Fields.ValueKind == JsonValueKind.Object && Fields.TryGetProperty(name, out var value) ? value : null;

    public string? Text(string name) => Field(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}

internal sealed record ContentfulSys(string Type, string Id = "", ContentfulLink? ContentType = null);

internal sealed record ContentfulLink(ContentfulLinkSys Sys);

internal sealed record ContentfulLinkSys(string Id);

internal sealed record ContentfulSync(IReadOnlyList<ContentfulItem?> Items, string? NextPageUrl = null, string? NextSyncUrl = null);

internal sealed record ContentfulLocales(IReadOnlyList<ContentfulLocale?> Items);

internal sealed record ContentfulLocale(string Code, bool Default = false, string? FallbackCode = null);

internal sealed record ContentfulErrorAnswer(ContentfulSys Sys);

/// <summary>The body of a notice: the entry or asset it is about.</summary>
internal sealed record ContentfulNotice(ContentfulSys Sys);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ContentfulArray))]
[JsonSerializable(typeof(ContentfulItem))]
[JsonSerializable(typeof(ContentfulSync))]
[JsonSerializable(typeof(ContentfulLocales))]
[JsonSerializable(typeof(ContentfulErrorAnswer))]
[JsonSerializable(typeof(ContentfulNotice))]
internal sealed partial class ContentfulJson : JsonSerializerContext;
