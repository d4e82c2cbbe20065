using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>Whose call goes first when a vendor takes no more at once.</summary>
internal enum CallPriority
{
    /// <summary>Somebody is buying.</summary>
    Checkout,

    /// <summary>Somebody is looking around.</summary>
    Browse,

    /// <summary>Nobody waits: indexes, edge copies and the like.</summary>
    Sync,
}

/// <summary>The priority of the work at hand. Set in an async method it ends with it; what says nothing is checkout.</summary>
internal static class WorkPriority
{
    private static readonly AsyncLocal<CallPriority> Flowing = new();

    public static CallPriority Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }
}

/// <summary>
/// How many calls of a connection are under way at once, and how many begin in a second. Browsing leaves a fifth of the slots to checkout, and syncing half;
/// among those that wait, checkout goes before browsing and browsing before syncing.
/// </summary>
internal sealed class CallSlots(int atOnce, int? perSecond, TimeProvider clock) : IDisposable
{
    private const int MostWaiting = 500, Kinds = 3;

    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource>[] waiting = [new(), new(), new()];
    private int used;
    private double tokens = Burst(perSecond);
    private long refilledAt = clock.GetTimestamp();
    private ITimer? refill;

    /// <summary>Waits for a slot. Throws (RateLimited, certainly nothing happened) when too many wait already.</summary>
    public Task EnterAsync(CallPriority priority, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (gate)
        {
            if (waiting[(int)priority].Count == 0 && TryTake(priority)) return Task.CompletedTask;
            if (waiting[(int)priority].Count >= MostWaiting) throw new VendorException(VendorFailure.RateLimited, "Too many calls wait for this vendor.", TimeSpan.FromSeconds(1));
            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting[(int)priority].Enqueue(turn);
            Schedule();
        }

        return WaitAsync(turn, cancellationToken);
    }

    public void Leave()
    {
        lock (gate)
        {
            used--;
            GiveTurns();
        }
    }

    public void Dispose() => refill?.Dispose();

    private static async Task WaitAsync(TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        await using var given = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task;
    }

    private int Share(CallPriority priority) => priority switch
    {
        CallPriority.Checkout => atOnce,
        CallPriority.Browse => Math.Max(1, atOnce * 4 / 5),
        _ => Math.Max(1, atOnce / 2),
    };

    private bool TryTake(CallPriority priority)
    {
        if (used >= Share(priority)) return false;
        if (perSecond is { } rate)
        {
            tokens = Math.Min(Burst(perSecond), tokens + clock.GetElapsedTime(refilledAt).TotalSeconds * rate);
            refilledAt = clock.GetTimestamp();
            if (tokens < 1) return false;
            tokens--;
        }

        used++;
        return true;
    }

    private void GiveTurns()
    {
        for (var kind = 0; kind < Kinds; kind++)
        {
            while (waiting[kind].TryPeek(out var next))
            {
                if (next.Task.IsCanceled)
                {
                    waiting[kind].Dequeue();
                    continue;
                }

                if (!TryTake((CallPriority)kind)) break;
                waiting[kind].Dequeue();
                if (!next.TrySetResult()) used--;
            }
        }

        Schedule();
    }

    /// <summary>With a rate, a turn may also come because time has passed.</summary>
    private void Schedule()
    {
        if (perSecond is not { } rate || waiting.All(queue => queue.Count == 0)) return;
        refill ??= clock.CreateTimer(_ => { lock (gate) GiveTurns(); }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        refill.Change(TimeSpan.FromSeconds(Math.Max(0.001, (1 - tokens) / rate)), Timeout.InfiniteTimeSpan);
    }

    /// <summary>A tenth of a second's worth may begin together.</summary>
    private static double Burst(int? perSecond) => perSecond is { } rate ? Math.Max(1, rate / 10.0) : 0;
}
