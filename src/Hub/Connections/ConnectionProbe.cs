using Composable.Connectors.Sdk;
using Polly.CircuitBreaker;

namespace Composable.Hub.Connections;

/// <summary>Tries vendors that were left alone, so that no shopper's payment has to be the one that finds out whether they are back.</summary>
internal sealed partial class ConnectionProbe(ConnectionList connections, ILogger<ConnectionProbe> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Task.WhenAll(connections.All.Where(connection => connection is { Client: not null, Health.State: not "closed" }).Select(connection => TryAsync(connection, stoppingToken)));
    }

    /// <summary>While its time of rest lasts the circuit refuses the call; after it, this call decides.</summary>
    private async Task TryAsync(Connection connection, CancellationToken stoppingToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(Patience);
        try
        {
            await connection.Client!.CheckAsync(deadline.Token);
            if (connection.Health.State == "closed") Log.Back(logger, connection.Definition.Id);
        }
        catch (Exception failure) when (failure is VendorException or BrokenCircuitException or OperationCanceledException)
        {
            // Not yet.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Connection} answers again")]
        public static partial void Back(ILogger logger, string connection);
    }
}
