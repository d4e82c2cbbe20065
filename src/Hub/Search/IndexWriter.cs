using Composable.Connectors.Sdk;
using Composable.Hub.Catalog;
using Composable.Hub.Storage;

namespace Composable.Hub.Search;

/// <summary>Tells an engine what is true of some products now, and remembers what it was told.</summary>
internal sealed class IndexWriter(Database database, ProductFacts facts, ProductDocuments documents, SearchTargets targets)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Writes what has changed to the generation that answers, and to the one that is being filled too; what has not changed only where it is missing:
    /// in the one that is being filled, when <paramref name="filling"/>. Versions are the same in both.
    /// </summary>
    /// <param name="force">Those that are written although nothing seems to have changed.</param>
    /// <param name="together">What becomes true when the engine has taken them, given those that it could not take just now.</param>
    public async Task WriteAsync(SearchTarget target, ISearch engine, IReadOnlyList<string> ids, IReadOnlySet<string> force, bool filling, Func<IReadOnlySet<string>, Commit> together, Sql set, CancellationToken cancellationToken)
    {
        var found = await facts.FindAsync(ids, cancellationToken);
        var before = (await database.QueryAsync<(string Id, long Version, string Hash)>(
            $"SELECT product_id, version, hash FROM search_entries WHERE connection = {target.Connection} AND product_id {Sql.In(ids)}", cancellationToken)).ToDictionary(row => row.Id);
        var (changed, same, gone) = (new List<Entry>(), new List<SearchWrite>(), ids.Where(id => !found.ContainsKey(id)).ToList());
        foreach (var document in ids.Where(found.ContainsKey).Select(id => documents.Of(found[id])))
        {
            var (_, version, hash) = before.GetValueOrDefault(document.Id);
            if (hash != document.Hash || force.Contains(document.Id)) changed.Add(new(document, version + 1));
            else if (filling) same.Add(new SearchWrite.Upsert(document.At(version)));
        }

        List<SearchWrite> news = [.. changed.Select(entry => new SearchWrite.Upsert(entry.Document.At(entry.Version))), .. gone.Select(id => new SearchWrite.Delete(id))];
        var refused = new Dictionary<string, RefusedWrite>();
        if (target.Generation is { } serving) await SendAsync(engine, serving, news, refused, cancellationToken);
        if (target.Filling is { } next) await SendAsync(engine, next, [.. news, .. same], refused, cancellationToken);

        var later = refused.Values.Where(write => !write.Permanent).Select(write => write.Id).ToHashSet();
        var commit = together(later);
        Remember(commit, target.Connection, [.. changed.Where(entry => !later.Contains(entry.Document.Id))], refused, gone);
        await targets.SaveAsync(target, set, cancellationToken, commit);
        await LookAgainAsync(target.Connection, changed, cancellationToken);
    }

    private static async Task SendAsync(ISearch engine, string generation, List<SearchWrite> writes, Dictionary<string, RefusedWrite> refused, CancellationToken cancellationToken)
    {
        foreach (var batch in writes.Chunk(engine.Limits.MaxBatch))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            foreach (var refusal in await engine.WriteAsync(ProductDocuments.Index, generation, batch, limit.Token)) refused[refusal.Id] = refusal;
        }
    }

    private static void Remember(Commit commit, string connection, List<Entry> told, Dictionary<string, RefusedWrite> refused, List<string> gone)
    {
        if (told.Count > 0) commit.Add($"""
            INSERT INTO search_entries (connection, product_id, version, hash, available, refused)
            SELECT {connection}, l.id, l.version, l.hash, l.available, l.refused
            FROM {Rows.Of(told, "l").Text("id", row => row.Document.Id).Number("version", row => row.Version).Text("hash", row => row.Document.Hash).Number("available", row => row.Document.Available ? 1 : 0).Text("refused", row => refused.GetValueOrDefault(row.Document.Id)?.Why)} WHERE 1 = 1
            ON CONFLICT (connection, product_id) DO UPDATE SET version = excluded.version, hash = excluded.hash, available = excluded.available, refused = excluded.refused
            """);
        if (gone.Count > 0) commit.Add($"DELETE FROM search_entries WHERE connection = {connection} AND product_id {Sql.In(gone)}");
    }

    /// <summary>A sale that came between reading and remembering compared with what was remembered before; so it is compared once more.</summary>
    private async Task LookAgainAsync(string connection, List<Entry> told, CancellationToken cancellationToken)
    {
        if (told.Count == 0) return;
        await database.CommitAsync(new Commit().Add($"""
            INSERT INTO search_waiting (connection, product_id)
            SELECT e.connection, e.product_id FROM search_entries e
            WHERE e.connection = {connection} AND e.product_id {Sql.In(told.Select(entry => entry.Document.Id))} AND e.available <> {SearchMarks.AvailableNow}
            ON CONFLICT (connection, product_id) DO UPDATE SET marks = search_waiting.marks + 1
            """), cancellationToken);
    }

    private sealed record Entry(ProductDocument Document, long Version);
}
