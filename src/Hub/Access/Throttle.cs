using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Access;

/// <summary>
/// Bounds rare and sensitive operations, such as sign-ins to one account, exactly and over all hubs: each is a row in the database. When the
/// database cannot be asked the operation does not happen.
/// </summary>
internal sealed class Throttle(Database database)
{
    /// <summary>Of the <see cref="GuardFailedException"/> of a commit that was one too many.</summary>
    public const string Spent = "throttled";

    private const int PruneEvery = 256;

    private int takes;

    /// <summary>Null when there was room; otherwise 429 with the wait until the window ends. The window begins with the first operation.</summary>
    /// <param name="key">Whose operations are counted; only its hash is kept.</param>
    public async Task<Refusal?> TakeAsync(string purpose, string key, int limit, TimeSpan window, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        if (Interlocked.Increment(ref takes) % PruneEvery == 0) commit.Add($"DELETE FROM throttles WHERE ends <= {Sql.Now}");
        Add(commit, purpose, key, limit, window);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return null;
        }
        catch (GuardFailedException spent) when (spent.Code == Spent)
        {
            return await RefusalAsync(purpose, key, cancellationToken);
        }
    }

    /// <summary>The same as a part of a commit, which fails with <see cref="Spent"/>.</summary>
    public static void Add(Commit commit, string purpose, string key, int limit, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (hash, length) = (Hash(key), (long)window.TotalMilliseconds);
        commit.Require($"""
            INSERT INTO throttles (purpose, key, taken, ends) VALUES ({purpose}, {hash}, 1, {Sql.Now} + {length})
            ON CONFLICT (purpose, key) DO UPDATE SET
                taken = CASE WHEN throttles.ends <= {Sql.Now} THEN 1 ELSE throttles.taken + 1 END,
                ends = CASE WHEN throttles.ends <= {Sql.Now} THEN {Sql.Now} + {length} ELSE throttles.ends END
            WHERE throttles.ends <= {Sql.Now} OR throttles.taken < {(long)limit}
            """, 1, Spent);
    }

    public async Task<Refusal> RefusalAsync(string purpose, string key, CancellationToken cancellationToken)
    {
        var wait = await database.CountAsync($"SELECT ends - {Sql.Now} FROM throttles WHERE purpose = {purpose} AND key = {Hash(key)}", cancellationToken);
        return new(429, "rate_limited", "Too many attempts.") { Retryable = true, RetryAfter = TimeSpan.FromMilliseconds(Math.Max(1, wait)) };
    }

    /// <summary>For a success that makes earlier attempts count for nothing.</summary>
    public static void Forget(Commit commit, string purpose, string key) => commit.Add($"DELETE FROM throttles WHERE purpose = {purpose} AND key = {Hash(key)}");

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
