using System.Text.Json;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Storage;

namespace Composable.Hub.Customers.Erasures;

/// <summary>A vendor that is to forget somebody.</summary>
internal sealed record DueErasure(string ErasureId, string Connection, string Subject, long DueAt, long Attempts)
{
    public Subject Read() => JsonSerializer.Deserialize(Subject, SubjectJson.Default.Subject)!;
}

/// <summary>What vendors are still to forget. Written in the commit that removes the account, so that none is lost.</summary>
internal sealed class ErasureTasks(Database database)
{
    public const string Pending = "pending", Done = "done", NothingKept = "nothing_kept", ByHand = "by_hand";

    public static readonly IReadOnlyList<string> Statuses = [Pending, Done, NothingKept, ByHand];

    private const string Claimed = "erasure_claimed";
    private const int Most = 20, LongestReference = 200;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>One task for each connection, whatever became of the connection meanwhile.</summary>
    public static IReadOnlyList<ErasedVendor> Add(Commit commit, string erasure, string customer, IEnumerable<VendorTrace> traces)
    {
        var vendors = traces.GroupBy(trace => trace.Connection).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        foreach (var vendor in vendors)
        {
            var subject = new Subject(erasure, customer, [.. vendor.Select(trace => trace.Payment).OfType<SubjectPayment>().Distinct()], [.. vendor.Select(trace => trace.Sale).OfType<string>().Distinct()]);
            commit.Add($"""
                INSERT INTO erasure_tasks (erasure_id, connection, status, subject, due_at)
                VALUES ({erasure}, {vendor.Key}, {Pending}, {JsonSerializer.Serialize(subject, SubjectJson.Default.Subject)}, {Sql.Now})
                """);
        }

        return [.. vendors.Select(vendor => new ErasedVendor(vendor.Key, Pending))];
    }

    public Task<List<DueErasure>> DueAsync(CancellationToken cancellationToken) => database.QueryAsync<DueErasure>($"""
        SELECT erasure_id AS ErasureId, connection, subject, due_at AS DueAt, attempts FROM erasure_tasks
        WHERE status = 'pending' AND due_at <= {Sql.Now} ORDER BY due_at, erasure_id, connection LIMIT {Most}
        """, cancellationToken);

    /// <summary>Of several hubs one gets it. When that one dies or fails, the task is due again later, and ever later: after a minute at first, after an hour in the end.</summary>
    public async Task<bool> ClaimAsync(DueErasure task, CancellationToken cancellationToken)
    {
        var later = (long)(Lease.TotalMilliseconds * Math.Pow(2, Math.Min(task.Attempts, 6)));
        try
        {
            await database.CommitAsync(new Commit().Require($"""
                UPDATE erasure_tasks SET due_at = {Sql.Now} + {later}, attempts = attempts + 1
                WHERE erasure_id = {task.ErasureId} AND connection = {task.Connection} AND status = 'pending' AND due_at = {task.DueAt}
                """, 1, Claimed), cancellationToken);
            return true;
        }
        catch (GuardFailedException)
        {
            return false;
        }
    }

    public Task SettleAsync(DueErasure task, Forgotten forgotten, CancellationToken cancellationToken) => forgotten switch
    {
        Forgotten.Done done => SettleAsync(task, Done, done.Reference, null, cancellationToken),
        Forgotten.ByHand byHand => SettleAsync(task, ByHand, null, byHand.Reason, cancellationToken),
        _ => SettleAsync(task, NothingKept, null, null, cancellationToken),
    };

    /// <summary>Why it has not happened yet.</summary>
    public Task NoteAsync(DueErasure task, string note, CancellationToken cancellationToken) => database.CommitAsync(
        new Commit().Add($"UPDATE erasure_tasks SET note = {note} WHERE erasure_id = {task.ErasureId} AND connection = {task.Connection} AND status = 'pending'"), cancellationToken);

    /// <summary>The ids go, except where staff need them to ask by hand.</summary>
    private Task SettleAsync(DueErasure task, string status, string? reference, string? note, CancellationToken cancellationToken)
    {
        var kept = status == ByHand ? task.Subject : null;
        var proof = reference is { Length: > LongestReference } ? reference[..LongestReference] : reference;
        return database.CommitAsync(new Commit().Add($"""
            UPDATE erasure_tasks SET status = {status}, subject = {kept}, reference = {proof}, note = {note}, settled_at = {Sql.Now}
            WHERE erasure_id = {task.ErasureId} AND connection = {task.Connection} AND status = 'pending'
            """), cancellationToken);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Subject))]
internal sealed partial class SubjectJson : JsonSerializerContext;
