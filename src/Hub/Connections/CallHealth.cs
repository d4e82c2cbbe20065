using Polly.CircuitBreaker;

namespace Composable.Hub.Connections;

/// <summary>How the calls of a connection have been going, on this hub.</summary>
internal sealed class CallHealth(TimeProvider clock)
{
    private const int MostDoublings = 2;
    private static readonly TimeSpan FirstBreak = TimeSpan.FromSeconds(5), Relapse = TimeSpan.FromSeconds(30);

    private long closedAt = long.MinValue;
    private int relapses;

    public CircuitBreakerStateProvider Circuit { get; } = new();

    /// <summary><c>closed</c>: calls go out. <c>open</c>: the vendor failed too often and is left alone for a while. <c>half_open</c>: one call tries.</summary>
    public string State => Circuit.CircuitState switch
    {
        CircuitState.Open or CircuitState.Isolated => "open",
        CircuitState.HalfOpen => "half_open",
        _ => "closed",
    };

    public void Closed() => Interlocked.Exchange(ref closedAt, clock.GetTimestamp());

    /// <summary>How long to leave the vendor alone: longer each time it seemed well again and failed soon after.</summary>
    public TimeSpan NextBreak()
    {
        var closed = Interlocked.Read(ref closedAt);
        relapses = closed != long.MinValue && clock.GetElapsedTime(closed) < Relapse ? Math.Min(relapses + 1, MostDoublings) : 0;
        return FirstBreak * (1 << relapses);
    }
}
