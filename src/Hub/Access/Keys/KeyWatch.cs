using Composable.Hub.Storage;

namespace Composable.Hub.Access.Keys;

/// <summary>Follows what other hubs changed about keys, and tells which are in use. While the database is away the keys stay as they were known last.</summary>
internal sealed partial class KeyWatch(KeyStore store, ILogger<KeyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int NoteEvery = 30;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
        {
            try
            {
                await store.RefreshAsync(stoppingToken);
                if (round % NoteEvery == 0) await store.NoteUsesAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (error is not DatabaseUnavailableException) Log.Failed(logger, error);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Keys cannot be read now; those known last go on")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
