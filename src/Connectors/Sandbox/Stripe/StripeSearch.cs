using System.Text.Json;
using System.Text.RegularExpressions;

namespace Composable.Sandbox.Stripe;

/// <summary>Search over payment intents by <c>metadata['key']:'value'</c> and <c>status:'value'</c>, joined by AND. Like Stripe's it lags behind writes.</summary>
internal static partial class StripeSearch
{
    private const long LagSeconds = 2;
    private const int MostPages = 10_000;

    public static void Write(StripeBooks books, StripeCall call, Utf8JsonWriter json)
    {
        var limit = (int)Math.Clamp(call.Integer("limit") ?? 10, 1, 100);
        var skipped = (int)Math.Clamp(call.Integer("page") ?? 0, 0, MostPages) * limit;
        var matches = Parse(call.Required("query"));
        var indexed = books.Now - LagSeconds;
        var rows = books.Intents.NewestFirst.Where(intent => intent.Created <= indexed && matches.TrueForAll(match => match(intent))).Skip(skipped).Take(limit + 1).ToList();
        json.WriteStartObject();
        json.WriteString("object", "search_result");
        json.WriteString("url", call.Path);
        json.WriteBoolean("has_more", rows.Count > limit);
        json.WriteString("next_page", rows.Count > limit ? $"{(skipped / limit) + 1}" : null);
        json.WriteStartArray("data");
        foreach (var intent in rows.Take(limit))
        {
            StripeJson.Intent(json, intent);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static List<Predicate<PaymentIntent>> Parse(string query) =>
        [.. query.Split(" AND ", StringSplitOptions.TrimEntries).Select(Clause)];

    private static Predicate<PaymentIntent> Clause(string text)
    {
        if (ClausePattern().Match(text) is not { Success: true } clause)
        {
            throw StripeRefusal.Invalid($"We were unable to parse your search query near '{text}'.", null, "query");
        }

        var (key, value) = (clause.Groups["key"].Value, clause.Groups["value"].Value);
        return key.Length == 0
            ? intent => intent.Status == value
            : intent => intent.Metadata.TryGetValue(key, out var held) && held == value;
    }

    [GeneratedRegex("""^(?:status|metadata\[["'](?<key>[^"']{1,40})["']\]):["'](?<value>[^"']{0,500})["']$""", RegexOptions.CultureInvariant)]
    private static partial Regex ClausePattern();
}
