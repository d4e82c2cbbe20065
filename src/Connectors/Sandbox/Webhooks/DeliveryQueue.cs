namespace Composable.Sandbox.Webhooks;

/// <summary>Deliveries by the time they are due, at most <see cref="Capacity"/> of them.</summary>
internal sealed class DeliveryQueue(TimeProvider clock) : IDisposable
{
    private const int Capacity = 50_000;
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<Delivery, (long Due, long Order)> _deliveries = new();
    private readonly SemaphoreSlim _added = new(0);
    private long _order;

    /// <summary>False when the queue is full: the notice is then only in the list of events.</summary>
    public bool TryAdd(Delivery delivery, TimeSpan wait)
    {
        lock (_lock)
        {
            if (_deliveries.Count >= Capacity)
            {
                return false;
            }

            _deliveries.Enqueue(delivery, ((clock.GetUtcNow() + wait).UtcTicks, _order++));
        }

        _added.Release();
        return true;
    }

    public async Task<Delivery> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var nap = LongestNap;
            lock (_lock)
            {
                if (_deliveries.TryPeek(out var next, out var due))
                {
                    nap = TimeSpan.FromTicks(due.Due - clock.GetUtcNow().UtcTicks);
                    if (nap <= TimeSpan.Zero)
                    {
                        return _deliveries.Dequeue();
                    }
                }
            }

            await _added.WaitAsync(nap < LongestNap ? nap + TimeSpan.FromMilliseconds(1) : LongestNap, cancellationToken);
        }
    }

    public void Dispose() => _added.Dispose();
}
