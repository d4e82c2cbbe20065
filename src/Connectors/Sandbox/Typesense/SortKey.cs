namespace Composable.Sandbox.Typesense;

/// <summary>One part of <c>sort_by</c>.</summary>
/// <param name="Field">Position of the field; below 0 for how well the text matches.</param>
internal sealed record SortKey(int Field, bool Descending, bool MissingLast)
{
    private const int TextMatch = -1;

    /// <summary>Such as <c>price(missing_values: last):asc</c>.</summary>
    public static SortKey Read(SearchIndex index, string text)
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
            return new SortKey(TextMatch, descending, MissingLast: true);
        }

        var at = index.FieldAt(name);
        if (at < 0 || !index.Schema.Fields[at].Sortable || index.Schema.Fields[at].Many)
        {
            throw new TypesenseRefusal(404, $"Could not find a field named `{name}` in the schema for sorting.");
        }

        // Without a wish what is missing counts as the largest.
        return new SortKey(at, descending, option.Replace(" ", "", StringComparison.Ordinal) switch { "missing_values:last" => true, "missing_values:first" => false, _ => !descending });
    }

    /// <summary>A number for each match; the smallest comes first.</summary>
    public long[] Ranks(SearchIndex index, List<Match> matches)
    {
        var texts = Field >= 0 && index.Schema.Fields[Field].IsText ? Alphabet(index, matches) : [];
        var ranks = new long[matches.Count];
        for (var at = 0; at < ranks.Length; at++)
        {
            var rank = Field == TextMatch ? matches[at].Score : index.Documents[matches[at].Place]!.Values[Field] switch
            {
                long[] numbers => numbers[0],
                double[] numbers => Rank(numbers[0]),
                bool[] flags => flags[0] ? 1 : 0,
                Text[] words => texts[words[0].Normal],
                _ => (long?)null,
            };
            ranks[at] = rank is { } value ? Descending ? ~value : value : MissingLast ? long.MaxValue : long.MinValue;
        }

        return ranks;
    }

    /// <summary>In the order of the numbers.</summary>
    private static long Rank(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(number);
        return bits < 0 ? bits ^ long.MaxValue : bits;
    }

    private Dictionary<string, long> Alphabet(SearchIndex index, List<Match> matches) => matches
        .Select(match => (index.Documents[match.Place]!.Values[Field] as Text[])?[0].Normal).OfType<string>()
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Index().ToDictionary(text => text.Item, text => (long)text.Index, StringComparer.Ordinal);
}
