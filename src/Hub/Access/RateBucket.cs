namespace Composable.Hub.Access;

/// <summary>
/// What the callers of one bucket have used of a window. Beside a twentieth that every hub has to itself, hubs take what they may use in blocks from
/// the database, so that together they let through what the limit says and at most a twentieth more for each further hub.
/// </summary>
internal sealed class RateBucket(SharedLimits shared, string policy, int number, long limit, long window)
{
    /// <summary>Bounds the wait of a request whose blocks others use up.</summary>
    private const int Tries = 64;

    private readonly Lock door = new();
    private readonly long own = shared.IsShared ? limit / 20 : limit;
    private long starts = long.MinValue;
    private long used, granted, pooled;
    private Task? asking;

    /// <summary>Whether the request may go on, what is left, and how many milliseconds until all of it is there again.</summary>
    public ValueTask<(bool Taken, long Left, long Wait)> TakeAsync(long now)
    {
        lock (door)
        {
            Roll(now - (now % window));
            return TryTake(now) is { } result ? ValueTask.FromResult(result) : new(AskAsync(now, asking ??= LeaseAsync(starts)));
        }
    }

    private async Task<(bool Taken, long Left, long Wait)> AskAsync(long now, Task lease)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            await lease;
            lock (door)
            {
                if (TryTake(now) is { } result) return result;
                lease = asking ??= LeaseAsync(starts);
            }
        }

        return (false, 0, window - (now % window));
    }

    /// <summary>Null when more must be asked for.</summary>
    private (bool Taken, long Left, long Wait)? TryTake(long now)
    {
        var wait = window - (now % window);
        if (used < granted) return (true, granted - ++used + pooled, wait);
        return pooled == 0 ? (false, 0, wait) : null;
    }

    private void Roll(long current)
    {
        if (current <= starts) return;
        (starts, used, granted, pooled, asking) = (current, 0, own, limit - own, null);
    }

    private async Task LeaseAsync(long of)
    {
        // Not under the lock that the caller holds.
        await Task.Yield();
        var block = await shared.TakeBlockAsync(policy, number, of, limit - own);
        lock (door)
        {
            if (of != starts) return;
            asking = null;
            var alone = Math.Min(pooled, Math.Max(1, limit / 8));
            granted += block?.Granted ?? alone;
            pooled = block?.Left ?? pooled - alone;
        }
    }
}
