using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Composable.Sandbox.Contentful;

/// <summary>The sync API: everything that is published, then what changed since a token. Only the delivery side has it here.</summary>
internal static class ContentfulSync
{
    private const int PageSize = 100;

    public static Action<Utf8JsonWriter> Answer(HttpContext http, ContentfulBooks books)
    {
        var (from, after, upTo, first) = Start(http.Request.Query, books.Sequence);
        var changed = books.All.Where(resource => resource.Sequence > from && resource.Sequence > after && resource.Sequence <= upTo && (!first || resource.Published is not null))
            .OrderBy(resource => resource.Sequence).Take(PageSize + 1).ToList();
        var page = changed.Take(PageSize).ToList();
        var last = changed.Count <= PageSize;
        var token = last ? Token($"{upTo}") : Token($"{from} {page[^1].Sequence} {upTo} {(first ? 1 : 0)}");
        var address = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}?sync_token={token}";
        return json => Write(json, page, last ? "nextSyncUrl" : "nextPageUrl", address);
    }

    private static (long From, long After, long UpTo, bool First) Start(IQueryCollection query, long now)
    {
        if (query["initial"] == "true")
        {
            return (0, 0, now, true);
        }

        return Read(query["sync_token"].ToString()) switch
        {
            [var from] => (from, 0, now, false),
            [var from, var after, var upTo, var first] => (from, after, upTo, first == 1),
            _ => throw new ContentfulRefusal(400, "BadRequest", "The sync token is not valid."),
        };
    }

    private static string Token(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));

    private static long[] Read(string token)
    {
        try
        {
            return [.. Encoding.ASCII.GetString(Convert.FromHexString(token)).Split(' ').Select(part => long.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return [];
        }
    }

    private static void Write(Utf8JsonWriter json, List<ContentfulResource> page, string next, string address)
    {
        json.WriteStartObject();
        json.WriteStartObject("sys");
        json.WriteString("type", "Array");
        json.WriteEndObject();
        json.WriteStartArray("items");
        foreach (var resource in page)
        {
            if (resource.Published is { } fields)
            {
                ContentfulJson.Resource(json, resource, fields, "*");
            }
            else
            {
                ContentfulJson.Deleted(json, resource);
            }
        }

        json.WriteEndArray();
        json.WriteString(next, address);
        json.WriteEndObject();
    }
}
