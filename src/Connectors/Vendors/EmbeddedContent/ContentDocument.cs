using System.Text.Json;

namespace Composable.Connectors.EmbeddedContent;

internal enum DocumentKind
{
    Page,
    Entry,
    Asset,
}

/// <summary>One file, read. The same <paramref name="Id"/> exists once per locale.</summary>
/// <param name="Id">Its path without locale and extension, such as <c>pages/summer/sale</c> or <c>entries/hero/spring</c>; of an asset with the extension.</param>
/// <param name="Locale">Lower case.</param>
/// <param name="Members">As written, with Markdown text under <c>markdown</c>. Undefined for an asset.</param>
internal sealed record ContentDocument(DocumentKind Kind, string Id, string Locale, bool Draft, DateTimeOffset Date, JsonElement Members, long Bytes)
{
    private const string Index = "index";

    public string? Text(string name) => Members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Of an entry: the folder it lies in.</summary>
    public string Type => Id.Split('/')[1];

    /// <summary>Of an entry: its id without the folder of all entries.</summary>
    public string Name => Id[(Id.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Of a page: what the file says, else where it lies.</summary>
    public string Route => Text("route") is { Length: > 0 } said ? Routes.Normal(said) ?? At : At;

    private string At
    {
        get
        {
            var path = Id["pages/".Length..];
            if (path == Index) return "/";
            return "/" + (path.EndsWith("/" + Index, StringComparison.Ordinal) ? path[..^(Index.Length + 1)] : path);
        }
    }
}

internal static class Routes
{
    private const int Longest = 500;

    /// <summary>With one slash in front and none behind; null for what can be no route of a page.</summary>
    public static string? Normal(string route)
    {
        if (route.Length is 0 or > Longest || route.Any(char.IsControl)) return null;
        var trimmed = "/" + route.Trim('/');
        return trimmed.Split('/').Any(part => part is "." or "..") || trimmed.Contains("//", StringComparison.Ordinal) || trimmed.Contains('\\', StringComparison.Ordinal) ? null : trimmed;
    }
}
