using System.Globalization;
using System.Text;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>How many hits were passed, and a fingerprint of that and the question, so that a cursor fits only the query it was answered with.</summary>
internal static class TypesenseCursor
{
    private const int LongestCursor = 60;

    public static string Write(SearchQuery query, int passed)
    {
        var question = new StringBuilder();
        // Lengths before values: no two questions read the same.
        foreach (var part in Parts(query).Prepend(passed.ToString(CultureInfo.InvariantCulture))) question.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part},");
        return string.Create(CultureInfo.InvariantCulture, $"{passed}-{TypesenseNames.Key(question.ToString())}");
    }

    /// <summary>Hits to pass over; 0 without a cursor. Throws Rejected for a cursor of another query, or none of ours.</summary>
    public static int Read(SearchQuery query, int deepest)
    {
        if (query.Cursor is not { } cursor) return 0;
        var dash = cursor.Length > LongestCursor ? -1 : cursor.IndexOf('-', StringComparison.Ordinal);
        if (dash > 0 && int.TryParse(cursor.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var passed) && passed > 0 && passed < deepest && Write(query, passed) == cursor) return passed;
        throw new VendorException(VendorFailure.Rejected, "Typesense: the cursor does not belong to this query.");
    }

    private static IEnumerable<string> Parts(SearchQuery query) =>
    [
        query.Index, query.Text, query.Sort is null ? "" : $"{query.Sort.Field} {query.Sort.Descending}",
        .. query.Filters.SelectMany(filter => filter switch
        {
            SearchFilter.OneOf some => [$"{(some.Not ? "not" : "one")} {some.Field}", some.Values.Count.ToString(CultureInfo.InvariantCulture), .. some.Values],
            SearchFilter.Between between => [$"between {between.Field}", string.Create(CultureInfo.InvariantCulture, $"{between.From}..{between.To}")],
            SearchFilter.Flag flag => [$"flag {flag.Field}", flag.Value ? "true" : "false"],
            _ => (IEnumerable<string>)[filter.ToString()],
        }),
    ];
}
