namespace Composable.Sandbox.Typesense;

/// <summary>What a search found: the page, in its order, and the counts.</summary>
internal sealed record SearchFound(
    SearchIndex Index, SearchParameters Parameters, int Found, IReadOnlyList<(SearchDocument Document, long Score)> Page, IReadOnlyList<FacetFound> Facets, IReadOnlySet<string> Words);

/// <summary>Runs one search over one collection. Callers hold its gate.</summary>
internal static class SearchRun
{
    public static SearchFound Run(SearchIndex index, SearchParameters parameters)
    {
        var sorting = parameters.SortBy.Select(text => SortKey.Read(index, text)).ToList();
        var facets = parameters.Facets.Select(name => FacetFound.FieldAt(index, name)).ToList();
        var matching = new Matching(index, parameters, Filters.Read(index, parameters.Filter));
        var matches = matching.Run();
        var order = Order(matches, [.. sorting.Select(key => key.Ranks(index, matches))]);
        var offset = (int)Math.Min(parameters.Offset, matches.Count);
        var page = order.Skip(offset).Take(parameters.Limit).Select(at => (index.Documents[matches[at].Place]!, matches[at].Score));
        return new SearchFound(index, parameters, matches.Count, [.. page], [.. facets.Select(at => FacetFound.Count(index, matches, at, parameters.FacetValues))], matching.Found);
    }

    /// <summary>By what was asked for, then by text, then the newest first.</summary>
    private static int[] Order(List<Match> matches, long[][] ranks)
    {
        var order = new int[matches.Count];
        for (var at = 0; at < order.Length; at++)
        {
            order[at] = at;
        }

        Array.Sort(order, (one, other) =>
        {
            foreach (var rank in ranks)
            {
                if (rank[one] != rank[other])
                {
                    return rank[one].CompareTo(rank[other]);
                }
            }

            var byText = matches[other].Score.CompareTo(matches[one].Score);
            return byText != 0 ? byText : matches[other].Place.CompareTo(matches[one].Place);
        });
        return order;
    }
}
