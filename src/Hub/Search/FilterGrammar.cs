using System.Globalization;
using System.Text;
using Composable.Connectors.Sdk;
using Composable.Hub.Http;
using Composable.Hub.Markets;

namespace Composable.Hub.Search;

/// <summary>
/// Filters as they are sent: <c>brand:Acme,Other</c>, <c>category:outdoor/tents</c>, <c>attributes.color:red</c>, <c>price:1000..5000</c> (minor units of the
/// market's currency; either end may be left out), <c>available:true</c>. A <c>-</c> in front turns a list around: none of these. A comma inside a value is
/// written <c>\,</c>. Several filters must all hold.
/// </summary>
internal static class FilterGrammar
{
    private const int MaxFilters = 20, MaxLength = 1_000, MaxValues = 50;
    private const string AttributePrefix = "attributes.";

    public static IReadOnlyList<SearchFilter> Read(IReadOnlyList<string> filters, Market market)
    {
        if (filters.Count > MaxFilters) throw Wrong($"There are at most {MaxFilters} filters.");
        return [.. filters.Select(filter => Read(filter, market))];
    }

    /// <summary>The filter that keeps to one value of a facet.</summary>
    public static string Write(string field, string value) => $"{field}:{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)}";

    /// <summary>A facet of the index as shoppers know it. Attributes are one field there and many here.</summary>
    public static (string Field, string Value) FacetOf(string field, string value) => field switch
    {
        ProductDocuments.Categories => ("category", value),
        ProductDocuments.Attributes when value.IndexOf('=', StringComparison.Ordinal) is > 0 and var at => (AttributePrefix + value[..at], value[(at + 1)..]),
        _ => (field, value),
    };

    private static SearchFilter Read(string filter, Market market)
    {
        if (filter.Length > MaxLength) throw Wrong($"A filter has at most {MaxLength} characters.");
        var not = filter[0] == '-';
        var name = filter.AsSpan(not ? 1 : 0);
        var colon = name.IndexOf(':');
        if (colon < 1) throw Wrong("A filter is a field, a colon and values: brand:Acme,Other.");
        var (field, rest) = (name[..colon].ToString(), name[(colon + 1)..].ToString());
        return field switch
        {
            "brand" => new SearchFilter.OneOf(ProductDocuments.Brand, ValuesOf(rest), not),
            "category" => new SearchFilter.OneOf(ProductDocuments.Categories, ValuesOf(rest), not),
            "price" when !not => RangeOf(rest, ProductDocuments.PriceIn(market)),
            "price" => throw Wrong("A range of prices cannot be turned around; say what is wanted instead."),
            "available" => rest is "true" or "false" ? new SearchFilter.Flag(ProductDocuments.Available, (rest == "true") != not) : throw Wrong("available is true or false."),
            _ when field.StartsWith(AttributePrefix, StringComparison.Ordinal) && field.Length > AttributePrefix.Length =>
                new SearchFilter.OneOf(ProductDocuments.Attributes, [.. ValuesOf(rest).Select(value => ProductDocuments.AttributeOf(field[AttributePrefix.Length..], value))], not),
            _ => throw Wrong("A filter begins with brand, category, price, available or attributes. and a name."),
        };
    }

    private static SearchFilter.Between RangeOf(string text, string field)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0) return AmountOf(text) is { } exactly ? new(field, exactly, exactly) : throw Range();
        var (from, to) = (AmountOf(text[..dots]), AmountOf(text[(dots + 2)..]));
        return (from is null && to is null) || from > to ? throw Range() : new(field, from, to);
    }

    private static long? AmountOf(string text) =>
        text.Length == 0 ? null : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : throw Range();

    private static List<string> ValuesOf(string text)
    {
        var (values, value) = (new List<string>(), new StringBuilder());
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) value.Append(text[++i]);
            else if (text[i] != ',') value.Append(text[i]);
            else Take();
        }

        Take();
        return values.Count is 0 or > MaxValues ? throw Wrong($"A filter has 1 to {MaxValues} values.") : values;

        void Take()
        {
            if (value.Length > 0) values.Add(value.ToString());
            value.Clear();
        }
    }

    private static RefusedException Range() => Wrong("A range of prices is 1000..5000, 1000.. or ..5000, in minor units.");

    private static RefusedException Wrong(string why) => new(Refusal.Invalid("filter", "invalid_filter", why));
}
