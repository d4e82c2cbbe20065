using System.Globalization;
using System.Runtime.InteropServices;

namespace Composable.Sandbox.Typesense;

/// <summary>How often each value of a field occurs among the matches, the most frequent first.</summary>
internal sealed record FacetFound(string Field, int Values, IReadOnlyList<(string Value, int Count)> Counts)
{
    private static readonly object True = true;
    private static readonly object False = false;

    public static int FieldAt(SearchIndex index, string name)
    {
        var at = index.FieldAt(name);
        return at >= 0 && index.Schema.Fields[at].Facet ? at : throw TypesenseRefusal.NoField("facet ", name);
    }

    public static FacetFound Count(SearchIndex index, List<Match> matches, int at, int most)
    {
        // By the object: short texts are shared, so that few names have to be compared.
        var counts = new Dictionary<object, int>();
        foreach (var match in matches)
        {
            Count(index.Documents[match.Place]!.Values[at], counts);
        }

        var named = new Dictionary<string, int>(counts.Count, StringComparer.Ordinal);
        foreach (var (value, count) in counts)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(named, Name(value), out _) += count;
        }

        return new FacetFound(index.Schema.Fields[at].Name, named.Count, [.. named.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(most).Select(pair => (pair.Key, pair.Value))]);
    }

    /// <summary>A value that a document has twice counts once.</summary>
    private static void Count(Array? values, Dictionary<object, int> counts)
    {
        switch (values)
        {
            case Text[] texts:
                for (var at = 0; at < texts.Length; at++)
                {
                    if (at == 0 || Array.IndexOf(texts, texts[at], 0, at) < 0)
                    {
                        CollectionsMarshal.GetValueRefOrAddDefault(counts, texts[at], out _)++;
                    }
                }

                break;
            case bool[] flags:
                foreach (var flag in flags.Distinct())
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, flag ? True : False, out _)++;
                }

                break;
            default:
                foreach (var number in values?.Cast<object>().Distinct() ?? [])
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, number, out _)++;
                }

                break;
        }
    }

    private static string Name(object value) => value switch
    {
        Text text => text.Raw,
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
