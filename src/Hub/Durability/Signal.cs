namespace Composable.Hub.Durability;

/// <summary>Wakes one waiter; however often it is given while nobody waits, it counts once.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim given = new(0, 1);
    private readonly Lock gate = new();

    public void Give()
    {
        lock (gate)
        {
            if (given.CurrentCount == 0) given.Release();
        }
    }

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => given.WaitAsync(atMost, cancellationToken);

    public void Dispose() => given.Dispose();
}
