using Composable.Connectors.Sdk;
using Composable.Hub.Catalog;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Search;

/// <summary>
/// Compares some products, taken at random, with what the engine was told of them and with what it says it has. What differs waits to be written again, so that
/// nothing stays wrong for ever, whatever was lost on the way.
/// </summary>
internal sealed class DriftCheck(Database database, SearchTargets targets, ProductFacts facts, ProductDocuments documents, IOptions<SearchOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public bool IsDue(SearchTarget target) => target.SinceCheck >= options.Value.CheckEvery.TotalMilliseconds;

    public async Task RunAsync(SearchTarget target, ISearch engine, CancellationToken cancellationToken)
    {
        // What waits is known to differ; what was refused for good is not there.
        var sample = await database.QueryAsync<string>($"""
            SELECT picked.id FROM (SELECT id FROM products ORDER BY random() LIMIT {(long)options.Value.CheckSample}) AS picked
            WHERE NOT EXISTS (SELECT 1 FROM search_waiting w WHERE w.connection = {target.Connection} AND w.product_id = picked.id)
            """, cancellationToken);
        var gone = await database.QueryAsync<string>($"""
            SELECT e.product_id FROM search_entries e WHERE e.connection = {target.Connection} AND NOT EXISTS (SELECT 1 FROM products p WHERE p.id = e.product_id) LIMIT {(long)options.Value.CheckSample}
            """, cancellationToken);
        var entries = (await database.QueryAsync<(string Id, long Version, string Hash, string? Refused)>(
            $"SELECT product_id, version, hash, refused FROM search_entries WHERE connection = {target.Connection} AND product_id {Sql.In(sample)}", cancellationToken)).ToDictionary(row => row.Id);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var versions = await engine.VersionsAsync(ProductDocuments.Index, sample, limit.Token);
        var found = await facts.FindAsync(sample, cancellationToken);
        var wrong = sample.Where(id => found.TryGetValue(id, out var fact) && !Agrees(documents.Of(fact))).Concat(gone).ToList();

        var commit = new Commit();
        if (wrong.Count > 0) commit.Add(SearchMarking.Force(target.Connection, wrong));
        await targets.SaveAsync(target, $"checked_at = {Sql.Now}, checked_sample = {(long)sample.Count}, checked_healed = {(long)wrong.Count}", cancellationToken, commit);

        bool Agrees(ProductDocument document) => entries.TryGetValue(document.Id, out var entry) && entry.Hash == document.Hash
            && (entry.Refused is not null || versions.GetValueOrDefault(document.Id) == entry.Version);
    }
}

internal static class SearchMarking
{
    /// <summary>Has products written again although nothing seems to have changed.</summary>
    public static Sql Force(string connection, IEnumerable<string> products) => $"""
        INSERT INTO search_waiting (connection, product_id, force) SELECT {connection}, l.id, 1 FROM {Rows.Of(products.Distinct(), "l").Text("id", id => id)} WHERE 1 = 1
        ON CONFLICT (connection, product_id) DO UPDATE SET marks = search_waiting.marks + 1, force = 1
        """;
}
