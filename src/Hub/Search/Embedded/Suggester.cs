using Composable.Hub.Storage;

namespace Composable.Hub.Search.Embedded;

/// <summary>Completes what is being typed: the word at hand, then whole titles.</summary>
internal sealed class Suggester(Database database)
{
    private const int MaxCompletions = 3;

    public async Task<IReadOnlyList<string>> SuggestAsync(Generation generation, string typed, int limit, CancellationToken cancellationToken)
    {
        var reading = await Reading.OfAsync(database, generation.Number, typed, cancellationToken);
        if (reading.Sought.Count == 0) return [];
        List<string> all = reading.Sought is [{ Prefix: { } prefix }] ? await CompletionsAsync(generation, prefix, cancellationToken) : [];
        all.AddRange(await TitlesAsync(generation, reading, limit, cancellationToken));
        return [.. all.Where(text => text.Length > 0).DistinctBy(text => text.ToUpperInvariant()).Take(limit)];
    }

    private Task<List<string>> CompletionsAsync(Generation generation, string prefix, CancellationToken cancellationToken) => database.QueryAsync<string>($"""
        SELECT term FROM search_terms WHERE generation = {generation.Number} AND term >= {prefix} AND term < {Reading.After(prefix)} AND documents > 0
        ORDER BY documents DESC, term LIMIT {(long)MaxCompletions}
        """, cancellationToken);

    private Task<List<string>> TitlesAsync(Generation generation, Reading reading, int limit, CancellationToken cancellationToken) => database.QueryAsync<string>(
        database.IsEmbedded
            ? (Sql)$"""
              SELECT d.title FROM search_words CROSS JOIN search_documents d
              WHERE search_words MATCH {"a : (" + reading.ForSqlite() + ")"} AND d.number = search_words.rowid AND d.generation = {generation.Number}
              ORDER BY bm25(search_words), d.id LIMIT {(long)limit}
              """
            : $"""
              SELECT d.title FROM search_words w JOIN search_documents d ON d.number = w.document
              WHERE w.words @@ CAST({reading.ForPostgres()} AS tsquery) AND d.generation = {generation.Number}
              ORDER BY ts_rank(CAST({"{0,0,0,1}"} AS real[]), w.words, CAST({reading.ForPostgres()} AS tsquery), 1) DESC, d.id LIMIT {(long)limit}
              """, cancellationToken);
}
