using System.Diagnostics;
using System.Text;
using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Composable.Hub.Storage;
using Microsoft.AspNetCore.Http.Features;

using Composable.Hub.Observability;

namespace Composable.Hub.Connections;

/// <summary>A verified notice waiting to be applied.</summary>
internal sealed record StoredNotice(string Connection, string EventId, string Type, string Body, string Headers, string? Trace, long Attempts, long ReceivedAt);

/// <summary>Takes vendors' notices in: verified on the raw bytes, stored once by the vendor's event id, acknowledged at once, applied later.</summary>
internal sealed class WebhookInbox : IDisposable
{
    /// <summary>Under this name the path is kept among the headers; no header is called so.</summary>
    private const string PathLine = ":path";

    /// <summary>Vendors wait seconds for an acknowledgement and send notices in bursts, so those of one moment are stored together.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    /// <summary>How long what a notice said is kept, for staff who replay it or look for what is wrong with it.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly Database database;
    private readonly ConnectionList connections;
    private readonly NoticeHandler handler;
    private readonly TimeProvider clock;
    private readonly Signal arrived = new();
    private readonly Together<Arrival> storing;

    public WebhookInbox(Database database, ConnectionList connections, NoticeHandler handler, TimeProvider clock)
    {
        (this.database, this.connections, this.handler, this.clock) = (database, connections, handler, clock);
        storing = new(Moment, StoreAsync);
    }

    private sealed record Arrival(string Connection, WebhookReading.Verified Said, string Body, string Headers, string? Trace);

    public async Task<IResult> ReceiveAsync(string connection, HttpContext context, CancellationToken cancellationToken)
    {
        if (connections.Find<IWebhooks>(connection) is not { } reader)
        {
            Count("unknown", "unknown_connection");
            return Refusal.NotFound("connection").ToResult();
        }

        var body = await RawBody.GetAsync(context);
        WebhookReading reading;
        try
        {
            reading = await reader.ReadAsync(
                new(name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null, body, clock.GetUtcNow()) { Path = PathOf(context.Request) }, cancellationToken);
        }
        catch (VendorException)
        {
            // Whoever reads them for us is away. Vendors send again what was not taken.
            Count(connection, "not_read");
            return new Refusal(503, "service_unavailable", "This notice cannot be read now; send it again.") { Retryable = true }.ToResult();
        }

        if (Events(reading) is not { } events)
        {
            Count(connection, "invalid_signature");
            return new Refusal(401, "invalid_signature", "This notice is not signed as it must be.").ToResult();
        }

        using var span = HubTelemetry.Source.StartActivity("take in webhook", ActivityKind.Consumer);
        var (text, headers) = (Encoding.UTF8.GetString(body), Headers(context.Request));
        await Task.WhenAll(events.Select(said => storing.AddAsync(new(connection, said, text, headers, Activity.Current?.Id))));
        CrashPoint.Reach("C24");
        Count(connection, "stored");
        return Results.Json(new { received = true });
    }

    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => arrived.WaitAsync(atMost, cancellationToken);

    public void LookNow() => arrived.Give();

    public void Dispose() => arrived.Dispose();

    public Task<List<StoredNotice>> DueAsync(int limit, CancellationToken cancellationToken) => database.QueryAsync<StoredNotice>($"""
        SELECT connection, event_id AS EventId, type, body, headers, trace, attempts, received_at AS ReceivedAt FROM webhook_inbox
        WHERE status = 'stored' AND due_at <= {Sql.Now} ORDER BY due_at LIMIT {limit}
        """, cancellationToken);

