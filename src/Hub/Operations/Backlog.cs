using Composable.Hub.Observability;
using Composable.Hub.Storage;

namespace Composable.Hub.Operations;

/// <summary>What waits in the database: processes for staff, events for the relay.</summary>
internal sealed class Backlog(Database database)
{
    private const string Relay = "relay";

    public Task<long> StuckAsync(CancellationToken cancellationToken) => database.CountAsync($"SELECT count(*) FROM processes WHERE status = 'stuck'", cancellationToken);

    /// <summary>Age of the oldest event that was not handed on, by the database's clock; zero when there is none.</summary>
    public async Task<TimeSpan> OutboxLagAsync(CancellationToken cancellationToken)
    {
        var milliseconds = await database.QueryAsync<long>($"""
            SELECT {Sql.Now} - e.at FROM events e
            WHERE (e.tx, e.position) > (coalesce((SELECT tx FROM cursors WHERE name = {Relay}), 0), coalesce((SELECT position FROM cursors WHERE name = {Relay}), 0))
            ORDER BY e.tx, e.position LIMIT 1
            """, cancellationToken);
        return milliseconds is [> 0 and var age] ? TimeSpan.FromMilliseconds(age) : TimeSpan.Zero;
    }
}

/// <summary>Keeps the gauges of the backlog up to date.</summary>
internal sealed partial class BacklogGauges(Backlog backlog, TimeProvider clock, ILogger<BacklogGauges> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                HubTelemetry.StuckProcesses.Record(await backlog.StuckAsync(stoppingToken));
                HubTelemetry.OutboxLag.Record((await backlog.OutboxLagAsync(stoppingToken)).TotalSeconds);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.Unknown(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The backlog cannot be measured")]
        public static partial void Unknown(ILogger logger, Exception error);
    }
}
