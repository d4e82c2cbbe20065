using System.Text.Json;

namespace Composable.Sandbox.Contentful;

/// <summary>Writes resources as Contentful does.</summary>
internal static class ContentfulJson
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <param name="locale"><c>*</c> for all, which changes the shape of the fields.</param>
    public static void Resource(Utf8JsonWriter json, ContentfulResource resource, JsonElement fields, string locale)
    {
        json.WriteStartObject();
        Sys(json, resource, resource.Type, locale);
        json.WriteStartObject("fields");
        foreach (var field in fields.EnumerateObject())
        {
            var value = locale == "*" ? field.Value : ContentfulLocales.Value(field.Value, locale);
            if (value is { } there)
            {
                json.WritePropertyName(field.Name);
                there.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What remains of a resource that is not to be seen any more.</summary>
    public static void Deleted(Utf8JsonWriter json, ContentfulResource resource)
    {
        json.WriteStartObject();
        Sys(json, resource, "Deleted" + resource.Type, "*");
        json.WriteEndObject();
    }

    public static void List(Utf8JsonWriter json, ContentfulBooks books, ContentfulQuery query, List<ContentfulResource> found, bool preview)
    {
        var items = found.Skip(query.Skip).Take(query.Limit).ToList();
        var (included, missing) = Linked(books, items, query.Include, preview);
        json.WriteStartObject();
        json.WriteStartObject("sys");
        json.WriteString("type", "Array");
        json.WriteEndObject();
        json.WriteNumber("total", found.Count);
        json.WriteNumber("skip", query.Skip);
        json.WriteNumber("limit", query.Limit);
        Array(json, "items", items, query.Locale, preview);
        if (missing.Count > 0)
        {
            Errors(json, missing);
        }

        if (included.Count > 0)
        {
            json.WriteStartObject("includes");
            foreach (var group in included.GroupBy(resource => resource.Type))
            {
                Array(json, group.Key, group, query.Locale, preview);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static (List<ContentfulResource> Found, List<(string Type, string Id)> Missing) Linked(ContentfulBooks books, List<ContentfulResource> items, int depth, bool preview)
    {
        var (seen, found, missing, level) = (items.Select(item => item.Id).ToHashSet(), new List<ContentfulResource>(), new List<(string, string)>(), items);
        for (var at = 0; at < depth && level.Count > 0; at++)
        {
            var next = new List<ContentfulResource>();
            foreach (var (type, id) in level.SelectMany(resource => LinksIn(resource.Seen(preview)!.Value)).Where(link => seen.Add(link.Id)))
            {
                if (books.Find(type, id) is { } target && target.Seen(preview) is not null)
                {
                    next.Add(target);
                }
                else
                {
                    missing.Add((type, id));
                }
            }

            found.AddRange(next);
            level = next;
        }

        return (found, missing);
    }

    private static IEnumerable<(string Type, string Id)> LinksIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty("sys", out var sys) && sys.TryGetProperty("linkType", out var type) => [(type.GetString()!, sys.GetProperty("id").GetString()!)],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => LinksIn(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(LinksIn),
        _ => [],
    };

    private static void Array(Utf8JsonWriter json, string name, IEnumerable<ContentfulResource> resources, string locale, bool preview)
    {
        json.WriteStartArray(name);
        foreach (var resource in resources)
        {
            Resource(json, resource, resource.Seen(preview)!.Value, locale);
        }

        json.WriteEndArray();
    }

    private static void Errors(Utf8JsonWriter json, List<(string Type, string Id)> missing)
    {
        json.WriteStartArray("errors");
        foreach (var (type, id) in missing)
        {
            json.WriteStartObject();
            json.WriteStartObject("sys");
            json.WriteString("id", "notResolvable");
            json.WriteString("type", "error");
            json.WriteEndObject();
            json.WriteStartObject("details");
            json.WriteString("type", "Link");
            json.WriteString("linkType", type);
            json.WriteString("id", id);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Sys(Utf8JsonWriter json, ContentfulResource resource, string type, string locale)
    {
        json.WriteStartObject("sys");
        json.WriteString("id", resource.Id);
        json.WriteString("type", type);
        json.WriteNumber("revision", resource.Revision);
        json.WriteString("createdAt", resource.CreatedAt.UtcDateTime.ToString(Time, null));
        json.WriteString("updatedAt", resource.UpdatedAt.UtcDateTime.ToString(Time, null));
        if (resource.ContentType is not null && type == "Entry")
        {
            json.WriteStartObject("contentType");
            json.WriteStartObject("sys");
            json.WriteString("type", "Link");
            json.WriteString("linkType", "ContentType");
            json.WriteString("id", resource.ContentType);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        if (locale != "*")
        {
            json.WriteString("locale", locale);
        }

        json.WriteEndObject();
    }
}
