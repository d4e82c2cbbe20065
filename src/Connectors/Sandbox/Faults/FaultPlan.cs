namespace Composable.Sandbox.Faults;

/// <summary>What goes wrong with one request.</summary>
internal sealed record FaultPlan
{
    public static readonly FaultPlan None = new();

    /// <summary>A client that never hangs up would hold its connection for ever.</summary>
    private static readonly TimeSpan LongestHang = TimeSpan.FromSeconds(120);

    public TimeSpan Delay { get; init; }

    public bool Hang { get; init; }

    public int? Status { get; init; }

    public bool Refuse { get; init; }

    public bool DropAnswer { get; init; }

    public string? Garbage { get; init; }

    /// <summary>Keeps the client waiting until it gives up, then ends the connection without an answer.</summary>
    public static async Task HangAsync(HttpContext http)
    {
        try
        {
            await Task.Delay(LongestHang, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        http.Abort();
    }
}
