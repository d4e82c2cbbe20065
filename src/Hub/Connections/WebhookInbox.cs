using System.Diagnostics;
using System.Text;
using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Connections;

/// <summary>A verified notice waiting to be applied.</summary>
internal sealed record StoredNotice(string Connection, string EventId, string Type, string Body, string Headers, string? Trace, long Attempts, long ReceivedAt);

/// <summary>Takes vendors' notices in: verified on the raw bytes, stored once by the vendor's event id, acknowledged at once, applied later.</summary>
internal sealed class WebhookInbox : IDisposable
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Vendors wait seconds for an acknowledgement and send notices in bursts, so those of one moment are stored together.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly Database database;
    private readonly ConnectionList connections;
    private readonly TimeProvider clock;
    private readonly Signal arrived = new();
    private readonly Together<Arrival> storing;

    public WebhookInbox(Database database, ConnectionList connections, TimeProvider clock)
    {
        (this.database, this.connections, this.clock) = (database, connections, clock);
        storing = new(Moment, StoreAsync);
    }

    private sealed record Arrival(string Connection, string EventId, string Type, string Body, string Headers, string? Trace);

    public async Task<IResult> ReceiveAsync(string connection, HttpContext context, CancellationToken cancellationToken)
    {
        if (connections.Find<IWebhooks>(connection) is not { } reader)
        {
            Count("unknown", "unknown_connection");
            return Refusal.NotFound("connection").ToResult();
        }

        var body = await ReadAsync(context.Request, cancellationToken);
        var reading = reader.Read(new(name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null, body, clock.GetUtcNow()));
        if (reading is not WebhookReading.Verified verified)
        {
            Count(connection, "invalid_signature");
            return new Refusal(401, "invalid_signature", "This notice is not signed as it must be.").ToResult();
        }

        await storing.AddAsync(new(connection, verified.EventId, verified.Type, Encoding.UTF8.GetString(body), Headers(context.Request), Activity.Current?.Id));
        CrashPoint.Reach("C24");
        Count(connection, "stored");
        arrived.Give();
        return Results.Json(new { received = true });
    }

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => arrived.WaitAsync(atMost, cancellationToken);

    public void Dispose() => arrived.Dispose();

    public Task<List<StoredNotice>> DueAsync(int limit, CancellationToken cancellationToken) => database.QueryAsync<StoredNotice>($"""
        SELECT connection, event_id AS EventId, type, body, headers, trace, attempts, received_at AS ReceivedAt FROM webhook_inbox
        WHERE status = 'stored' AND due_at <= {Sql.Now} ORDER BY due_at LIMIT {limit}
        """, cancellationToken);

    /// <summary>What the stored bytes say; they were verified when they came, and are read as of then.</summary>
    public VendorNotice Read(StoredNotice notice)
    {
        var headers = notice.Headers.Split('\n').Select(line => line.Split(": ", 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        var reading = connections.Get<IWebhooks>(notice.Connection).Read(
            new(name => headers.GetValueOrDefault(name), Encoding.UTF8.GetBytes(notice.Body), DateTimeOffset.FromUnixTimeMilliseconds(notice.ReceivedAt)));
        return reading is WebhookReading.Verified verified ? verified.Notice : new VendorNotice.Other();
    }

    /// <summary>Records how notices ended, all in one commit.</summary>
    public Task SettleAsync(IReadOnlyCollection<SettledNotice> settled, CancellationToken cancellationToken)
    {
        var rows = Rows.Of(settled, "l").Text("connection", row => row.Notice.Connection).Text("event_id", row => row.Notice.EventId).Text("status", row => row.Status).Text("note", row => row.Note);
        return settled.Count == 0 ? Task.CompletedTask : database.CommitAsync(new Commit().Add($"""
            UPDATE webhook_inbox SET status = l.status, note = l.note
            FROM {rows}
            WHERE webhook_inbox.connection = l.connection AND webhook_inbox.event_id = l.event_id AND webhook_inbox.status = 'stored'
            """), cancellationToken);
    }

    public Task RetryLaterAsync(StoredNotice notice, string why, CancellationToken cancellationToken)
    {
        var delay = (long)Math.Min(60_000, 500 * Math.Pow(2, notice.Attempts));
        return database.CommitAsync(new Commit().Add($"""
            UPDATE webhook_inbox SET attempts = attempts + 1, note = {why}, due_at = {Sql.Now} + {delay}
            WHERE connection = {notice.Connection} AND event_id = {notice.EventId} AND status = 'stored'
            """), cancellationToken);
    }

    private Task StoreAsync(IReadOnlyList<Arrival> arrivals) => database.CommitAsync(new Commit().Add($"""
        INSERT INTO webhook_inbox (connection, event_id, type, body, headers, trace, status, due_at, received_at)
        SELECT l.connection, l.event_id, l.type, l.body, l.headers, l.trace, 'stored', {Sql.Now}, {Sql.Now}
        FROM {Rows.Of(arrivals, "l").Text("connection", row => row.Connection).Text("event_id", row => row.EventId).Text("type", row => row.Type)
            .Text("body", row => row.Body).Text("headers", row => row.Headers).Text("trace", row => row.Trace)} WHERE 1 = 1
        ON CONFLICT (connection, event_id) DO NOTHING
        """), CancellationToken.None);

    private static void Count(string connection, string result) => HubTelemetry.Webhooks.Add(1, new("connection", connection), new("result", result));

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes) throw new RefusedException(new(413, "payload_too_large", "A notice has at most 1 MiB."));
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    /// <summary>Only what a signature may need; cookies and authorization are not kept.</summary>
    private static string Headers(HttpRequest request) => string.Join('\n', request.Headers
        .Where(header => header.Key.Contains("signature", StringComparison.OrdinalIgnoreCase) || header.Key.Contains("timestamp", StringComparison.OrdinalIgnoreCase))
        .Select(header => $"{header.Key}: {header.Value}"));
}

