using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composable.Connectors.Contentful;

/// <summary>
/// Copies fields with every link replaced by its target. A target that is not published is absent from the answer, and its link is left out; so is one that
/// leads in a circle or too deep. Every id on the way is noted, found or not: when it is published, the page changes.
/// </summary>
internal sealed class ContentfulLinks(ContentfulSettings settings, ContentfulArray answer)
{
    /// <summary>Entries that link to many others several times over would grow without end.</summary>
    private const int Most = 500;

    private readonly Dictionary<string, ContentfulItem> _targets = answer.Items.Concat(answer.Includes?.Entries ?? []).Concat(answer.Includes?.Assets ?? [])
        .OfType<ContentfulItem>().Where(item => item.Sys.Id.Length > 0).DistinctBy(item => item.Sys.Id).ToDictionary(item => item.Sys.Id);
    private readonly HashSet<string> _tags = [];
    private readonly Stack<string> _open = new();
    private int _followed;

    public IReadOnlyCollection<string> Tags => _tags;

    /// <summary>What a link leads to; null when it is no link, or leads nowhere.</summary>
    public ContentfulItem? Follow(JsonElement link)
    {
        if (Target(link) is not { } id) return null;
        _tags.Add(id);
        return ++_followed <= Most && !_open.Contains(id) && _open.Count < settings.LinkDepth ? _targets.GetValueOrDefault(id) : null;
    }

    public JsonObject Entry(ContentfulItem entry)
    {
        _open.Push(entry.Sys.Id);
        var copy = entry.Fields.ValueKind == JsonValueKind.Object ? Members(entry.Fields) : [];
        _open.Pop();
        return copy;
    }

    /// <summary>An asset as the data of an image block; null when its file is not there yet.</summary>
    public static JsonObject? Asset(ContentfulItem asset) => ContentfulAssets.Read(asset) is { } file
        ? new JsonObject { ["url"] = file.Url, ["alt"] = asset.Text("description") ?? file.Title, ["contentType"] = file.ContentType }
        : null;

    private JsonObject Members(JsonElement fields)
    {
        var copy = new JsonObject();
        foreach (var field in fields.EnumerateObject()) if (TryCopy(field.Value, out var value)) copy[field.Name] = value;
        return copy;
    }

    private bool TryCopy(JsonElement element, out JsonNode? copy)
    {
        copy = null;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when Target(element) is not null:
                return Follow(element) is { } target && (copy = Linked(target)) is not null;
            case JsonValueKind.Object:
                copy = Members(element);
                return true;
            case JsonValueKind.Array:
                var items = new JsonArray();
                foreach (var item in element.EnumerateArray()) if (TryCopy(item, out var value)) items.Add(value);
                copy = items;
                return true;
            case JsonValueKind.Null:
                return true;
            case JsonValueKind.String:
                copy = element.GetString();
                return true;
            default:
                copy = JsonValue.Create(element);
                return true;
        }
    }

    private JsonObject? Linked(ContentfulItem target)
    {
        if (target.Sys.Type == "Asset") return Asset(target);
        var copy = Entry(target);
        copy.TryAdd("id", target.Sys.Id);
        copy.TryAdd("type", target.Sys.ContentType?.Sys.Id);
        return copy;
    }

    private static string? Target(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("sys", out var sys) && sys.ValueKind == JsonValueKind.Object
        && sys.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("Link"u8)
        && sys.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
}
