using Composable.Hub.Storage;

namespace Composable.Hub.Access.Ring;

/// <summary>Follows the keys that other hubs made, and forgets those for quotes whose time is over. Keys of secrets are forgotten by who has sealed the secrets anew.</summary>
internal sealed partial class RingWatch(KeyRing ring, ILogger<RingWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ring.RefreshAsync(stoppingToken);
                if (ring.IsOver(HubKey.Quotes)) await ring.ForgetAsync(HubKey.Quotes, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (error is not DatabaseUnavailableException) Log.Failed(logger, error);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The hub's own keys cannot be read now; those known last go on until they end")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
