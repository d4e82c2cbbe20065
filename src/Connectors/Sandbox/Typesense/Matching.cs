using System.Numerics;

namespace Composable.Sandbox.Typesense;

/// <summary>A document that matches.</summary>
/// <param name="Place">Of the document in its collection; later ones are newer.</param>
internal readonly record struct Match(int Place, long Score);

/// <summary>Finds the documents that have the words, in three tries: as typed, with one slip a word, with two.</summary>
internal sealed class Matching(SearchIndex index, SearchParameters parameters, Func<SearchDocument, bool> filter)
{
    private const int MostWords = 20;

    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Words of documents that stood for one that was typed.</summary>
    public IReadOnlySet<string> Found => _found;

    public List<Match> Run()
    {
        var typed = parameters.Query;
        if (typed.Trim() == "*")
        {
            return All();
        }

        var fields = Fields();
        var parts = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToLookup(part => part.Length > 1 && part[0] == '-');
        var words = parts[false].SelectMany(part => index.Tokens.Of(part)).Select(word => word.Word).Take(MostWords).ToList();
        var unwanted = parts[true].SelectMany(part => index.Tokens.Of(part[1..])).Select(word => word.Word).ToList();
        var matches = Try(words, unwanted, fields);
        while (matches.Count < parameters.DropThreshold && words.Count > 1)
        {
            words.RemoveAt(words.Count - 1);
            matches = Try(words, unwanted, fields);
        }

        return matches;
    }

    private List<Match> All()
    {
        var matches = new List<Match>(index.Count);
        for (var place = 0; place < index.Documents.Count; place++)
        {
            if (index.Documents[place] is { } document && filter(document))
            {
                matches.Add(new Match(place, 0));
            }
        }

        return matches;
    }

    /// <summary>By position one more than the weight of each field that is asked for, and 0 for the others.</summary>
    private int[] Fields()
    {
        var (names, weights) = (parameters.QueryBy, parameters.Weights);
        if (names.Count == 0)
        {
            throw TypesenseRefusal.Bad("No search fields specified for the query.");
        }

        if (weights.Count != 0 && weights.Count != names.Count)
        {
            throw TypesenseRefusal.Bad("Number of weights in `query_by_weights` does not match number of `query_by` fields.");
        }

        var fields = new int[index.Schema.Fields.Count];
        for (var at = 0; at < names.Count; at++)
        {
            var field = index.FieldAt(names[at]);
            if (field < 0)
            {
                throw TypesenseRefusal.NoField("", names[at]);
            }

            if (!index.Schema.Fields[field].IsText)
            {
                throw TypesenseRefusal.Bad($"Field `{names[at]}` should be a string or a string array.");
            }

            fields[field] = weights.Count == 0 ? names.Count - at : int.TryParse(weights[at], out var weight) && weight is >= 0 and <= 127 ? weight + 1 : throw TypesenseRefusal.Bad("Weights must be from 0 to 127.");
        }

        return fields;
    }

    private List<Match> Try(List<string> words, List<string> unwanted, int[] fields)
    {
        var matches = new List<Match>();
        for (var slips = 0; slips <= parameters.Typos && words.Count > 0; slips++)
        {
            _found.Clear();
            matches = Once(words, unwanted, fields, slips);
            if (matches.Count >= Math.Max(1, parameters.TypoThreshold))
            {
                break;
            }
        }

        return matches;
    }

    private List<Match> Once(List<string> words, List<string> unwanted, int[] fields, int slips)
    {
        var places = index.Documents.Count;
        var (had, total, best) = (new byte[places], new int[places], new int[places]);
        for (var at = 0; at < words.Count; at++)
        {
            Array.Clear(best);
            foreach (var (term, cost) in Candidates.For(index, parameters, words[at], slips, parameters.Prefix && at == words.Count - 1))
            {
                Weigh(term, cost, fields, best);
            }

            for (var place = 0; place < places; place++)
            {
                if (best[place] > 0)
                {
                    had[place]++;
                    total[place] += best[place];
                }
            }
        }

        foreach (var term in unwanted.Select(index.Term).OfType<Term>())
        {
            foreach (var (place, _) in term.Postings)
            {
                had[place] = 0;
            }
        }

        var matches = new List<Match>();
        for (var place = 0; place < places; place++)
        {
            if (had[place] == words.Count && index.Documents[place] is { } document && filter(document))
            {
                matches.Add(new Match(place, total[place]));
            }
        }

        return matches;
    }

    /// <summary>Per document the best of its fields: fewer slips first, or the heavier field first, as was asked.</summary>
    private void Weigh(Term term, int cost, int[] fields, int[] best)
    {
        var found = false;
        foreach (var (place, bits) in term.Postings)
        {
            var weight = 0;
            for (var rest = bits; rest != 0; rest &= rest - 1)
            {
                weight = Math.Max(weight, fields[BitOperations.TrailingZeroCount(rest)]);
            }

            if (weight > 0)
            {
                found = true;
                var score = parameters.WeightFirst ? (weight << 10) + (1000 - cost) : ((1000 - cost) << 10) + weight;
                best[place] = Math.Max(best[place], score);
            }
        }

        if (found)
        {
            _found.Add(term.Word);
        }
    }
}
