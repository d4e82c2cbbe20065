using System.Diagnostics;
using Composable.Hub.Http.CardData;
using Composable.Connectors.Sdk;
using Composable.Hub.Observability;

namespace Composable.Hub.Connections;

/// <summary>What a notice is about has not come yet: notices overtake each other. It is looked at again later, and in the end by staff.</summary>
internal sealed class NotYetException(string why) : Exception(why);

/// <summary>How a notice ended: <c>applied</c>, <c>ignored</c> or <c>parked</c>.</summary>
/// <param name="OfErased">Who paid was erased since: what the notice says is not kept, not even for staff.</param>
internal sealed record SettledNotice(StoredNotice Notice, string Status, string? Note, bool OfErased = false);

/// <summary>Does something about notices.</summary>
internal abstract class NoticeHandler
{
    /// <summary>For each notice whether it tells what our books say already, so that nothing is to be done about it.</summary>
    public abstract Task<IReadOnlyList<bool>> AreKnownAsync(IReadOnlyList<(string Connection, VendorNotice Notice)> notices, CancellationToken cancellationToken);

    /// <summary>Whatever several notices need is read here once, before they are applied one by one.</summary>
    public abstract Task<Func<StoredNotice, VendorNotice, Task<SettledNotice>>> PrepareAsync(IReadOnlyList<(StoredNotice Stored, VendorNotice Notice)> notices, CancellationToken cancellationToken);

    /// <summary>Whether it is about somebody who was erased.</summary>
    public abstract Task<bool> IsOfErasedAsync(string connection, VendorNotice notice, CancellationToken cancellationToken);
}

/// <summary>Applies stored notices, again and again until they are done or set aside for staff.</summary>
internal sealed partial class WebhookWorker(WebhookInbox inbox, NoticeHandler handler, ContentNotices contents, ILogger<WebhookWorker> logger) : BackgroundService
{
    private const int Tries = 12;
    private const int PageSize = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50), EmptyEvery = TimeSpan.FromHours(1);

    private long emptiedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var found = 0;
            try
            {
                if (Stopwatch.GetElapsedTime(emptiedAt) > EmptyEvery)
                {
                    await inbox.EmptyOldAsync(stoppingToken);
                    emptiedAt = Stopwatch.GetTimestamp();
                }

                var due = await inbox.DueAsync(PageSize, stoppingToken);
                found = due.Count;
                if (found > 0) await ApplyAsync(due, stoppingToken);
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

    private async Task ApplyAsync(List<StoredNotice> due, CancellationToken cancellationToken)
    {
        var settled = new List<SettledNotice>(due.Count);
        var notices = await ReadAsync(due, settled, cancellationToken);
        var apply = await handler.PrepareAsync(notices, cancellationToken);
        foreach (var (stored, notice) in notices)
        {
            using var activity = HubTelemetry.Continue("apply webhook", stored.Trace);
            try
            {
                settled.Add(notice is VendorNotice.ContentChanged changed ? await contents.RecordAsync(stored, changed, cancellationToken) : await apply(stored, notice));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                await PutOffAsync(stored, error, settled, cancellationToken);
            }

            if (settled is [.., { Status: not "ignored" } last] && last.Notice == stored) settled[^1] = last with { OfErased = await handler.IsOfErasedAsync(stored.Connection, notice, cancellationToken) };
        }

        await inbox.SettleAsync(settled, cancellationToken);
        foreach (var aside in settled.Where(row => row.Status == "parked")) Log.Parked(logger, aside.Notice.Connection, aside.Notice.Type, aside.Note);
    }

    /// <summary>A reader that cannot be asked now holds up its own notices, and nobody else's.</summary>
    private async Task<List<(StoredNotice Stored, VendorNotice Notice)>> ReadAsync(List<StoredNotice> due, List<SettledNotice> settled, CancellationToken cancellationToken)
    {
        var notices = new List<(StoredNotice, VendorNotice)>(due.Count);
        foreach (var stored in due)
        {
            try
            {
                if (await inbox.ReadAsync(stored, cancellationToken) is { } notice) notices.Add((stored, notice));
                else settled.Add(new(stored, "parked", "The connection cannot read this notice any more."));
            }
            catch (VendorException error)
            {
                await PutOffAsync(stored, error, settled, cancellationToken);
            }
        }

        return notices;
    }

    private async Task PutOffAsync(StoredNotice stored, Exception error, List<SettledNotice> settled, CancellationToken cancellationToken)
    {
        if (stored.Attempts + 1 >= Tries) settled.Add(new(stored, "parked", CardScan.Withheld(error.Message)));
        else await inbox.RetryLaterAsync(stored, CardScan.Withheld(error.Message), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Applying notices failed; they stay in place")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Error, Message = "A notice of {Connection} ({Type}) was set aside: {Note}")]
        public static partial void Parked(ILogger logger, string connection, string type, string? note);
    }
}
