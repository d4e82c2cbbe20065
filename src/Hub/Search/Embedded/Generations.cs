using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Composable.Connectors.Sdk;
using Composable.Hub.Storage;
using Dapper;

namespace Composable.Hub.Search.Embedded;

/// <param name="Number">Ours; rows of the generation carry it.</param>
/// <param name="Seal">What cursors of the index are sealed with; it stays when generations change.</param>
internal sealed record Generation(long Number, string Seal, Schema Schema);

/// <summary>Which generations an index has, and which of them readers see.</summary>
internal sealed class Generations(Database database)
{
    /// <summary>The name of those that have none any more; an index's own has a slash in it.</summary>
    private const string Dropped = "dropped";

    private const int DropAtOnce = 50, RowsAtOnce = 2_000;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5), AtSwitch = TimeSpan.FromSeconds(2);

    /// <summary>Fields of a generation never change.</summary>
    private readonly ConcurrentDictionary<long, Schema> schemas = new();

    public async Task<string?> CurrentAsync(string name, CancellationToken cancellationToken) => await database.FirstAsync<string>(
        $"SELECT g.generation FROM search_indexes i JOIN search_generations g ON g.number = i.serving WHERE i.name = {name}", cancellationToken);

    public Task<Generation?> ServingAsync(string name, CancellationToken cancellationToken) => ReadAsync(
        $"SELECT g.number, i.seal, g.fields FROM search_indexes i JOIN search_generations g ON g.number = i.serving WHERE i.name = {name}", cancellationToken);

    public Task<Generation?> FindAsync(string name, string generation, CancellationToken cancellationToken) => ReadAsync($"""
        SELECT g.number, i.seal, g.fields FROM search_indexes i JOIN search_generations g ON g.name = i.name WHERE i.name = {name} AND g.generation = {generation}
        """, cancellationToken);

    public Task PrepareAsync(string name, string generation, IReadOnlyList<SearchField> fields, CancellationToken cancellationToken) => database.CommitAsync(new Commit()
        .Add($"INSERT INTO search_indexes (name, seal) VALUES ({name}, {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}) ON CONFLICT (name) DO NOTHING")
        .Add($"INSERT INTO search_generations (name, generation, fields) VALUES ({name}, {generation}, {Schema.Write(fields)}) ON CONFLICT (name, generation) DO NOTHING"), cancellationToken);

    /// <summary>False when there is no such generation. Readers move in one commit; the others have no name any more and are cleared away little by little.</summary>
    public async Task<bool> SwitchAsync(string name, string generation, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, generation, cancellationToken) is not { } target) return false;
        if (!database.IsEmbedded) await AnalyzeAsync(cancellationToken);
        await database.CommitAsync(new Commit()
            .Add($"UPDATE search_indexes SET serving = {target.Number} WHERE name = {name}")
            .Add($"UPDATE search_generations SET name = {Dropped}, generation = CAST(number AS text) WHERE name = {name} AND number <> {target.Number}"), cancellationToken);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < AtSwitch && await SweepAsync(cancellationToken);) await Task.Delay(Breath, cancellationToken);
        return true;
    }

    /// <summary>Clears away a bit of what nobody reads any more, in a commit so short that nobody else waits for it. False when there is nothing left.</summary>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        if (await database.QueryAsync<long>($"SELECT number FROM search_generations WHERE name = {Dropped} LIMIT 1", cancellationToken) is not [var generation]) return false;
        var numbers = await database.QueryAsync<long>($"SELECT number FROM search_documents WHERE generation = {generation} LIMIT {(long)DropAtOnce}", cancellationToken);
        var gone = Rows.Of(numbers.Order(), "l").Number("number", number => number);
        var key = database.IsEmbedded ? (Sql)$"rowid" : $"document";
        var commit = new Commit();
        if (numbers.Count > 0) commit.Add($"DELETE FROM search_values WHERE document IN (SELECT l.number FROM {gone})")
            .Add($"DELETE FROM search_words WHERE {key} IN (SELECT l.number FROM {gone})")
            .Add($"DELETE FROM search_documents WHERE number IN (SELECT l.number FROM {gone})");
        else if (await database.FirstAsync<string>($"SELECT gram FROM search_grams WHERE generation = {generation} ORDER BY gram LIMIT 1 OFFSET {(long)RowsAtOnce}", cancellationToken) is { } gram)
            commit.Add($"DELETE FROM search_grams WHERE generation = {generation} AND gram <= {gram}");
        else if (await database.FirstAsync<string>($"SELECT term FROM search_terms WHERE generation = {generation} ORDER BY term LIMIT 1 OFFSET {(long)RowsAtOnce}", cancellationToken) is { } term)
            commit.Add($"DELETE FROM search_terms WHERE generation = {generation} AND term <= {term}");
        else commit.Add($"DELETE FROM search_grams WHERE generation = {generation}")
            .Add($"DELETE FROM search_terms WHERE generation = {generation}")
            .Add($"DELETE FROM search_generations WHERE number = {generation}");
        await database.CommitAsync(commit, cancellationToken);
        return true;
    }

    /// <summary>PostgreSQL plans badly over tables that were filled a moment ago and not looked at since.</summary>
    private async Task AnalyzeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("ANALYZE search_documents, search_values, search_words, search_terms, search_grams", cancellationToken: cancellationToken));
    }

    private async Task<Generation?> ReadAsync(Sql sql, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(long Number, string Seal, string Fields)>(sql, cancellationToken);
        if (rows is not [var row]) return null;
        if (schemas.Count > 100) schemas.Clear();
        return new(row.Number, row.Seal, schemas.GetOrAdd(row.Number, _ => Schema.Read(row.Fields)));
    }
}
