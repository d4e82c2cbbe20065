using System.Text.Json;

namespace Composable.Sandbox.Stripe;

/// <summary>Stripe's lists: newest first, paged by the id of the last or first object seen, filtered by time of creation.</summary>
internal static class StripeLists
{
    public static void Write<T>(Utf8JsonWriter json, StripeCall call, IEnumerable<T> newestFirst, Func<T, string> id, Func<T, long> created, Action<Utf8JsonWriter, T> write)
    {
        var limit = call.Integer("limit") ?? 10;
        if (limit is < 1 or > 100)
        {
            throw StripeRefusal.Invalid("limit must be between 1 and 100.", "parameter_invalid_integer", "limit");
        }

        var (page, more) = Page([.. newestFirst.Where(Within(call, created))], call, (int)limit, id);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteString("url", call.Path);
        json.WriteBoolean("has_more", more);
        json.WriteStartArray("data");
        foreach (var row in page)
        {
            write(json, row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (IReadOnlyList<T> Page, bool More) Page<T>(List<T> rows, StripeCall call, int limit, Func<T, string> id)
    {
        if (call.Text("ending_before") is { } before)
        {
            var end = Place(rows, before, "ending_before", id);
            var start = Math.Max(0, end - limit);
            return (rows.GetRange(start, end - start), start > 0);
        }

        var first = call.Text("starting_after") is { } after ? Place(rows, after, "starting_after", id) + 1 : 0;
        var count = Math.Min(limit, rows.Count - first);
        return (rows.GetRange(first, count), first + count < rows.Count);
    }

    private static int Place<T>(List<T> rows, string wanted, string param, Func<T, string> id)
    {
        var place = rows.FindIndex(row => id(row) == wanted);
        return place >= 0 ? place : throw StripeRefusal.Invalid($"No such object: '{wanted}'", "resource_missing", param);
    }

    private static Func<T, bool> Within<T>(StripeCall call, Func<T, long> created)
    {
        var from = call.Integer("created[gte]") ?? call.Integer("created[gt]") + 1 ?? call.Integer("created") ?? long.MinValue;
        var to = call.Integer("created[lte]") ?? call.Integer("created[lt]") - 1 ?? call.Integer("created") ?? long.MaxValue;
        return row => created(row) >= from && created(row) <= to;
    }
}
