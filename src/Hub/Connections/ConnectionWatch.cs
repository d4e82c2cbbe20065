using Composable.Hub.Connections.Routing;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>Looks every second whether another hub stored a connection or a route, so that all hubs follow within two.</summary>
internal sealed partial class ConnectionWatch(ConnectionList connections, RouteTable routes, Resealing resealing, ILogger<ConnectionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await connections.RefreshAsync(stoppingToken);
                await routes.RefreshAsync(stoppingToken);
                await resealing.FinishAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (error is not DatabaseUnavailableException) Log.Failed(logger, error);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for changed connections failed; it will be tried again")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
