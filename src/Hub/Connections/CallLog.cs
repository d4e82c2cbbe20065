using System.Threading.Channels;
using Composable.Contracts;
using Composable.Hub.Http;
using Composable.Hub.Observability;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <param name="Subject">The checkout, order, capture or refund the call was made for.</param>
/// <param name="Operation">Verb and path, ids left out.</param>
/// <param name="CostPerThousand">What a thousand such calls cost; null when nothing was agreed, or the call did not leave.</param>
/// <param name="Outcome">The status of the answer, <c>circuit_open</c> or <c>left_alone</c> (its Retry-After) when it was not sent, or <c>failed</c>.</param>
internal sealed record VendorCall(string? Subject, string Connection, string Operation, string Outcome, long Milliseconds, string? TraceId, DateTimeOffset At, CallPrice? CostPerThousand = null);

/// <summary>
/// Remembers every call to a vendor for 30 days. Nobody waits for it: calls are written some together, and when the database cannot keep up the
/// newest are dropped and counted.
/// </summary>
internal sealed partial class CallLog(Database database, TimeProvider clock, ILogger<CallLog> logger) : BackgroundService
{
    private const int Most = 10_000, AtOnce = 200;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250), Kept = TimeSpan.FromDays(30), PruneEvery = TimeSpan.FromMinutes(10);

    private readonly Channel<VendorCall> calls = Channel.CreateBounded<VendorCall>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Add(VendorCall call)
    {
        // With DropWrite a write always succeeds; whether there was room is seen before.
        if (calls.Reader.Count >= Most) HubTelemetry.CallsNotLogged.Add(1);
        calls.Writer.TryWrite(call);
    }

    /// <summary>The calls made for the subjects, oldest first.</summary>
    public async Task<Page<VendorCall>> PageAsync(IReadOnlyCollection<string> subjects, PageRequest page, CancellationToken cancellationToken)
    {
        var (at, id) = page.Keys(2) is [var first, var second] ? (PageRequest.Number(first), PageRequest.Number(second)) : (0, 0);
        var rows = await database.QueryAsync<Row>($"""
            SELECT id, subject, connection, operation, outcome, milliseconds, trace, at, cost, cost_currency AS CostCurrency FROM vendor_calls
            WHERE subject {Sql.In(subjects)} AND (at, id) > ({at}, {id}) ORDER BY at, id LIMIT {page.Limit + 1}
            """, cancellationToken);
        return page.Of(rows, row => row.Call, row => [PageRequest.Text(row.At), PageRequest.Text(row.Id)]);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pruned = DateTimeOffset.MinValue;
        while (await calls.Reader.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(Moment, stoppingToken);
            await WriteAsync(stoppingToken);
            if (clock.GetUtcNow() - pruned < PruneEvery) continue;
            pruned = clock.GetUtcNow();
            await PruneAsync(stoppingToken);
        }
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(new Commit().Add($"DELETE FROM vendor_calls WHERE at < {Sql.Now} - {(long)Kept.TotalMilliseconds}"), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.NotPruned(logger, error);
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var some = new List<VendorCall>(AtOnce);
        while (calls.Reader.TryRead(out var call))
        {
            some.Add(call);
            if (some.Count < AtOnce && calls.Reader.TryPeek(out _)) continue;
            try
            {
                await database.CommitAsync(Insert(some), cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                HubTelemetry.CallsNotLogged.Add(some.Count);
                Log.Lost(logger, some.Count, error);
            }

            some.Clear();
        }
    }

    private static Commit Insert(IReadOnlyList<VendorCall> some) => new Commit().Add($"""
        INSERT INTO vendor_calls (subject, connection, operation, outcome, milliseconds, trace, at, cost, cost_currency)
        SELECT l.subject, l.connection, l.operation, l.outcome, l.milliseconds, l.trace, l.at, l.cost, l.cost_currency
        FROM {Rows.Of(some, "l").Text("subject", call => call.Subject).Text("connection", call => call.Connection).Text("operation", call => call.Operation).Text("outcome", call => call.Outcome)
            .Number("milliseconds", call => call.Milliseconds).Text("trace", call => call.TraceId).Number("at", call => call.At.ToUnixTimeMilliseconds())
            .Number("cost", call => call.CostPerThousand?.Amount).Text("cost_currency", call => call.CostPerThousand?.Currency)}
        """);

    private sealed class Row
    {
        public long Id { get; set; }
        public string? Subject { get; set; }
        public string Connection { get; set; } = "";
        public string Operation { get; set; } = "";
        public string Outcome { get; set; } = "";
        public long Milliseconds { get; set; }
        public string? Trace { get; set; }
        public long At { get; set; }
        public long? Cost { get; set; }
        public string? CostCurrency { get; set; }

        public VendorCall Call => new(Subject, Connection, Operation, Outcome, Milliseconds, Trace, DateTimeOffset.FromUnixTimeMilliseconds(At), Cost is { } amount ? new(amount, CostCurrency!) : null);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} vendor calls could not be logged")]
        public static partial void Lost(ILogger logger, int count, Exception error);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Old vendor calls could not be forgotten; it will be tried again")]
        public static partial void NotPruned(ILogger logger, Exception error);
    }
}
