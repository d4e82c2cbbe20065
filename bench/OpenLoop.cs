namespace Composable.Bench;

/// <summary>What became of a schedule. <c>Dropped</c>: not started, because too many were running. <c>Unfinished</c>: still running when patience ended.</summary>
/// <param name="Lag">How late the generator itself started work, in microseconds; large values mean that it, not the hub, was the limit.</param>
internal sealed record LoopResult(long Started, long Dropped, long Unfinished, TimeSpan Elapsed, Histogram Lag);

/// <summary>
/// Starts work on a schedule whether or not earlier work has been answered, so that a slow server meets the load real
/// shoppers would bring. Never starts early; what cannot be started is counted, never put off.
/// </summary>
internal sealed class OpenLoop(TimeProvider clock, int maxInFlight, TimeSpan patience)
{
    private int inFlight;
    private Exception? unexpected;

    /// <summary><paramref name="work"/> gets the timestamp of its intended start and must handle its own failures.</summary>
    public async Task<LoopResult> RunAsync(TimeSpan[] schedule, Func<long, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lag = new Histogram();
        var origin = clock.GetTimestamp();
        long started = 0;
        long dropped = 0;
        foreach (var arrival in schedule)
        {
            var intended = origin + (long)(arrival.TotalSeconds * clock.TimestampFrequency);
            await WaitUntilAsync(intended, cancellationToken).ConfigureAwait(false);
            lag.Record((long)clock.GetElapsedTime(intended).TotalMicroseconds);
            if (Volatile.Read(ref inFlight) >= maxInFlight)
            {
                dropped++;
                continue;
            }

            started++;
            Interlocked.Increment(ref inFlight);
            _ = RunOneAsync(work, intended, abandon.Token);
        }

        var unfinished = await DrainAsync(abandon, cancellationToken).ConfigureAwait(false);
        return unexpected is null
            ? new LoopResult(started, dropped, unfinished, clock.GetElapsedTime(origin), lag)
            : throw new InvalidOperationException("A request failed in a way the scenario does not know.", unexpected);
    }

    private async Task WaitUntilAsync(long intended, CancellationToken cancellationToken)
    {
        var remaining = clock.GetElapsedTime(clock.GetTimestamp(), intended);
        while (remaining > TimeSpan.Zero)
        {
            // Timers count whole milliseconds; a shorter wait would return at once and start the work early.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds)), clock, cancellationToken).ConfigureAwait(false);
            remaining = clock.GetElapsedTime(clock.GetTimestamp(), intended);
        }
    }

    private async Task RunOneAsync(Func<long, CancellationToken, Task> work, long intended, CancellationToken cancellationToken)
    {
        try
        {
            await work(intended, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Interlocked.CompareExchange(ref unexpected, failure, null);
        }
        catch (OperationCanceledException)
        {
            // Counted as unfinished by the drain that canceled it.
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private async Task<int> DrainAsync(CancellationTokenSource abandon, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(10);
        for (var waited = TimeSpan.Zero; Volatile.Read(ref inFlight) > 0 && waited < patience; waited += pause)
        {
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }

        var unfinished = Volatile.Read(ref inFlight);
        await abandon.CancelAsync().ConfigureAwait(false);
        for (var i = 0; Volatile.Read(ref inFlight) > 0 && i < 500; i++)
        {
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
        }

        return unfinished;
    }
}
