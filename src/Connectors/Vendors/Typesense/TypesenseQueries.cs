using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Asks the alias, so that a switch reaches every reader at once.</summary>
internal sealed class TypesenseQueries(TypesenseApi api, TypesenseShapes shapes, SearchLimits limits)
{
    /// <summary>The second finds out about a switch; another switch at the same moment takes a third.</summary>
    private const int Attempts = 3;

    private const int HitsToLearnFrom = 100;

    public async Task<SearchPage> QueryAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit < 1 || query.Limit > limits.MaxPage) throw new VendorException(VendorFailure.Rejected, "Typesense: the page is too long or too short.");
        var passed = TypesenseCursor.Read(query, limits.MaxDepth);
        var facets = query.Facets.Distinct().ToList();
        var result = await AskAsync(query.Index, shape => TypesenseQuery.For(query, shape, passed), cancellationToken);
        if (result is null) return new SearchPage([], 0, facets.ToDictionary(name => name, _ => (IReadOnlyList<FacetCount>)[]), null);

        var after = passed + result.Hits!.Count;
        return new SearchPage(
            [.. result.Hits.Select(hit => new SearchHit(TypesenseNames.IdOf(hit.Document.Id)!, (double)(hit.TextMatch ?? 0), [.. Matched(hit).Distinct(StringComparer.OrdinalIgnoreCase)]))],
            result.Found!.Value,
            facets.ToDictionary(name => name, name => Counts(result, name, query.FacetValues)),
            result.Hits.Count > 0 && after < result.Found && after < limits.MaxDepth ? TypesenseCursor.Write(query, after) : null);
    }

    public async Task<IReadOnlyList<string>> SuggestAsync(string index, string typed, int limit, CancellationToken cancellationToken)
    {
        var words = TypesenseQuery.Words(typed).Split(' ');
        var result = await AskAsync(index, shape => words[^1].Length == 0 ? null : TypesenseQuery.Text(typed, shape, prefix: true, typos: false) is { } search ? search with { Limit = HitsToLearnFrom } : null, cancellationToken);
        if (result is null || limit < 1) return [];
        var before = string.Concat(words[..^1].Select(word => word + " "));
        return
        [
            .. result.Hits!.SelectMany(hit => Matched(hit).Where(word => Continues(words[^1], word)).Select(word => word.ToLowerInvariant()).Distinct())
                .CountBy(word => word)
                .OrderByDescending(word => word.Value)
                .Take(limit)
                .Select(word => before + word.Key),
        ];
    }

    public async Task<IReadOnlyDictionary<string, long>> VersionsAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        Dictionary<string, long> versions = new(StringComparer.Ordinal);
        foreach (var some in ids.Distinct().Chunk(limits.MaxPage))
        {
            var search = new TypesenseSearch { Q = "*", FilterBy = TypesenseNames.Ids(some), Limit = limits.MaxPage, IncludeFields = $"id,{TypesenseNames.Version}" };
            if (await api.SearchAsync(TypesenseNames.Alias(index), search, cancellationToken) is not { } result) return versions;
            foreach (var document in result.Hits!.Select(hit => hit.Document)) versions[TypesenseNames.IdOf(document.Id)!] = document.Version ?? 0;
        }

        return versions;
    }

    /// <summary>Null when, by the fields the index has, nothing can match.</summary>
    private async Task<TypesenseResult?> AskAsync(string index, Func<TypesenseShape, TypesenseSearch?> ask, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var shape = await shapes.OfAsync(index, afresh: attempt > 1, cancellationToken) ?? throw NoGeneration();
            try
            {
                if (ask(shape) is not { } search) return null;
                var result = await api.SearchAsync(TypesenseNames.Alias(index), search, cancellationToken);
                // The question was put for other fields than those that answered, or there was a switch just now.
                var moved = result is null || (result.RequestParams is { } request && request.CollectionName != shape.Collection);
                if (!moved || attempt == Attempts) return result ?? throw NoGeneration();
            }
            catch (VendorException failure) when (failure.Failure is VendorFailure.Rejected && attempt == 1)
            {
                // What is remembered of the index may be outdated.
            }
        }
    }

    private static VendorException NoGeneration() => new(VendorFailure.Misconfigured, "Typesense: the index has no generation that readers see.");

    private static IReadOnlyList<FacetCount> Counts(TypesenseResult result, string name, int most) =>
        [.. (result.FacetCounts ?? []).Where(facet => facet.FieldName == name).Take(1).SelectMany(facet => facet.Counts).Take(most).Select(count => new FacetCount(count.Value, count.Count))];

    private static IEnumerable<string> Matched(TypesenseHit hit) => (hit.Highlights ?? []).SelectMany(highlight => highlight.MatchedTokens ?? [])
        .SelectMany(token => token.ValueKind is System.Text.Json.JsonValueKind.Array ? token.EnumerateArray().ToList() : [token])
        .Where(token => token.ValueKind is System.Text.Json.JsonValueKind.String)
        .Select(token => TypesenseQuery.Words(token.GetString()!))
        .Where(word => word.Length > 0);

    /// <summary>Typesense has compared them without accents already, so a letter with one is taken for what was typed.</summary>
    private static bool Continues(string typed, string word) => word.Length >= typed.Length && !word.Contains(' ', StringComparison.Ordinal)
        && typed.Zip(word).All(pair => !char.IsAscii(pair.First) || !char.IsAscii(pair.Second) || char.ToUpperInvariant(pair.First) == char.ToUpperInvariant(pair.Second));
}
