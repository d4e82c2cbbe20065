using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composable.Connectors.EmbeddedContent;

/// <summary>
/// Copies what an editor wrote, with <c>{"$entry": "type/id"}</c> replaced by that entry and <c>{"$asset": "name"}</c> by its address. What is not there, is a
/// draft, or leads in a circle is left out. Notes every id on the way, found or not: when it appears, the page changes.
/// </summary>
internal sealed class EntryLinks(ContentShelf shelf, string locale, bool preview, Func<string, string> urlOf)
{
    private const int Deepest = 4, Most = 200;

    private readonly HashSet<string> _tags = [];
    private readonly Stack<string> _open = new();
    private int _followed;

    public IReadOnlyCollection<string> Tags => _tags;

    public ContentDocument? Follow(string name)
    {
        var id = "entries/" + name;
        _tags.Add(id);
        return ++_followed <= Most && shelf.Find(id, locale, preview) is { Kind: DocumentKind.Entry } entry ? entry : null;
    }

    /// <summary>The members of an object, without those that steer the file itself.</summary>
    public JsonObject Members(JsonElement element, params ReadOnlySpan<string> without)
    {
        var copy = new JsonObject();
        foreach (var member in element.EnumerateObject())
        {
            if (!without.Contains(member.Name) && TryCopy(member.Value, out var value)) copy[member.Name] = value;
        }

        return copy;
    }

    public JsonObject Entry(ContentDocument entry)
    {
        _open.Push(entry.Id);
        var copy = Members(entry.Members, "draft", "date");
        _open.Pop();
        return copy;
    }

    private bool TryCopy(JsonElement element, out JsonNode? copy)
    {
        copy = null;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when Link(element, "$entry") is { } name:
                if (_open.Count >= Deepest || _open.Contains("entries/" + name) || Follow(name) is not { } entry) return false;
                var linked = Entry(entry);
                linked.TryAdd("id", entry.Name);
                linked.TryAdd("type", entry.Type);
                copy = linked;
                return true;
            case JsonValueKind.Object when Link(element, "$asset") is { } file:
                _tags.Add("assets/" + file);
                if (shelf.Find("assets/" + file, "", preview) is not { } asset) return false;
                copy = urlOf(asset.Id);
                return true;
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
            default:
                copy = JsonValue.Create(element);
                return true;
        }
    }

    private static string? Link(JsonElement element, string kind) =>
        element.TryGetProperty(kind, out var target) && target.ValueKind == JsonValueKind.String && element.EnumerateObject().Count() == 1 ? target.GetString() : null;
}
