using System.Diagnostics;
using Composable.Hub.Durability;
using Composable.Hub.Storage;
using MassTransit.Mediator;

using Composable.Hub.Observability;

namespace Composable.Hub.Events;

/// <summary>
/// Hands events on in order. One hub at a time holds the cursor. It moves when all consumers have succeeded, or when the event that
/// keeps failing has been set aside as a dead letter, so that one bad event does not stop the shop.
/// </summary>
internal sealed partial class Relay(Database database, IMediator mediator, IEnumerable<EventConsumer> consumers, HubInstance hub, ILogger<Relay> logger) : BackgroundService
{
    public const string Cursor = "relay";

    private const int PageSize = 200;
    private const int Tries = 5;
    private const long LeaseMs = 15_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private long heldFence, heldSince;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var handled = 0;
            try
            {
                if (await TakeCursorAsync(stoppingToken) is { } cursor) handled = await HandOnAsync(cursor, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.RelayFailed(logger, error);
            }

            if (handled < PageSize) await Task.Delay(Pause, stoppingToken);
        }
    }

    private async Task<CursorRow?> TakeCursorAsync(CancellationToken cancellationToken)
    {
        var cursor = await database.FirstAsync<CursorRow>($"SELECT tx, position, owner, lease_until AS leaseUntil, fence FROM cursors WHERE name = {Cursor}", cancellationToken);
        if (cursor is null)
        {
            await database.CommitAsync(new Commit().Add($"INSERT INTO cursors (name, tx, position) VALUES ({Cursor}, 0, 0) ON CONFLICT (name) DO NOTHING"), cancellationToken);
            return null;
        }

        if (cursor.Owner == hub.Id && cursor.Fence == heldFence && Stopwatch.GetElapsedTime(heldSince).TotalMilliseconds < LeaseMs / 3.0) return cursor;
        var take = new Commit().Require($"""
            UPDATE cursors SET owner = {hub.Id}, lease_until = {Sql.Now} + {LeaseMs}, fence = fence + 1
            WHERE name = {Cursor} AND fence = {cursor.Fence} AND (owner = {hub.Id} OR lease_until < {Sql.Now})
            """, 1, "taken");
        try
        {
            await database.CommitAsync(take, cancellationToken);
        }
        catch (GuardFailedException)
        {
            return null;
        }

        (heldFence, heldSince) = (++cursor.Fence, Stopwatch.GetTimestamp());
        return cursor;
    }

    private async Task<int> HandOnAsync(CursorRow cursor, CancellationToken cancellationToken)
    {
        var page = await EventLog.AfterAsync(database, cursor.Tx, cursor.Position, PageSize, cancellationToken);
        if (page.Count == 0) return 0;
        CrashPoint.Reach("C17");
        try
        {
            using var span = HubTelemetry.StartBatch("hand on events", page.Select(happened => happened.Trace));
            await mediator.Publish(new EventBatch(page), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException and not DatabaseUnavailableException)
        {
            await OneByOneAsync(page, cancellationToken);
        }

        CrashPoint.Reach("C21");
        CrashPoint.Reach("C18");
        var last = page[^1];
        await database.CommitAsync(new Commit().Require($"""
            UPDATE cursors SET tx = {last.Tx}, position = {last.Position}, lease_until = {Sql.Now} + {LeaseMs} WHERE name = {Cursor} AND fence = {cursor.Fence}
            """, 1, "taken"), cancellationToken);
        CrashPoint.Reach("C19");
        CountCheckouts(page);
        return page.Count;
    }

    private static void CountCheckouts(List<StoredEvent> page)
    {
        foreach (var happened in page)
        {
            if (happened.Type is "checkout.completed" or "checkout.canceled" or "checkout.expired") HubTelemetry.Checkouts.Add(1, new KeyValuePair<string, object?>("outcome", happened.Type["checkout.".Length..]));
        }
    }

    /// <summary>Finds the event and the consumer that do not get along, and goes round them.</summary>
    private async Task OneByOneAsync(List<StoredEvent> page, CancellationToken cancellationToken)
    {
        foreach (var happened in page)
        {
            foreach (var consumer in consumers)
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        await mediator.Publish(new EventBatch([happened], consumer.Name), cancellationToken);
                        break;
                    }
                    catch (Exception error) when (error is not OperationCanceledException and not DatabaseUnavailableException)
                    {
                        if (attempt < Tries)
                        {
                            await Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), cancellationToken);
                            continue;
                        }

                        await DeadLetters.SetAsideAsync(database, consumer.Name, happened, error, attempt, cancellationToken);
                        Log.SetAside(logger, happened.Type, happened.Id, consumer.Name, error);
                        break;
                    }
                }
            }
        }
    }

    private sealed class CursorRow
    {
        public long Tx { get; set; }
        public long Position { get; set; }
        public string? Owner { get; set; }
        public long LeaseUntil { get; set; }
        public long Fence { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Handing on events failed; they stay in place")]
        public static partial void RelayFailed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Error, Message = "Event {Type} {Id} was set aside for {Consumer}")]
        public static partial void SetAside(ILogger logger, string type, string id, string consumer, Exception error);
    }
}
