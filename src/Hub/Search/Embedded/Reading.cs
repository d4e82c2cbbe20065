using Composable.Hub.Storage;

namespace Composable.Hub.Search.Embedded;

/// <summary>What a word of the query stands for.</summary>
/// <param name="Typed">As it was typed, or as it was corrected.</param>
/// <param name="Root">Found as it is.</param>
/// <param name="Prefix">Also found at the beginning of words; null when not.</param>
internal sealed record Sought(string Typed, string? Root, string? Prefix)
{
    public bool Finds(string word) => Words.Root(word) == Root || (Prefix is not null && word.StartsWith(Prefix, StringComparison.Ordinal));
}

/// <summary>Reads what was typed as words that documents have.</summary>
/// <param name="Sought">Empty when nothing was typed.</param>
/// <param name="Nothing">Something was typed that no document has.</param>
internal sealed record Reading(IReadOnlyList<Sought> Sought, bool Nothing)
{
    private const int MaxWords = 24, MaxLetters = 600;

    public static async Task<Reading> OfAsync(Database database, long generation, string text, CancellationToken cancellationToken)
    {
        var typed = Words.Of(text.Length > MaxLetters ? text[..MaxLetters] : text, MaxWords).Distinct().ToList();
        if (typed.Count == 0) return new([], Nothing: text.Any(letter => !char.IsWhiteSpace(letter)));
        var known = (await database.QueryAsync<string>(
            $"SELECT term FROM search_terms WHERE generation = {generation} AND documents > 0 AND term {Sql.In(typed.SelectMany(Words.FormsOf).Distinct())}", cancellationToken)).ToHashSet();
        var open = text.Length <= MaxLetters && char.IsLetterOrDigit(text[^1]);
        var sought = new List<Sought>();
        for (var i = 0; i < typed.Count; i++)
        {
            var found = await OfAsync(database, generation, typed[i], known, isLast: open && i == typed.Count - 1, cancellationToken);
            if (found is null) return new([], Nothing: true);
            sought.Add(found);
        }

        return new(sought, Nothing: false);
    }

    private static async Task<Sought?> OfAsync(Database database, long generation, Word word, HashSet<string> known, bool isLast, CancellationToken cancellationToken)
    {
        if (Words.FormsOf(word).Any(known.Contains)) return new(word.Text, word.Root, isLast ? word.Text : null);
        if ((isLast || word.Text.Length > 2) && await BeginsAsync(database, generation, word.Text, cancellationToken)) return new(word.Text, null, word.Text);
        return await Spelling.CorrectAsync(database, generation, word.Text, cancellationToken) is { } meant ? new(meant, Words.Root(meant), null) : null;
    }

    private static async Task<bool> BeginsAsync(Database database, long generation, string prefix, CancellationToken cancellationToken) => await database.CountAsync($"""
        SELECT 1 FROM search_terms WHERE generation = {generation} AND term >= {prefix} AND term < {After(prefix)} AND documents > 0 LIMIT 1
        """, cancellationToken) == 1;

    /// <summary>What comes after all words with this beginning.</summary>
    public static string After(string prefix) => prefix + "\U0010FFFF";

    /// <summary>As FTS5 reads it. Words are letters and digits only, so nothing in them can be taken for syntax.</summary>
    public string ForSqlite() => string.Join(" AND ", Sought.Select(word =>
        $"({string.Join(" OR ", new[] { word.Root is null ? null : $"\"{word.Root}\"", word.Prefix is null ? null : $"\"{word.Prefix}\" *" }.OfType<string>())})"));

    /// <summary>As PostgreSQL reads it.</summary>
    public string ForPostgres() => string.Join(" & ", Sought.Select(word =>
        $"({string.Join(" | ", new[] { word.Root is null ? null : $"'{word.Root}'", word.Prefix is null ? null : $"'{word.Prefix}':*" }.OfType<string>())})"));
}
