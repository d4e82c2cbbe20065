namespace Composable.Sandbox.Typesense;

/// <summary>Words of the index that may be meant by one that was typed, each with how far it is from that.</summary>
internal static class Candidates
{
    private const int Most = 2000;

    /// <param name="beginning">Whether the word may be only begun.</param>
    public static IEnumerable<(Term Term, int Cost)> For(SearchIndex index, SearchParameters parameters, string typed, int slips, bool beginning)
    {
        var allowed = typed.Length >= parameters.ShortestWithTwoTypos ? slips : typed.Length >= parameters.ShortestWithTypo ? Math.Min(slips, 1) : 0;
        if (allowed == 0 && !beginning)
        {
            return index.Term(typed) is { } exact ? [(exact, 0)] : [];
        }

        return index.Terms
            .Select(term => (Term: term, Cost: Cost(typed, term.Word, allowed, beginning)))
            .Where(candidate => candidate.Cost >= 0)
            .OrderBy(candidate => candidate.Cost)
            .Take(Most);
    }

    /// <summary>A whole word is nearer than a beginning, and any beginning nearer than a slip. Below 0 when it is too far.</summary>
    private static int Cost(string typed, string word, int allowed, bool beginning)
    {
        if (word == typed)
        {
            return 0;
        }

        if (beginning && word.StartsWith(typed, StringComparison.Ordinal))
        {
            return 1;
        }

        if (allowed == 0)
        {
            return -1;
        }

        var slips = Typos.Between(typed, word, allowed, beginning);
        return slips > allowed ? -1 : 10 * slips;
    }
}
