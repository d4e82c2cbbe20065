using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Composable.Hub.Access.Audit;
using Composable.Hub.Http;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Durability;

/// <summary>Where processes are remembered. <paramref name="owner"/> is this hub; leases run by the database's clock.</summary>
internal sealed class ProcessStore(Database database, HubInstance owner)
{
    public const string LostLease = "lost_lease";

    /// <summary>Longer than any single call may take, so that a lease does not run out under a living hub.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    public async Task SaveAsync(ProcessRecord record, Commit commit, IReadOnlyList<JournalEntry> journal, Answer? answer, TimeSpan? due, CancellationToken cancellationToken)
    {
        var holds = due is null && record.Status is ProcessRecord.Running or ProcessRecord.Undoing;
        Sql lease = holds ? (Sql)$"{Sql.Now} + {(long)Lease.TotalMilliseconds}" : $"{0L}";
        var delay = (long)(due ?? Lease).TotalMilliseconds;

        // While the lease is held it alone decides when others may look; the indexed column stays as it is, which keeps the update small.
        Sql nextLook = holds ? (Sql)$"" : $", due_at = {Sql.Now} + {delay}";
        if (record.Version == 0)
        {
            commit.Add($"""
                INSERT INTO processes (id, kind, subject, status, step, called, attempts, state, refusal, error, key, version, owner, lease_until, due_at, created_at)
                VALUES ({record.Id}, {record.Kind}, {record.Subject}, {record.Status}, {record.Step}, {record.Called}, {record.Attempts}, {record.State}, {record.Refusal},
                    {record.Error}, {record.Key}, 1, {(holds ? owner.Id : null)}, {lease}, {Sql.Now} + {delay}, {Sql.Now})
                """);
            // What shoppers begin is in the events; what staff do is also in the trail.
            if (Actor.IsStaff) commit.Audit($"{record.Kind}.begun", record.Subject, null, WithoutWords(record.State));
            if (record.NewKey is { } key) key.Remember(commit, answer?.Status, answer?.Body, IdempotencyKey.WhenMoneyMoved);
        }
        else
        {
            commit.Require($"""
                UPDATE processes SET status = {record.Status}, step = {record.Step}, called = {record.Called}, attempts = {record.Attempts}, state = {record.State},
                    refusal = {record.Refusal}, error = {record.Error}, version = version + 1, owner = {(holds ? owner.Id : null)}, lease_until = {lease}{nextLook}
                WHERE id = {record.Id} AND version = {record.Version}
                """, 1, LostLease);
            if (record.Key is not null && answer is not null) IdempotencyKey.Settle(commit, record.Key, answer);
        }

        if (journal.Count > 0)
        {
            commit.Add($"""
                INSERT INTO process_log (process_id, version, entries, at)
                VALUES ({record.Id}, {record.Version + 1}, {JsonSerializer.Serialize(journal, JournalJson.Default.IReadOnlyListJournalEntry)}, {Sql.Now})
                """);
        }

        await database.CommitAsync(commit, cancellationToken);
        record.Version++;
        CrashPoint.Reach("C15");
    }

    /// <summary>What staff wrote in their own words may be about somebody, and the trail is never deleted.</summary>
    private static string WithoutWords(string state)
    {
        var shown = JsonNode.Parse(state)!.AsObject();
        shown.Remove("reason");
        return shown.ToJsonString();
    }

    /// <summary>What happened in a process, oldest first; at most as many commits as <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<(JournalEntry Entry, long At)>> JournalAsync(string id, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Entries, long At)>($"SELECT entries, at FROM process_log WHERE process_id = {id} ORDER BY version LIMIT {limit}", cancellationToken);
        return [.. rows.SelectMany(row => JsonSerializer.Deserialize(row.Entries, JournalJson.Default.IReadOnlyListJournalEntry)!.Select(entry => (entry, row.At)))];
    }

    public Task<List<ProcessRecord>> DueAsync(int limit, CancellationToken cancellationToken) => database.QueryAsync<ProcessRecord>($"""
        SELECT {Columns} FROM processes
        WHERE status IN ('running', 'waiting', 'undoing') AND due_at <= {Sql.Now} AND lease_until <= {Sql.Now} ORDER BY due_at LIMIT {limit}
        """, cancellationToken);

    public Task<ProcessRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.FirstAsync<ProcessRecord>($"SELECT {Columns} FROM processes WHERE id = {id}", cancellationToken);

    public Task<ProcessRecord?> FindLiveAsync(string subject, CancellationToken cancellationToken) => database.FirstAsync<ProcessRecord>(
        $"SELECT {Columns} FROM processes WHERE subject = {subject} AND status IN ('running', 'waiting', 'undoing', 'stuck')", cancellationToken);

    /// <summary>Takes the process over. False when another hub was faster.</summary>
    public async Task<bool> ClaimAsync(ProcessRecord record, CancellationToken cancellationToken)
    {
        var commit = new Commit().Require($"""
            UPDATE processes SET version = version + 1, owner = {owner.Id}, lease_until = {Sql.Now} + {(long)Lease.TotalMilliseconds}
            WHERE id = {record.Id} AND version = {record.Version}
            """, 1, LostLease);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (GuardFailedException)
        {
            return false;
        }

        record.Version++;
        return true;
    }

    /// <summary>Gives a process back after something unforeseen, to be tried again later and after many tries to be stuck.</summary>
    public Task GiveBackAsync(ProcessRecord record, string error, int stuckAfter, CancellationToken cancellationToken) => database.CommitAsync(new Commit().Add($"""
        UPDATE processes SET attempts = attempts + 1, error = {error}, owner = {(string?)null}, lease_until = 0, version = version + 1, due_at = {Sql.Now} + {2000L},
            status = CASE WHEN attempts + 1 >= {stuckAfter} THEN 'stuck' ELSE status END
        WHERE id = {record.Id} AND version = {record.Version}
        """), cancellationToken);

    /// <summary>Makes a waiting process look again now, because something it may wait for has happened.</summary>
    public Task WakeAsync(string subject, CancellationToken cancellationToken) => database.CommitAsync(
        new Commit().Add($"UPDATE processes SET due_at = 0 WHERE subject = {subject} AND status IN ('running', 'waiting', 'undoing') AND lease_until <= {Sql.Now}"), cancellationToken);

    public Task WakeProcessAsync(string id, CancellationToken cancellationToken) => database.CommitAsync(
        new Commit().Add($"UPDATE processes SET due_at = 0 WHERE id = {id} AND status IN ('running', 'waiting', 'undoing') AND lease_until <= {Sql.Now}"), cancellationToken);

    /// <summary>Frees what this hub's earlier life held, so that a restart need not wait for leases to run out.</summary>
    public Task ReleaseOwnAsync(CancellationToken cancellationToken) => database.CommitAsync(
        new Commit().Add($"UPDATE processes SET lease_until = 0, due_at = 0 WHERE owner = {owner.Id} AND status IN ('running', 'undoing')"), cancellationToken);

    public static Sql Columns =>
        $"id, kind, subject, status, step, called, attempts, state, refusal, error, key, version, owner, lease_until AS leaseUntil, due_at AS dueAt, created_at AS createdAt";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<JournalEntry>))]
internal sealed partial class JournalJson : JsonSerializerContext;

/// <summary>Which hub this is. The same id after a restart lets it take up its own work at once.</summary>
internal sealed record HubInstance(string Id);
