using System.Text.Json;

namespace Composable.Sandbox.Cloudflare;

/// <summary>Purges, and what they are for: answers that were kept near shoppers, put there by <c>/_cache/cloudflare</c>.</summary>
internal sealed class PurgeOperations(CloudflareBooks books)
{
    /// <summary>On every plan.</summary>
    private const int MostInOnePurge = 30;

    private const int MostKept = 1_000;

    /// <summary>Tags by address. In memory: a cache is not a book.</summary>
    private readonly Dictionary<string, IReadOnlyList<string>> _kept = [];

    public Action<Utf8JsonWriter> Purge(HttpContext http, PurgeRequest request)
    {
        var count = (request.Tags?.Count ?? 0) + (request.Files?.Count ?? 0);
        if (count == 0 && request.PurgeEverything is not true)
        {
            throw CloudflareRefusal.Bad(1012, "Request must contain one of \"purge_everything\" or \"files\", \"tags\", \"hosts\" or \"prefixes\"");
        }

        if (request.Tags?.Count > MostInOnePurge || request.Files?.Count > MostInOnePurge)
        {
            throw CloudflareRefusal.Bad(1014, $"At most {MostInOnePurge} in one request");
        }

        lock (books.Gate)
        {
            var id = Guid.NewGuid().ToString("N");
            books.Commit(new CloudflareEntry(Purge: new Purge(id, (string)http.Request.RouteValues["zone"]!, request.Tags, request.Files, request.PurgeEverything is true)));
            foreach (var (address, tags) in _kept.ToList())
            {
                if (request.PurgeEverything is true || request.Files?.Contains(address) is true || request.Tags?.Any(tags.Contains) is true)
                {
                    _kept.Remove(address);
                }
            }

            return json =>
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteEndObject();
            };
        }
    }

    /// <summary>As if a shopper had been answered: the answer is kept from now on.</summary>
    public Action<Utf8JsonWriter> Keep(HttpContext http, JsonElement body)
    {
        JsonBody.OnlyMembers(body, "address", "tags");
        var address = JsonBody.Text(body, "address");
        lock (books.Gate)
        {
            if (_kept.Count >= MostKept)
            {
                throw new FormatException($"{MostKept} answers are kept already.");
            }

            _kept[address] = [.. body.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
        }

        return Write;
    }

    /// <summary>The addresses that are kept.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteKept(json);
        json.WriteEndObject();
    }

    public void WriteKept(Utf8JsonWriter json)
    {
        lock (books.Gate)
        {
            json.WriteStartArray("kept");
            foreach (var address in _kept.Keys)
            {
                json.WriteStringValue(address);
            }

            json.WriteEndArray();
        }
    }
}