/// <summary>How a notice ended: <c>applied</c>, <c>ignored</c> or <c>parked</c>.</summary>
internal sealed record SettledNotice(StoredNotice Notice, string Status, string? Note);

/// <summary>Does something about notices.</summary>
internal abstract class NoticeHandler
{
    /// <summary>Whatever several notices need is read here once, before they are applied one by one.</summary>
    public abstract Task<Func<StoredNotice, VendorNotice, Task<SettledNotice>>> PrepareAsync(IReadOnlyList<(StoredNotice Stored, VendorNotice Notice)> notices, CancellationToken cancellationToken);
}

/// <summary>Applies stored notices, again and again until they are done or set aside for staff.</summary>
internal sealed partial class WebhookWorker(WebhookInbox inbox, NoticeHandler handler, ILogger<WebhookWorker> logger) : BackgroundService
{
    private const int Tries = 12;
    private const int PageSize = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var found = 0;
            try
            {
                var due = await inbox.DueAsync(PageSize, stoppingToken);
                found = due.Count;
                if (found > 0) await ApplyAsync([.. due.Select(stored => (stored, inbox.Read(stored)))], stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.Failed(logger, error);
            }

            // Notices come in bursts: a short pause lets a page fill, and a page is one read and one commit.
            if (found is > 0 and < PageSize) await Task.Delay(Pause, stoppingToken);
            if (found == 0) await inbox.WaitAsync(TimeSpan.FromMilliseconds(500), stoppingToken);
        }
    }

    private async Task ApplyAsync(IReadOnlyList<(StoredNotice Stored, VendorNotice Notice)> notices, CancellationToken cancellationToken)
    {
        var settled = new List<SettledNotice>(notices.Count);
        var apply = await handler.PrepareAsync(notices, cancellationToken);
        foreach (var (stored, notice) in notices)
        {
            using var activity = HubTelemetry.Continue("apply webhook", stored.Trace);
            try
            {
                settled.Add(await apply(stored, notice));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (stored.Attempts + 1 >= Tries) settled.Add(new(stored, "parked", error.Message));
                else await inbox.RetryLaterAsync(stored, error.Message, cancellationToken);
            }
        }

        await inbox.SettleAsync(settled, cancellationToken);
        foreach (var parked in settled.Where(row => row.Status == "parked")) Log.Parked(logger, parked.Notice.Connection, parked.Notice.Type, parked.Note);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Applying notices failed; they stay in place")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Error, Message = "A notice of {Connection} ({Type}) was set aside: {Note}")]
        public static partial void Parked(ILogger logger, string connection, string type, string? note);
    }
}
