using Polly.CircuitBreaker;

namespace Composable.Hub.Connections;

/// <summary>How the calls of a connection have been going, on this hub.</summary>
internal sealed class CallHealth
{
    public CircuitBreakerStateProvider Circuit { get; } = new();

    /// <summary><c>closed</c>: calls go out. <c>open</c>: the vendor failed too often and is left alone for a while. <c>half_open</c>: one call tries.</summary>
    public string State => Circuit.CircuitState switch
    {
        CircuitState.Open or CircuitState.Isolated => "open",
        CircuitState.HalfOpen => "half_open",
        _ => "closed",
    };
}
