using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

internal static class ContentfulAssets
{
    /// <summary>Null while the file is still being processed, and for an address that is none.</summary>
    public static ContentAsset? Read(ContentfulItem asset)
    {
        if (asset.Field("file") is not { ValueKind: JsonValueKind.Object } file || Text(file, "url") is not { } url) return null;
        // Contentful leaves the scheme out.
        var absolute = url.StartsWith("//", StringComparison.Ordinal) ? "https:" + url : url;
        if (!Uri.TryCreate(absolute, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")) return null;
        var bytes = file.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object
            && details.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var number) && number >= 0 ? number : (long?)null;
        return new(asset.Sys.Id, absolute, Text(file, "contentType") ?? "application/octet-stream", asset.Text("title") ?? "", bytes);
    }

    private static string? Text(JsonElement file, string name) => file.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
