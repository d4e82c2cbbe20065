using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Turns our question into Typesense's.</summary>
internal static class TypesenseQuery
{
    private const string Everything = "*";
    private const int ShortestWordWithTypo = 5;

    /// <summary>What was typed as words alone: quotes, a leading minus and the like mean something to Typesense, and nothing to a shopper.</summary>
    public static string Words(string typed) => string.Join(' ', string
        .Concat(typed.Select(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || TypesenseSchemas.Separators.Contains(letter, StringComparison.Ordinal) ? ' ' : letter))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        // A word of symbols that are dropped would be no word.
        .Where(word => word.Any(letter => !char.IsAscii(letter) || char.IsAsciiLetterOrDigit(letter))));

    /// <summary>Null when nothing can match. Throws Rejected for a field that cannot be used so.</summary>
    public static TypesenseSearch? For(SearchQuery query, TypesenseShape shape, int passed)
    {
        if (query.Facets.Any(name => !shape.Field(name).Facet)) throw Unfit();
        if (query.Sort is { } by && shape.Field(by.Field) is not { Sort: true, Kind: SearchFieldKind.Number, Many: false }) throw Unfit();
        var filters = query.Filters.Select(filter => Filter(filter, shape.Field(filter.Field))).ToList();
        var search = Text(query.Text, shape, prefix: true, typos: true);
        if (search is null || filters.Contains(null)) return null;
        return search with
        {
            FilterBy = filters.Any(filter => filter!.Length > 0) ? string.Join(" && ", filters.Where(filter => filter!.Length > 0)) : null,
            FacetBy = query.Facets.Count > 0 ? string.Join(',', query.Facets.Distinct()) : null,
            MaxFacetValues = query.Facets.Count > 0 ? Math.Max(1, query.FacetValues) : null,
            // The others may miss a value that is rare by itself and frequent among these hits.
            FacetStrategy = query.Facets.Count > 0 ? "exhaustive" : null,
            SortBy = query.Sort is { } sort ? $"{sort.Field}(missing_values: last):{(sort.Descending ? "desc" : "asc")}" : null,
            Limit = query.Limit,
            Offset = passed > 0 ? passed : null,
        };
    }

    /// <summary>Null when there are words and no field to look for them in.</summary>
    public static TypesenseSearch? Text(string text, TypesenseShape shape, bool prefix, bool typos)
    {
        var words = Words(text);
        if (words.Length == 0) return new TypesenseSearch { Q = Everything, Limit = 1, IncludeFields = "id" };
        var fields = shape.Fields.Values.Where(field => field.Weight > 0 && field.Kind is SearchFieldKind.Text or SearchFieldKind.Keyword).OrderByDescending(field => field.Weight).ToList();
        if (fields.Count == 0) return null;
        return new TypesenseSearch
        {
            Q = words,
            QueryBy = string.Join(',', fields.Select(field => field.Name)),
            QueryByWeights = string.Join(',', fields.Select(field => Math.Min(field.Weight, 127).ToString(CultureInfo.InvariantCulture))),
            TextMatchType = "max_weight",
            Prefix = prefix ? "true" : "false",
            NumTypos = typos ? "1" : "0",
            ShortestWordWithTypo = ShortestWordWithTypo,
            TypoTokensThreshold = 1,
            // Every word counts: who adds one wants fewer hits, not more.
            DropTokensThreshold = 0,
            Limit = 1,
            IncludeFields = "id",
        };
    }

    /// <summary>Empty when every document passes, null when none does.</summary>
    private static string? Filter(SearchFilter filter, SearchField field) => (filter, field.Kind) switch
    {
        _ when !field.Facet => throw Unfit(),
        (SearchFilter.OneOf { Values.Count: 0 } some, _) => some.Not ? "" : null,
        (SearchFilter.OneOf some, SearchFieldKind.Keyword or SearchFieldKind.Text) =>
            $"{TypesenseNames.KeyField(field.Name)}:{(some.Not ? "!=" : "=")}[{string.Join(',', some.Values.Distinct().Select(TypesenseNames.Key))}]",
        (SearchFilter.Between { From: { } from, To: { } to }, SearchFieldKind.Number) => from > to ? null : string.Create(CultureInfo.InvariantCulture, $"{field.Name}:[{from}..{to}]"),
        (SearchFilter.Between { From: { } from }, SearchFieldKind.Number) => string.Create(CultureInfo.InvariantCulture, $"{field.Name}:>={from}"),
        (SearchFilter.Between between, SearchFieldKind.Number) => string.Create(CultureInfo.InvariantCulture, $"{field.Name}:<={between.To ?? long.MaxValue}"),
        (SearchFilter.Flag flag, SearchFieldKind.Flag) => $"{field.Name}:={(flag.Value ? "true" : "false")}",
        _ => throw Unfit(),
    };

    private static VendorException Unfit() => new(VendorFailure.Rejected, "Typesense: the index has no field that can be used so.");
}
