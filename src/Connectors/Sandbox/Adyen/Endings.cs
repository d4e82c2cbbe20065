namespace Composable.Sandbox.Adyen;

/// <summary>How what is only received ends. By itself it ends at once, the way the books say.</summary>
internal enum Ending
{
    ByTheBooks,

    /// <summary>The scheme says no.</summary>
    Fails,

    /// <summary>Nothing happens until somebody says so.</summary>
    Held,
}

/// <summary>The endings that were asked for, by kind: <c>authorize</c> (behind the confirmation page), <c>capture</c>, <c>refund</c>, <c>cancel</c>.</summary>
internal sealed class Endings
{
    public static readonly string[] Kinds = ["authorize", "capture", "refund", "cancel"];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (Ending Ending, int Left)> _asked = [];

    /// <param name="times">How many of the next ones end so.</param>
    public void Ask(string kind, Ending ending, int times)
    {
        lock (_lock)
        {
            _asked[kind] = (ending, times);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _asked.Clear();
        }
    }

    public Ending Take(string kind)
    {
        lock (_lock)
        {
            if (!_asked.TryGetValue(kind, out var asked) || asked.Left == 0)
            {
                return Ending.ByTheBooks;
            }

            _asked[kind] = asked with { Left = asked.Left - 1 };
            return asked.Ending;
        }
    }
}