    /// <summary>What the stored bytes say; they were verified when they came, and are read as of then.</summary>
    /// <returns>Null when they cannot be read any more.</returns>
    public async ValueTask<VendorNotice?> ReadAsync(StoredNotice notice, CancellationToken cancellationToken)
    {
        var headers = notice.Headers.Split('\n').Select(line => line.Split(": ", 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        var request = new WebhookRequest(name => headers.GetValueOrDefault(name), Encoding.UTF8.GetBytes(notice.Body), DateTimeOffset.FromUnixTimeMilliseconds(notice.ReceivedAt))
        {
            Path = headers.GetValueOrDefault(PathLine, ""),
            WasVerified = true,
        };
        var reading = await connections.Get<IWebhooks>(notice.Connection).ReadAsync(request, cancellationToken);
        return Events(reading)?.FirstOrDefault(said => said.EventId == notice.EventId)?.Notice;
    }

    /// <summary>The events of one request; null when it is not to be believed.</summary>
    private static IReadOnlyList<WebhookReading.Verified>? Events(WebhookReading reading) => reading switch
    {
        WebhookReading.Verified one => [one],
        WebhookReading.Batch many => many.Events,
        _ => null,
    };

    /// <summary>Records how notices ended, all in one commit. What was said may name whoever paid: it stays for as long as it may be replayed, and not of who was erased.</summary>
    public Task SettleAsync(IReadOnlyCollection<SettledNotice> settled, CancellationToken cancellationToken)
    {
        var rows = Rows.Of(settled, "l").Text("kept", row => row is { Status: not "ignored", OfErased: false } ? "yes" : "no").Text("connection", row => row.Notice.Connection).Text("event_id", row => row.Notice.EventId).Text("status", row => row.Status).Text("note", row => row.Note);
        return settled.Count == 0 ? Task.CompletedTask : database.CommitAsync(new Commit().Add($"""
            UPDATE webhook_inbox SET status = l.status, note = l.note,
                body = CASE WHEN l.kept = 'yes' THEN webhook_inbox.body ELSE '' END, headers = CASE WHEN l.kept = 'yes' THEN webhook_inbox.headers ELSE '' END
            FROM {rows}
            WHERE webhook_inbox.connection = l.connection AND webhook_inbox.event_id = l.event_id AND webhook_inbox.status = 'stored'
            """), cancellationToken);
    }

    /// <summary>Staff had their time to replay them.</summary>
    public Task EmptyOldAsync(CancellationToken cancellationToken) => database.CommitAsync(
        new Commit().Add($"UPDATE webhook_inbox SET body = '', headers = '' WHERE status <> 'stored' AND body <> '' AND received_at < {Sql.Now} - {(long)Kept.TotalMilliseconds}"), cancellationToken);

    public Task RetryLaterAsync(StoredNotice notice, string why, CancellationToken cancellationToken)
    {
        var delay = (long)Math.Min(60_000, 500 * Math.Pow(2, notice.Attempts));
        return database.CommitAsync(new Commit().Add($"""
            UPDATE webhook_inbox SET attempts = attempts + 1, note = {why}, due_at = {Sql.Now} + {delay}
            WHERE connection = {notice.Connection} AND event_id = {notice.EventId} AND status = 'stored'
            """), cancellationToken);
    }

    /// <summary>Most notices tell what the books say already. They are stored as applied, so that nobody needs to come back to them.</summary>
    private async Task StoreAsync(IReadOnlyList<Arrival> arrivals)
    {
        var old = await handler.AreKnownAsync([.. arrivals.Select(arrival => (arrival.Connection, arrival.Said.Notice))], CancellationToken.None);
        await database.CommitAsync(Insert([.. arrivals.Zip(old)]), CancellationToken.None);
        if (old.Contains(false)) arrived.Give();
    }

    private static Commit Insert(IReadOnlyList<(Arrival Arrival, bool IsKnown)> rows) => new Commit().Add($"""
        INSERT INTO webhook_inbox (connection, event_id, type, body, headers, trace, status, due_at, received_at)
        SELECT l.connection, l.event_id, l.type, l.body, l.headers, l.trace, l.status, {Sql.Now}, {Sql.Now}
        FROM {Rows.Of(rows, "l").Text("connection", row => row.Arrival.Connection).Text("event_id", row => row.Arrival.Said.EventId).Text("type", row => row.Arrival.Said.Type)
            .Text("body", row => row.Arrival.Body).Text("headers", row => row.Arrival.Headers).Text("trace", row => row.Arrival.Trace).Text("status", row => row.IsKnown ? "applied" : "stored")} WHERE 1 = 1
        ON CONFLICT (connection, event_id) DO NOTHING
        """);

    private static void Count(string connection, string result) => HubTelemetry.Webhooks.Add(1, new("connection", connection), new("result", result));

    /// <summary>As it was received, before anything was decoded.</summary>
    private static string PathOf(HttpRequest request) => request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target && target.StartsWith('/') ? target : request.Path + request.QueryString.ToString();

    /// <summary>Only what a signature may need, which is also the path, and headers that it names; cookies and authorization are not kept.</summary>
    private static string Headers(HttpRequest request)
    {
        var named = request.Headers.Where(header => header.Key.Contains("signed-headers", StringComparison.OrdinalIgnoreCase))
            .SelectMany(header => header.Value.ToString().Split(',', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        named.ExceptWith(["Cookie", "Authorization", "Hub-Key"]);
        return string.Join('\n', request.Headers
            .Where(header => named.Contains(header.Key) || header.Key.Contains("signature", StringComparison.OrdinalIgnoreCase) || header.Key.Contains("timestamp", StringComparison.OrdinalIgnoreCase)
                || header.Key.Contains("signed-headers", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {header.Value}").Append($"{PathLine}: {PathOf(request)}"));
    }
}
