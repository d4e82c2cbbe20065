using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Composable.Sandbox.Cloudflare;

/// <summary>Workers KV. Reads here are up to date; those of functions far away would not be.</summary>
internal sealed class KeyValueOperations(CloudflareBooks books)
{
    private const int MostPairs = 10_000;
    private const int MostKeyBytes = 512;
    private const int MostValueBytes = 25 * 1024 * 1024;
    private const int ShortestLifeSeconds = 60;

    public Action<Utf8JsonWriter> Write(HttpContext http, IReadOnlyList<Pair> pairs)
    {
        if (pairs.Count > MostPairs)
        {
            throw CloudflareRefusal.Bad(10011, $"At most {MostPairs} pairs in one request");
        }

        lock (books.Gate)
        {
            var values = pairs.Select(Read).ToList();
            books.Commit(new CloudflareEntry(Written: new Written(Space(http), values)));
            return json => Bulk(json, values.Count);
        }
    }

    public Action<Utf8JsonWriter> Delete(HttpContext http, IReadOnlyList<string> keys)
    {
        if (keys.Count > MostPairs)
        {
            throw CloudflareRefusal.Bad(10011, $"At most {MostPairs} keys in one request");
        }

        lock (books.Gate)
        {
            books.Commit(new CloudflareEntry(Removed: new Removed(Space(http), keys)));
        }

        return json => Bulk(json, keys.Count);
    }

    public (string Type, byte[] Body) Read(HttpContext http)
    {
        lock (books.Gate)
        {
            var value = books.Find(Space(http), Key(http)) ?? throw new CloudflareRefusal(404, 10009, "get: 'key not found'");
            if (value.Expiration is { } end)
            {
                http.Response.Headers["Expiration"] = end.ToString(CultureInfo.InvariantCulture);
            }

            return ("application/octet-stream", value.Value);
        }
    }

    /// <summary>The first keys; cursors are not part of this.</summary>
    public Action<Utf8JsonWriter> List(HttpContext http)
    {
        var limit = int.TryParse(http.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 1_000;
        if (limit is < 10 or > 1_000)
        {
            throw CloudflareRefusal.Bad(10012, "limit must be between 10 and 1000");
        }

        var prefix = http.Request.Query["prefix"].ToString();
        List<StoredValue> page;
        lock (books.Gate)
        {
            page = [.. books.Living(Space(http)).Where(value => value.Key.StartsWith(prefix, StringComparison.Ordinal)).Take(limit)];
        }

        return json => Keys(json, page);
    }

    private static void Keys(Utf8JsonWriter json, List<StoredValue> page)
    {
        json.WriteStartArray();
        foreach (var value in page)
        {
            json.WriteStartObject();
            json.WriteString("name", value.Key);
            if (value.Expiration is { } end)
            {
                json.WriteNumber("expiration", end);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Bulk(Utf8JsonWriter json, int count)
    {
        json.WriteStartObject();
        json.WriteNumber("successful_key_count", count);
        json.WriteStartArray("unsuccessful_keys");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Space(HttpContext http) => (string)http.Request.RouteValues["space"]!;

    /// <summary>From the bytes on the wire: a slash inside a key travels as <c>%2F</c>, which the path would show like an escaped percent sign.</summary>
    private static string Key(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        return Uri.UnescapeDataString(target[(target.IndexOf("/values/", StringComparison.Ordinal) + "/values/".Length)..]);
    }

    private StoredValue Read(Pair pair)
    {
        if (pair.Key is not { Length: > 0 } key || key is "." or ".." || Encoding.UTF8.GetByteCount(key) > MostKeyBytes)
        {
            throw CloudflareRefusal.Bad(10014, "A key has 1 to 512 bytes");
        }

        if (pair.ExpirationTtl < ShortestLifeSeconds)
        {
            throw CloudflareRefusal.Bad(10033, "Expiration TTL must be at least 60");
        }

        var value = pair switch
        {
            { Value: null } => throw CloudflareRefusal.Bad(10012, "A pair needs a value"),
            { Base64: true } => Decode(pair.Value),
            _ => Encoding.UTF8.GetBytes(pair.Value),
        };
        if (value.Length > MostValueBytes)
        {
            throw new CloudflareRefusal(413, 10047, "A value has at most 25 MiB");
        }

        return new StoredValue(key, value, pair.ExpirationTtl is { } seconds ? books.Now.ToUnixTimeSeconds() + (long)seconds : pair.Expiration);
    }

    private static byte[] Decode(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw CloudflareRefusal.Bad(10012, "A value is not base64");
        }
    }
}
