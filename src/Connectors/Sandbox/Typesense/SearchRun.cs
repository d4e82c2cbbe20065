using System.Globalization;

namespace Composable.Sandbox.Typesense;

/// <summary>What a search found: the page, in its order, and the counts.</summary>
internal sealed record SearchFound(
    SearchIndex Index, SearchParameters Parameters, int Found, IReadOnlyList<(SearchDocument Document, long Score)> Page, IReadOnlyList<FacetFound> Facets, IReadOnlySet<string> Words);

internal sealed record FacetFound(string Field, int Values, IReadOnlyList<(string Value, int Count)> Counts);

/// <summary>Runs one search over one collection. Callers hold its gate.</summary>
internal static class SearchRun
{
    public static SearchFound Run(SearchIndex index, SearchParameters parameters)
    {
        var order = Order(index, parameters);
        var facets = parameters.Facets.Select(name => Facet(index, name)).ToList();
        var matching = new Matching(index, parameters, Filters.Read(index, parameters.Filter));
        var matches = matching.Run();
        matches.Sort(order);
        var offset = (int)Math.Min(parameters.Offset, matches.Count);
        var page = matches.GetRange(offset, Math.Min(parameters.Limit, matches.Count - offset));
        return new SearchFound(
            index, parameters, matches.Count, [.. page.Select(match => (index.Documents[match.Place]!, match.Score))], [.. facets.Select(at => Count(index, matches, at, parameters.FacetValues))], matching.Found);
    }

    private static int Facet(SearchIndex index, string name)
    {
        var at = index.FieldAt(name);
        return at >= 0 && index.Schema.Fields[at].Facet ? at : throw TypesenseRefusal.NoField("facet ", name);
    }

    /// <summary>By what was asked for, then by text, then the newest first.</summary>
    private static Comparison<Match> Order(SearchIndex index, SearchParameters parameters)
    {
        var keys = parameters.SortBy.Select(text => Key(index, text)).ToList();
        return (one, other) =>
        {
            foreach (var key in keys)
            {
                if (key(one, other) is not 0 and var order)
                {
                    return order;
                }
            }

            var byText = other.Score.CompareTo(one.Score);
            return byText != 0 ? byText : other.Place.CompareTo(one.Place);
        };
    }

    private static Comparison<Match> Key(SearchIndex index, string text)
    {
        var colon = text.LastIndexOf(':');
        var descending = colon < 0 ? throw TypesenseRefusal.Bad("Parameter `sort_by` is malformed.") : text[(colon + 1)..].ToUpperInvariant() switch
        {
            "DESC" => true,
            "ASC" => false,
            _ => throw TypesenseRefusal.Bad("Order for field should be either ASC or DESC."),
        };
        var (name, option) = text[..colon].Split('(', 2) is [var first, var rest] ? (first.Trim(), rest.TrimEnd(')', ' ')) : (text[..colon].Trim(), "");
        if (name == "_text_match")
        {
            return (one, other) => descending ? other.Score.CompareTo(one.Score) : one.Score.CompareTo(other.Score);
        }

        var at = index.FieldAt(name);
        if (at < 0 || !index.Schema.Fields[at].Sortable || index.Schema.Fields[at].Many)
        {
            throw new TypesenseRefusal(404, $"Could not find a field named `{name}` in the schema for sorting.");
        }

        // Without a wish what is missing counts as the largest.
        var missingLast = option.Replace(" ", "", StringComparison.Ordinal) switch { "missing_values:last" => true, "missing_values:first" => false, _ => !descending };
        return (one, other) => Compare(Value(index, one, at), Value(index, other, at), descending, missingLast);
    }

    private static IComparable? Value(SearchIndex index, Match match, int at) => index.Documents[match.Place]!.Values[at] switch
    {
        long[] numbers => numbers[0],
        double[] numbers => numbers[0],
        bool[] flags => flags[0],
        Text[] texts => texts[0].Normal,
        _ => null,
    };

    private static int Compare(IComparable? one, IComparable? other, bool descending, bool missingLast) => (one, other) switch
    {
        (null, null) => 0,
        (null, _) => missingLast ? 1 : -1,
        (_, null) => missingLast ? -1 : 1,
        (string text, string second) => descending ? string.CompareOrdinal(second, text) : string.CompareOrdinal(text, second),
        _ => descending ? other.CompareTo(one) : one.CompareTo(other),
    };

    private static FacetFound Count(SearchIndex index, List<Match> matches, int at, int most)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var match in matches)
        {
            if (index.Documents[match.Place]!.Values[at] is not { } values)
            {
                continue;
            }

            foreach (var value in Names(values).Distinct(StringComparer.Ordinal))
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }
        }

        return new FacetFound(index.Schema.Fields[at].Name, counts.Count, [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most).Select(pair => (pair.Key, pair.Value))]);
    }

    private static IEnumerable<string> Names(Array values) => values switch
    {
        Text[] texts => texts.Select(text => text.Raw),
        bool[] flags => flags.Select(flag => flag ? "true" : "false"),
        long[] numbers => numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        double[] numbers => numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        _ => [],
    };
}
