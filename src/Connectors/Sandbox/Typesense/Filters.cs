using System.Globalization;

namespace Composable.Sandbox.Typesense;

/// <summary>Reads <c>filter_by</c>: clauses joined by &amp;&amp;, || and parentheses; backticks keep a value together.</summary>
internal sealed class Filters
{
    private const int MostDepth = 20;

    private readonly SearchIndex _index;
    private readonly List<string> _parts;
    private int _at;

    private Filters(SearchIndex index, string text)
    {
        _index = index;
        _parts = FilterText.Split(text);
    }

    public static Func<SearchDocument, bool> Read(SearchIndex index, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return _ => true;
        }

        var filters = new Filters(index, text);
        var read = filters.Joined(0);
        return filters._at == filters._parts.Count ? read : throw TypesenseRefusal.Bad("Could not parse the filter query: unbalanced parentheses.");
    }

    /// <summary>Both joints bind alike, from left to right.</summary>
    private Func<SearchDocument, bool> Joined(int depth)
    {
        var left = One(depth);
        while (_at < _parts.Count && _parts[_at] is "&&" or "||")
        {
            var (first, both) = (left, _parts[_at++] == "&&");
            var second = One(depth);
            left = both ? document => first(document) && second(document) : document => first(document) || second(document);
        }

        return left;
    }

    private Func<SearchDocument, bool> One(int depth)
    {
        var part = _at < _parts.Count && depth < MostDepth ? _parts[_at++] : throw TypesenseRefusal.Bad("Could not parse the filter query.");
        if (part != "(")
        {
            return part is ")" or "&&" or "||" ? throw TypesenseRefusal.Bad("Could not parse the filter query.") : Clause(part);
        }

        var inner = Joined(depth + 1);
        return _at < _parts.Count && _parts[_at++] == ")" ? inner : throw TypesenseRefusal.Bad("Could not parse the filter query: unbalanced parentheses.");
    }

    private Func<SearchDocument, bool> Clause(string clause)
    {
        var colon = clause.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw TypesenseRefusal.Bad("Could not parse the filter query.");
        }

        var (name, value) = (clause[..colon].Trim(), clause[(colon + 1)..].Trim());
        if (name == "id")
        {
            return Ids(value);
        }

        var at = _index.FieldAt(name);
        if (at < 0)
        {
            throw TypesenseRefusal.NoField("filter ", name);
        }

        return _index.Schema.Fields[at].Kind switch
        {
            "string" => Texts(at, value),
            "bool" => Flags(at, value),
            _ => Numbers(at, value),
        };
    }

    private static Func<SearchDocument, bool> Ids(string value)
    {
        var (not, _, rest) = Operator(value);
        var ids = FilterText.Values(rest).ToHashSet(StringComparer.Ordinal);
        return ids.Contains("*") ? _ => !not : document => ids.Contains(document.Id) != not;
    }

    private Func<SearchDocument, bool> Texts(int at, string value)
    {
        var (not, exact, rest) = Operator(value);
        var wanted = FilterText.Values(rest).Select(_index.Tokens.Normal).ToHashSet(StringComparer.Ordinal);
        bool Has(Text text) => exact ? wanted.Contains(text.Normal) : wanted.Any(words => words.Length > 0 && $" {text.Normal} ".Contains($" {words} ", StringComparison.Ordinal));
        return document => (document.Values[at] is Text[] texts && Array.Exists(texts, Has)) != not;
    }

    private Func<SearchDocument, bool> Flags(int at, string value)
    {
        var (not, _, rest) = Operator(value);
        var wanted = FilterText.Values(rest).Select(flag => bool.TryParse(flag, out var read) ? read
            : throw TypesenseRefusal.Bad($"Value of filter field `{_index.Schema.Fields[at].Name}` must be `true` or `false`.")).ToHashSet();
        return document => (document.Values[at] is bool[] flags && Array.Exists(flags, wanted.Contains)) != not;
    }

    private Func<SearchDocument, bool> Numbers(int at, string value)
    {
        var not = value.StartsWith('!');
        var rest = value[(not ? 1 : 0)..].TrimStart('=', ' ');
        var ranges = (rest.StartsWith('[') && rest.EndsWith(']') ? rest[1..^1].Split(',') : [rest]).Select(one => Range(one.Trim(), at)).ToList();
        bool Has(decimal number) => ranges.Exists(range => number >= range.Least && number <= range.Most);
        return document => document.Values[at] switch
        {
            long[] numbers => Array.Exists(numbers, number => Has(number)) != not,
            double[] numbers => Array.Exists(numbers, number => Has((decimal)number)) != not,
            _ => not,
        };
    }

    private (decimal Least, decimal Most) Range(string text, int at)
    {
        // Both integer kinds and money-sized floats fit a decimal; the least step makes an open end of a closed one.
        const decimal step = 0.000_000_1m;
        return text switch
        {
            _ when text.Split("..") is [var from, var to] => (Number(from), Number(to)),
            ['>', '=', .. var from] => (Number(from), decimal.MaxValue),
            ['<', '=', .. var to] => (decimal.MinValue, Number(to)),
            ['>', .. var from] => (Number(from) + step, decimal.MaxValue),
            ['<', .. var to] => (decimal.MinValue, Number(to) - step),
            _ => (Number(text), Number(text)),
        };

        decimal Number(string number)
        {
            var field = _index.Schema.Fields[at];
            var style = NumberStyles.AllowLeadingSign | (field.Kind == "float" ? NumberStyles.AllowDecimalPoint : NumberStyles.None);
            var read = decimal.TryParse(number.Trim(), style, CultureInfo.InvariantCulture, out var value) && (field.Kind != "int64" || value is >= long.MinValue and <= long.MaxValue);
            return read ? value : throw TypesenseRefusal.Bad($"Error with filter field `{field.Name}`: Not an {field.Kind}.");
        }
    }

    private static (bool Not, bool Exact, string Values) Operator(string value)
    {
        var not = value.StartsWith('!');
        var exact = value.StartsWith('=') || value.StartsWith("!=", StringComparison.Ordinal);
        var rest = value[((not ? 1 : 0) + (exact ? 1 : 0))..].TrimStart();
        return rest.Length > 0 ? (not, exact, rest) : throw TypesenseRefusal.Bad("Error with filter field: Filter value cannot be empty.");
    }
}
