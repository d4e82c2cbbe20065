using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Events;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Pages;

/// <summary>
/// Outdates pages when something on them changes: by the hub's events, which every hub reads for itself because its pages are in its own memory, and by what
/// the content connections say has changed.
/// </summary>
internal sealed partial class PageWatch(Database database, PageDesk pages, ContentCopies contents, ConnectionList connections, ContentNotices notices, IOptions<PageOptions> options, TimeProvider clock, ILogger<PageWatch> logger) : BackgroundService
{
    private const int PageSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), Patience = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, string> cursors = [];
    private (long Tx, long Position)? seen;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(Pause, ReadEventsAsync, stoppingToken), RepeatAsync(options.Value.WatchEvery, AskConnectionsAsync, stoppingToken));

    private async Task RepeatAsync(TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            try
            {
                await work(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                if (error is not (DatabaseUnavailableException or VendorException or OperationCanceledException)) Log.Failed(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadEventsAsync(CancellationToken cancellationToken)
    {
        seen ??= (await database.QueryAsync<(long Tx, long Position)>($"SELECT tx, position FROM events ORDER BY tx DESC, position DESC LIMIT 1", cancellationToken)).FirstOrDefault();
        for (var read = PageSize; read == PageSize;)
        {
            var events = await EventLog.AfterAsync(database, seen.Value.Tx, seen.Value.Position, PageSize, cancellationToken);
            read = events.Count;
            if (read == 0) return;
            var tags = new HashSet<string>();
            foreach (var happened in events) Outdate(happened, tags);
            pages.Outdate(tags, alsoMissing: false);
            seen = (events[^1].Tx, events[^1].Position);
        }
    }

    private void Outdate(StoredEvent happened, HashSet<string> tags)
    {
        switch (happened.Type)
        {
            case "price.changed" or "stock.counted":
                if (Member(happened.Data, "sku") is { } sku) tags.Add(PageTags.Sku(sku));
                break;
            case "product.created" or "product.updated":
                tags.UnionWith([PageTags.Product(happened.Stream), PageTags.Catalog]);
                break;
            case "order.placed":
                using (var order = JsonDocument.Parse(happened.Data))
                    tags.UnionWith(order.RootElement.GetProperty("lines").EnumerateArray().Select(line => PageTags.Sku(line.GetProperty("sku").GetString()!)));
                break;
            case "content.changed":
                using (var content = JsonDocument.Parse(happened.Data))
                    Outdate(content.RootElement.GetProperty("connection").GetString()!, [.. content.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)]);
                break;
            case "route.changed" or "route.rolled_back":
                pages.OutdateAll();
                break;

            case "connection.created" or "connection.changed":
                contents.OutdateAll(happened.Stream["connection:".Length..]);
                pages.OutdateAll();
                break;
        }
    }

    /// <summary>All connections whose pages are kept, and the one that is set.</summary>
    private async Task AskConnectionsAsync(CancellationToken cancellationToken)
    {
        foreach (var id in contents.Connections.Append(options.Value.Connection).Distinct())
        {
            if (connections.Offered<IContent>(id) is not { } connection) continue;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            try
            {
                var changes = await connection.ChangesAsync(cursors.GetValueOrDefault(id), patience.Token);
                // Told as an event, because the edge wants to know too; this hub reads it like the others.
                if (changes.Everything || changes.Tags.Count > 0) await notices.PublishAsync(id, changes.Everything ? [] : changes.Tags, patience.Token);
                cursors[id] = changes.Cursor;
            }
            catch (Exception failure) when (failure is VendorException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                Log.NotAnswered(logger, id, failure);
            }
        }
    }

    /// <param name="changed">Nothing: nobody can tell, so it may be anything.</param>
    private void Outdate(string connection, IReadOnlyList<string> changed)
    {
        var tags = changed.Select(tag => PageTags.Content(connection, tag)).Append(PageTags.AnyContent(connection)).ToHashSet();
        if (changed.Count == 0) contents.OutdateAll(connection);
        else contents.Outdate(tags);
        if (changed.Count == 0) pages.OutdateAll();
        else pages.Outdate(tags, alsoMissing: true);
    }

    private static string? Member(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for what changed on pages failed; it will be tried again")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Connection} did not say what changed; it will be asked again")]
        public static partial void NotAnswered(ILogger logger, string connection, Exception failure);
    }
}
