using System.Security.Cryptography;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access;

/// <summary>What hubs on one database agree on about limits: the clock, who is in which bucket, and how much of a window is left to take.</summary>
internal sealed class SharedLimits(Database database, IOptions<RateLimitOptions> options, TimeProvider clock)
{
    private const int PruneEvery = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private byte[] secret = RandomNumberGenerator.GetBytes(32);
    private readonly long started = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private long ahead;
    private long aloneUntil;
    private int leases;

    /// <summary>False where there is one hub, which then counts by itself.</summary>
    public bool IsShared => !database.IsEmbedded;

    /// <summary>Milliseconds: the database's time, as far as it is known. A hub that counts by itself has windows that begin when it does.</summary>
    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds() + (IsShared ? Interlocked.Read(ref ahead) : -started);

    public ReadOnlySpan<byte> Secret => secret;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (!IsShared) return;
        await database.CommitAsync(new Commit().Add(
            $"INSERT INTO rate_secret (name, secret) VALUES ('buckets', {Convert.ToHexString(secret)}) ON CONFLICT (name) DO NOTHING"), cancellationToken);
        var (known, now) = (await database.QueryAsync<(string Secret, long Now)>($"SELECT secret, {Sql.Now} FROM rate_secret", cancellationToken)).Single();
        secret = Convert.FromHexString(known);
        Learn(now);
    }

    /// <summary>Takes an eighth of what is left, so that few requests wait for it and little is stranded at a hub. Null when the database does not say.</summary>
    public async Task<(long Granted, long Left)?> TakeBlockAsync(string policy, int bucket, long starts, long pool)
    {
        if (Environment.TickCount64 < Interlocked.Read(ref aloneUntil)) return null;
        try
        {
            using var deadline = new CancellationTokenSource(options.Value.Patience);
            var first = Math.Max(1, pool / 8);
            var (granted, taken, now) = (await database.QueryAsync<(long, long, long)>($"""
                INSERT INTO rate_windows AS w (policy, bucket, starts, taken, granted) VALUES ({policy}, {(long)bucket}, {starts}, {first}, {first})
                ON CONFLICT (policy, bucket, starts) DO UPDATE SET
                    granted = LEAST(GREATEST(({pool} - w.taken) / 8, 1), GREATEST({pool} - w.taken, 0)),
                    taken = w.taken + LEAST(GREATEST(({pool} - w.taken) / 8, 1), GREATEST({pool} - w.taken, 0))
                RETURNING granted, taken, {Sql.Now}
                """, deadline.Token)).Single();
            Learn(now);
            if (Interlocked.Increment(ref leases) % PruneEvery == 0) await PruneAsync(starts, deadline.Token);
            return (granted, Math.Max(0, pool - taken));
        }
        catch (Exception away) when (away is DatabaseUnavailableException or System.Data.Common.DbException or OperationCanceledException)
        {
            // Shops stay open without it; not every caller waits to find out.
            Interlocked.Exchange(ref aloneUntil, Environment.TickCount64 + (long)Pause.TotalMilliseconds);
            return null;
        }
    }

    /// <summary>A day is the longest window there is.</summary>
    private Task PruneAsync(long starts, CancellationToken cancellationToken) =>
        database.CommitAsync(new Commit().Add($"DELETE FROM rate_windows WHERE starts < {starts - (long)TimeSpan.FromDays(1).TotalMilliseconds}"), cancellationToken);

    private void Learn(long now) => Interlocked.Exchange(ref ahead, now - clock.GetUtcNow().ToUnixTimeMilliseconds());
}
