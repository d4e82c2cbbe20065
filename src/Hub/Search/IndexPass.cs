using Composable.Connectors.Sdk;
using Composable.Hub.Catalog;
using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Search;

/// <summary>A bit of the work on one engine, by the hub that holds its lease: what waits, a piece of a rebuild, and now and then a check.</summary>
internal sealed class IndexPass(Database database, SearchTargets targets, IndexWriter writer, DriftCheck drift, ProductFacts facts, ProductDocuments documents)
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>True when there is more to do at once.</summary>
    public async Task<bool> RunAsync(SearchTarget target, ISearch engine, CancellationToken cancellationToken)
    {
        await BeginAsync(target, engine, cancellationToken);
        var more = await WriteWaitingAsync(target, engine, cancellationToken);
        if (target.Filling is not null) more |= await FillAsync(target, engine, cancellationToken);
        else if (drift.IsDue(target)) await drift.RunAsync(target, engine, cancellationToken);
        if (target.Attempts > 0) await targets.SaveAsync(target, $"attempts = 0, problem = NULL", cancellationToken);
        return more;
    }

    /// <summary>Begins a generation when there is none, when it lacks fields, when staff ask for it, or when the engine has lost it.</summary>
    private async Task BeginAsync(SearchTarget target, ISearch engine, CancellationToken cancellationToken)
    {
        if (target.Generation is not null && (target.Attempts > 0 || drift.IsDue(target)) && await IsLostAsync(target, engine, cancellationToken))
        {
            await targets.SaveAsync(target, $"generation = NULL, serving_since = NULL, filling = NULL", cancellationToken);
            (target.Generation, target.Filling) = (null, null);
        }

        var begins = target.Filling is null
            ? target.Rebuild == 1 || target.Generation is null || target.Fields != documents.Fingerprint
            : target.FillingFields != documents.Fingerprint;
        if (begins)
        {
            var next = Ids.New("gen");
            await targets.SaveAsync(target, $"filling = {next}, filling_fields = {documents.Fingerprint}, filled_to = '', rebuild = 0", cancellationToken);
            (target.Filling, target.FilledTo, target.Rebuild) = (next, "", 0);
        }

        if (target.Filling is not null && target.FilledTo.Length == 0)
            await WithinAsync(limit => engine.PrepareAsync(ProductDocuments.Index, target.Filling, documents.Fields, limit), Patience, cancellationToken);
    }

    private static async Task<bool> IsLostAsync(SearchTarget target, ISearch engine, CancellationToken cancellationToken)
    {
        string? current = null;
        await WithinAsync(async limit => current = await engine.CurrentAsync(ProductDocuments.Index, limit), Patience, cancellationToken);
        return current != target.Generation;
    }

    private async Task<bool> WriteWaitingAsync(SearchTarget target, ISearch engine, CancellationToken cancellationToken)
    {
        var waiting = await database.QueryAsync<(string Id, long Marks, long Force)>($"""
            SELECT product_id, marks, force FROM search_waiting WHERE connection = {target.Connection} AND due_at <= {Sql.Now} ORDER BY due_at, product_id LIMIT {(long)AtOnce}
            """, cancellationToken);
        if (waiting.Count == 0) return false;
        await writer.WriteAsync(target, engine, [.. waiting.Select(row => row.Id)], waiting.Where(row => row.Force == 1).Select(row => row.Id).ToHashSet(), filling: false, Done, $"attempts = attempts", cancellationToken);
        return waiting.Count == AtOnce;

        // A mark that was renewed meanwhile stays: its product may have changed after it was read.
        Commit Done(IReadOnlySet<string> later)
        {
            var commit = new Commit().Add($"""
                DELETE FROM search_waiting WHERE connection = {target.Connection} AND (product_id, marks) IN (
                    SELECT l.id, l.marks FROM {Rows.Of(waiting.Where(row => !later.Contains(row.Id)), "l").Text("id", row => row.Id).Number("marks", row => row.Marks)})
                """);
            return later.Count == 0 ? commit : commit.Add($"UPDATE search_waiting SET due_at = {Sql.Now} + 5000, force = 1 WHERE connection = {target.Connection} AND product_id {Sql.In(later)}");
        }
    }

    /// <summary>The next products of a rebuild; after the last of them readers are switched over. Where it stands is kept, so that a crash costs one piece.</summary>
    private async Task<bool> FillAsync(SearchTarget target, ISearch engine, CancellationToken cancellationToken)
    {
        var ids = await facts.AfterAsync(target.FilledTo, AtOnce, cancellationToken);
        if (ids.Count == 0)
        {
            await WithinAsync(limit => engine.SwitchAsync(ProductDocuments.Index, target.Filling!, limit), TimeSpan.FromSeconds(20), cancellationToken);
            await targets.SaveAsync(target, $"""
                generation = filling, fields = filling_fields, filling = NULL, filling_fields = NULL, filled_to = '', serving_since = {Sql.Now}, checked_at = {Sql.Now}
                """, cancellationToken);
            return true;
        }

        await writer.WriteAsync(target, engine, ids, new HashSet<string>(), filling: true, Again, $"filled_to = {ids[^1]}", cancellationToken);
        return true;

        // What the engine could not take just now waits with the others.
        Commit Again(IReadOnlySet<string> later) => later.Count == 0 ? new() : new Commit().Add(SearchMarking.Force(target.Connection, later));
    }

    private static async Task WithinAsync(Func<CancellationToken, Task> call, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        await call(limit.Token);
    }
}
