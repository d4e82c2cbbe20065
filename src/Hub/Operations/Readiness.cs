namespace Composable.Hub.Operations;

/// <summary>Something that must hold before the hub may take traffic. Register any number.</summary>
internal sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<bool>> Holds);

internal static partial class Readiness
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);

    /// <summary>The names of the checks that fail, throw or take longer than a second.</summary>
    public static async Task<IReadOnlyList<string>> MissingAsync(IEnumerable<ReadinessCheck> checks, ILogger logger, CancellationToken cancellationToken)
    {
        var list = checks.ToArray();
        var held = await Task.WhenAll(list.Select(check => HoldsAsync(check, logger, cancellationToken)));
        return [.. list.Where((_, at) => !held[at]).Select(check => check.Name)];
    }

    private static async Task<bool> HoldsAsync(ReadinessCheck check, ILogger logger, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Bound);
        try
        {
            return await check.Holds(limit.Token).WaitAsync(Bound, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotReady(logger, check.Name, error);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: {Check}")]
        public static partial void NotReady(ILogger logger, string check, Exception error);
    }
}
