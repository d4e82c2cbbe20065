using Composable.Hub.Http;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Durability;

/// <summary>
/// A caller's Idempotency-Key. The row is written in the same commit as the effect: whoever finds it knows that the effect exists.
/// A row without an answer belongs to a request that is still running, here or in the process that took over after a crash.
/// </summary>
internal sealed record IdempotencyKey(string Hash, string Fingerprint)
{
    public static readonly TimeSpan Usual = TimeSpan.FromHours(72), WhenMoneyMoved = TimeSpan.FromDays(30);

    public const string Table = "idempotency_keys";

    private const long StillRunning = 202;

    public void Remember(Commit commit, int? status, string? body, TimeSpan keep)
    {
        CrashPoint.Reach("C01");
        commit.Add($"""
            INSERT INTO idempotency_keys (key, fingerprint, status, body, created_at, expires_at)
            VALUES ({Hash}, {Fingerprint}, {(long?)status}, {body}, {Sql.Now}, {Sql.Now} + {(long)keep.TotalMilliseconds})
            """);
    }

    /// <summary>For effects that are commits of their own, or that were there already.</summary>
    public Task RememberAsync(Database database, Answer answer, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        Remember(commit, answer.Status, answer.Body, Usual);
        return database.CommitAsync(commit, cancellationToken);
    }

    /// <summary>Gives the key its answer. A server error is never remembered: the key becomes free and a retry starts afresh.</summary>
    public static void Settle(Commit commit, string hash, Answer answer)
    {
        if (answer.Status >= 500) commit.Add($"DELETE FROM idempotency_keys WHERE key = {hash} AND (status IS NULL OR status = {StillRunning})");
        else commit.Add($"UPDATE idempotency_keys SET status = {(long)answer.Status}, body = {answer.Body} WHERE key = {hash} AND (status IS NULL OR status = {StillRunning})");
    }

    /// <summary>The first answer if there is one; null when the key is new. Throws when the key was used for another body or is still running.</summary>
    public async Task<Answer?> ReplayAsync(Database database, CancellationToken cancellationToken)
    {
        var row = await database.FirstAsync<Row>($"SELECT fingerprint, status, body FROM idempotency_keys WHERE key = {Hash}", cancellationToken);
        if (row is null) return null;
        if (row.Fingerprint != Fingerprint) throw new RefusedException(new(422, "idempotency_conflict", "This Idempotency-Key was used with another body."));
        if (row.Status is not { } status || row.Body is null)
        {
            throw new RefusedException(new(409, "idempotency_in_flight", "The first request with this Idempotency-Key is still running.")
            {
                Retryable = true,
                RetryAfter = TimeSpan.FromSeconds(1),
            });
        }

        return new Answer((int)status, row.Body) { Replayed = true };
    }

    public static Task PruneAsync(Database database, CancellationToken cancellationToken) => database.CommitAsync(new Commit().Add(
        $"DELETE FROM idempotency_keys WHERE key IN (SELECT key FROM idempotency_keys WHERE expires_at < {Sql.Now} LIMIT 1000)"), cancellationToken);

    private sealed class Row
    {
        public string Fingerprint { get; set; } = "";
        public long? Status { get; set; }
        public string? Body { get; set; }
    }
}
