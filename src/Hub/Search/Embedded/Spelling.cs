using Composable.Hub.Storage;

namespace Composable.Hub.Search.Embedded;

/// <summary>Finds the word that was meant. Only words that no document has are asked about.</summary>
internal static class Spelling
{
    private const int Shortest = 4, Candidates = 400;

    /// <summary>Whether a word is worth being found again by its parts.</summary>
    public static bool IsLearned(string word) => word.Length is >= Shortest and <= 24 && word.All(char.IsLetter);

    /// <summary>All runs of three letters, with the edges of the word as letters of their own.</summary>
    public static IEnumerable<string> GramsOf(string word)
    {
        var padded = $"  {word} ";
        return Enumerable.Range(0, padded.Length - 2).Select(at => padded.Substring(at, 3)).Distinct();
    }

    /// <summary>Null when nothing is near enough.</summary>
    public static async Task<string?> CorrectAsync(Database database, long generation, string word, CancellationToken cancellationToken)
    {
        if (!IsLearned(word)) return null;
        var allowed = word.Length < 8 ? 1 : 2;
        var rows = await database.QueryAsync<(string Term, long Documents)>($"""
            SELECT t.term, t.documents FROM (
                SELECT g.term, count(*) AS shared FROM search_grams g
                WHERE g.generation = {generation} AND g.gram {Sql.In(GramsOf(word))} AND length(g.term) BETWEEN {(long)(word.Length - allowed)} AND {(long)(word.Length + allowed)}
                GROUP BY g.term ORDER BY count(*) DESC, g.term LIMIT {(long)Candidates}) c
            JOIN search_terms t ON t.generation = {generation} AND t.term = c.term AND t.documents > 0
            """, cancellationToken);
        return rows.Select(row => (row.Term, row.Documents, Distance: Distance(word, row.Term, allowed)))
            .Where(row => row.Distance <= allowed)
            .OrderBy(row => row.Distance).ThenBy(row => row.Term[0] == word[0] ? 0 : 1).ThenByDescending(row => row.Documents).ThenBy(row => row.Term, StringComparer.Ordinal)
            .Select(row => row.Term).FirstOrDefault();
    }

    /// <summary>Letters to add, leave out, change or swap with their neighbour; anything above <paramref name="most"/> is one more than it.</summary>
    public static int Distance(string one, string other, int most)
    {
        if (Math.Abs(one.Length - other.Length) > most) return most + 1;
        var (before, last, now) = (new int[other.Length + 1], new int[other.Length + 1], new int[other.Length + 1]);
        for (var j = 0; j <= other.Length; j++) last[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = one[i - 1] == other[j - 1] ? 0 : 1;
                now[j] = Math.Min(Math.Min(now[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) now[j] = Math.Min(now[j], before[j - 2] + 1);
            }

            (before, last, now) = (last, now, before);
        }

        return Math.Min(last[other.Length], most + 1);
    }
}
