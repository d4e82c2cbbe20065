namespace Composable.Hub.Connections;

/// <summary>
/// Keeps repeats from becoming a storm: over all connections of this hub at most one in ten calls is a repeat, with a few to spare so that a
/// quiet shop may repeat as well.
/// </summary>
internal sealed class RetryBudget
{
    private const double EarnedPerCall = 0.1, Spare = 10;

    private readonly Lock gate = new();
    private double left = Spare;

    public void CountCall()
    {
        lock (gate) left = Math.Min(Spare, left + EarnedPerCall);
    }

    /// <summary>Whether one more repeat may be made.</summary>
    public bool TrySpend()
    {
        lock (gate)
        {
            if (left < 1) return false;
            left--;
            return true;
        }
    }
}
