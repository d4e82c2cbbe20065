using System.Text.Json;
using System.Text.RegularExpressions;

namespace Composable.Sandbox.Stripe;

/// <summary>Search by <c>metadata['key']:'value'</c> and <c>status:'value'</c>, joined by AND. Like Stripe's it lags behind writes.</summary>
internal static partial class StripeSearch
{
    private const long LagSeconds = 2;
    private const int MostPages = 10_000;

    public static void Write<T>(Utf8JsonWriter json, StripeCall call, long now, IEnumerable<T> newestFirst, Func<T, Searched> read, Action<Utf8JsonWriter, T> write)
    {
        var limit = (int)Math.Clamp(call.Integer("limit") ?? 10, 1, 100);
        var skipped = (int)Math.Clamp(call.Integer("page") ?? 0, 0, MostPages) * limit;
        var matches = Parse(call.Required("query"));
        var rows = newestFirst.Where(row => read(row) is var searched && searched.Created <= now - LagSeconds && matches.TrueForAll(match => match(searched))).Skip(skipped).Take(limit + 1).ToList();
        json.WriteStartObject();
        json.WriteString("object", "search_result");
        json.WriteString("url", call.Path);
        json.WriteBoolean("has_more", rows.Count > limit);
        json.WriteString("next_page", rows.Count > limit ? $"{(skipped / limit) + 1}" : null);
        json.WriteStartArray("data");
        foreach (var row in rows.Take(limit))
        {
            write(json, row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static List<Predicate<Searched>> Parse(string query) =>
        [.. query.Split(" AND ", StringSplitOptions.TrimEntries).Select(Clause)];

    private static Predicate<Searched> Clause(string text)
    {
        if (ClausePattern().Match(text) is not { Success: true } clause)
        {
            throw StripeRefusal.Invalid($"We were unable to parse your search query near '{text}'.", null, "query");
        }

        var (key, value) = (clause.Groups["key"].Value, clause.Groups["value"].Value);
        return key.Length == 0
            ? row => row.Status == value
            : row => row.Metadata.TryGetValue(key, out var held) && held == value;
    }

    [GeneratedRegex("""^(?:status|metadata\[["'](?<key>[^"']{1,40})["']\]):["'](?<value>[^"']{0,500})["']$""", RegexOptions.CultureInvariant)]
    private static partial Regex ClausePattern();
}

/// <summary>What an object can be searched by.</summary>
internal sealed record Searched(long Created, IReadOnlyDictionary<string, string> Metadata, string? Status);
