using System.Globalization;
using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>The parameters of a search, from an address or a body, with Typesense's defaults.</summary>
internal sealed class SearchParameters(IReadOnlyDictionary<string, string> values)
{
    private const int LongestPage = 250;
    private const int MostFacetValues = 10_000;

    public string Query => Text("q") ?? throw TypesenseRefusal.Bad("Parameter `q` is required.");

    public IReadOnlyList<string> QueryBy => List("query_by");

    public IReadOnlyList<string> Weights => List("query_by_weights");

    public bool WeightFirst => Text("text_match_type") == "max_weight";

    public bool Prefix => (Text("prefix") ?? "true").Split(',')[0] != "false";

    public int Typos => Number("num_typos", 2, 0, 2);

    public int ShortestWithTypo => Number("min_len_1typo", 4, 0, 100);

    public int ShortestWithTwoTypos => Number("min_len_2typo", 7, 0, 100);

    public int TypoThreshold => Number("typo_tokens_threshold", 1, 0, int.MaxValue);

    public int DropThreshold => Number("drop_tokens_threshold", 1, 0, int.MaxValue);

    public string? Filter => Text("filter_by");

    public IReadOnlyList<string> Facets => List("facet_by");

    public int FacetValues => Number("max_facet_values", 10, 0, MostFacetValues);

    public IReadOnlyList<string> SortBy => List("sort_by");

    public IReadOnlyList<string> Included => List("include_fields");

    public IReadOnlyList<string> Excluded => List("exclude_fields");

    public int Limit
    {
        get
        {
            var limit = Number("limit", Number("per_page", 10, 0, int.MaxValue), 0, int.MaxValue);
            return limit <= LongestPage ? limit : throw new TypesenseRefusal(422, $"Only upto {LongestPage} hits can be fetched per page.");
        }
    }

    public int Page => Number("page", 1, 1, 1_000_000);

    public long Offset => values.ContainsKey("offset") ? Number("offset", 0, 0, int.MaxValue) : (Page - 1L) * Limit;

    public bool HasOffset => values.ContainsKey("offset");

    public static SearchParameters From(IQueryCollection query) => new(query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));

    /// <summary>Numbers and flags are written as they would be in an address; later ones prevail.</summary>
    public static SearchParameters From(IQueryCollection common, IReadOnlyDictionary<string, JsonElement> own)
    {
        var values = common.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        foreach (var (name, value) in own)
        {
            values[name] = value.ValueKind switch { JsonValueKind.True => "true", JsonValueKind.False => "false", _ => value.ToString() };
        }

        return new SearchParameters(values);
    }

    public string? Text(string name) => values.GetValueOrDefault(name);

    private string[] List(string name) => Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private int Number(string name, int otherwise, int least, int most) => Text(name)?.Split(',')[0] switch
    {
        null => otherwise,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least => Math.Min(number, most),
        _ => throw TypesenseRefusal.Bad($"Parameter `{name}` must be an unsigned integer."),
    };
}
