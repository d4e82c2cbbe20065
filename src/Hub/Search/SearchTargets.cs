using System.Collections.Concurrent;
using System.Diagnostics;
using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Search;

/// <summary>An engine that is kept in step with the catalogue, and how far that has come.</summary>
internal sealed class SearchTarget
{
    public string Connection { get; set; } = "";

    /// <summary>The generation that answers; null until the first one is filled.</summary>
    public string? Generation { get; set; }
    public string? Fields { get; set; }

    /// <summary>The generation that is being filled behind it, with all products up to <see cref="FilledTo"/>.</summary>
    public string? Filling { get; set; }
    public string? FillingFields { get; set; }
    public string FilledTo { get; set; } = "";
    public long Rebuild { get; set; }
    public long? ServingSince { get; set; }
    public long Wanted { get; set; }
    public long Attempts { get; set; }

    /// <summary>Whether the time to try again has come.</summary>
    public long Due { get; set; }
    public string? Problem { get; set; }
    public long CheckedAt { get; set; }
    public long CheckedSample { get; set; }
    public long CheckedHealed { get; set; }
    public long SinceCheck { get; set; }
    public string? Owner { get; set; }
    public long Free { get; set; }
    public long Fence { get; set; }
}

/// <summary>The engines at rest. One hub at a time holds the lease of each; every change it makes proves that it still does.</summary>
internal sealed class SearchTargets(Database database, HubInstance hub)
{
    public const string Taken = "taken";

    private const long LeaseMs = 30_000, WantedMs = 600_000;
    private readonly ConcurrentDictionary<string, (long Fence, long Since)> held = new();

    public Task<List<SearchTarget>> AllAsync(CancellationToken cancellationToken) => database.QueryAsync<SearchTarget>($"""
        SELECT connection, generation, fields, filling, filling_fields AS FillingFields, filled_to AS FilledTo, rebuild, serving_since AS ServingSince,
            CASE WHEN wanted_until > {Sql.Now} THEN 1 ELSE 0 END AS Wanted, attempts, CASE WHEN retry_at <= {Sql.Now} THEN 1 ELSE 0 END AS Due, problem,
            checked_at AS CheckedAt, checked_sample AS CheckedSample, checked_healed AS CheckedHealed, {Sql.Now} - checked_at AS SinceCheck,
            owner, CASE WHEN lease_until < {Sql.Now} THEN 1 ELSE 0 END AS Free, fence
        FROM search_targets ORDER BY connection
        """, cancellationToken);

    /// <summary>Says that a hub wants these engines kept in step, for the next ten minutes.</summary>
    public Task WantAsync(IEnumerable<string> connections, CancellationToken cancellationToken) => database.CommitAsync(new Commit().Add($"""
        INSERT INTO search_targets (connection, wanted_until) SELECT l.connection, {Sql.Now} + {WantedMs} FROM {Rows.Of(connections.Distinct(), "l").Text("connection", name => name)} WHERE 1 = 1
        ON CONFLICT (connection) DO UPDATE SET wanted_until = excluded.wanted_until
        """), cancellationToken);

    /// <summary>Takes the lease, or keeps it. False when another hub has it.</summary>
    public async Task<bool> HoldAsync(SearchTarget target, CancellationToken cancellationToken)
    {
        if (target.Owner != hub.Id && target.Free == 0) return false;
        if (target.Owner == hub.Id && held.TryGetValue(target.Connection, out var lease) && lease.Fence == target.Fence && Stopwatch.GetElapsedTime(lease.Since).TotalMilliseconds < LeaseMs / 3.0) return true;
        var since = Stopwatch.GetTimestamp();
        try
        {
            await database.CommitAsync(new Commit().Require($"""
                UPDATE search_targets SET owner = {hub.Id}, lease_until = {Sql.Now} + {LeaseMs}, fence = fence + 1
                WHERE connection = {target.Connection} AND fence = {target.Fence} AND (owner = {hub.Id} OR lease_until < {Sql.Now})
                """, 1, Taken), cancellationToken);
        }
        catch (GuardFailedException)
        {
            return false;
        }

        held[target.Connection] = (++target.Fence, since);
        return true;
    }

    /// <summary>Changes the row of a target, if the lease is still ours, together with what else becomes true.</summary>
    public Task SaveAsync(SearchTarget target, Sql set, CancellationToken cancellationToken, Commit? together = null) => database.CommitAsync(
        (together ?? new Commit()).Require($"UPDATE search_targets SET {set} WHERE connection = {target.Connection} AND fence = {target.Fence}", 1, Taken), cancellationToken);

    /// <summary>The engine could not be spoken to: it is left alone for a while, which grows to half a minute.</summary>
    public Task FailedAsync(SearchTarget target, string problem, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var wait = Math.Max((long)(retryAfter?.TotalMilliseconds ?? 0), Math.Min(30_000, 500L << (int)Math.Min(6, target.Attempts)));
        return SaveAsync(target, $"attempts = attempts + 1, retry_at = {Sql.Now} + {wait}, problem = {problem}", cancellationToken);
    }

    /// <summary>Forgets an engine that nobody wants any more and all that was kept about it.</summary>
    public Task RetireAsync(SearchTarget target, CancellationToken cancellationToken) => database.CommitAsync(new Commit()
        .Require($"DELETE FROM search_targets WHERE connection = {target.Connection} AND fence = {target.Fence} AND wanted_until < {Sql.Now}", 1, Taken)
        .Add($"DELETE FROM search_waiting WHERE connection = {target.Connection}")
        .Add($"DELETE FROM search_entries WHERE connection = {target.Connection}"), cancellationToken);
}
