using System.Diagnostics;
using System.Text;
using Composable.Hub.Http.CardData;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Catalog;
using Composable.Hub.Durability;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Edge;

/// <summary>Works for the edge in the background. While the edge is away the work waits, and is tried again at growing distances.</summary>
internal sealed partial class EdgeWorker(
    Database database, EdgeChoice choice, EdgeState state, EdgeProjection projection, EdgePages pages, ProductShelf shelf, IOptions<EdgeOptions> options, ILogger<EdgeWorker> logger) : BackgroundService
{
    /// <summary>A value that says which edge this is; one without it is another edge, or has lost its memory.</summary>
    public const string MarkerKey = "hub:marker";

    private const int RenewedAtOnce = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300), LookEvery = TimeSpan.FromMinutes(5), LongestRound = TimeSpan.FromSeconds(25), TakeEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterInterruption = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500), LastRetry = TimeSpan.FromSeconds(60);

    private IEdge? known;
    private long takenAt, lookedAt, attempts;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (takenAt == 0) return;
        try
        {
            await state.LeaveAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.Interrupted(logger, error);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WorkPriority.Current = CallPriority.Sync;
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = Pause;
            try
            {
                if (choice.Current is { } edge && await HoldsAsync(stoppingToken)) wait = await RoundAsync(edge, stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The database: nothing is lost, the work is in it.
                Log.Interrupted(logger, error);
                wait = AfterInterruption;
            }

            if (wait > TimeSpan.Zero) await Task.Delay(wait, stoppingToken);
        }
    }

    private async Task<bool> HoldsAsync(CancellationToken cancellationToken)
    {
        if (takenAt != 0 && Stopwatch.GetElapsedTime(takenAt) < TakeEvery) return true;
        takenAt = await state.TakeAsync(cancellationToken) ? Stopwatch.GetTimestamp() : 0;
        return takenAt != 0;
    }

    /// <summary>Some work. Returns how long to wait before the next.</summary>
    private async Task<TimeSpan> RoundAsync(IEdge edge, CancellationToken stoppingToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(LongestRound);
        try
        {
            if (!ReferenceEquals(edge, known) || Stopwatch.GetElapsedTime(lookedAt) > LookEvery) await LookAsync(edge, deadline.Token);
            var done = await projection.RunAsync(edge, deadline.Token);
            await pages.WriteAsync(edge, deadline.Token);
            if (attempts > 0) await BackAsync(deadline.Token);
            return done >= EdgeProjection.PageSize ? TimeSpan.Zero : Pause;
        }
        catch (Exception away) when (away is VendorException || (away is OperationCanceledException && !stoppingToken.IsCancellationRequested))
        {
            attempts++;
            var wait = (away as VendorException)?.RetryAfter is { } asked && asked > TimeSpan.Zero ? asked : FirstRetry * Math.Pow(2, Math.Min(attempts - 1, 10));
            wait = wait < LastRetry ? wait : LastRetry;
            var error = away is VendorException ? CardScan.Withheld(away.Message) : "The edge gave no answer in time.";
            Log.Away(logger, choice.Connection, error, wait);
            await state.FailedAsync(attempts, error, stoppingToken);
            return wait;
        }
    }

    private async Task BackAsync(CancellationToken cancellationToken)
    {
        var commit = new Commit();
        EdgeState.Succeeded(commit);
        await database.CommitAsync(commit, cancellationToken);
        Log.Back(logger, choice.Connection, attempts);
        attempts = 0;
    }

    /// <summary>Is it the edge of before? Then what is old is renewed; else everything is written to it.</summary>
    private async Task LookAsync(IEdge edge, CancellationToken cancellationToken)
    {
        var marker = (await state.ReadAsync(cancellationToken)).Marker;
        var there = await edge.ReadAsync(MarkerKey, cancellationToken);
        var commit = new Commit();
        if (marker is not null && there is { } value && Encoding.UTF8.GetString(value.Span) == marker)
        {
            EdgeQueue.AddOld(commit, options.Value.Lives / 2, RenewedAtOnce);
            await database.CommitAsync(commit, cancellationToken);
        }
        else
        {
            marker = Ids.New("edge");
            await pages.DropAllAsync(edge, commit, cancellationToken);
            await RewriteAsync(commit, cancellationToken);
            EdgeState.Mark(commit, marker);
            await database.CommitAsync(commit, cancellationToken);
            await edge.WriteAsync([new EdgeEntry(MarkerKey, Encoding.UTF8.GetBytes(marker))], cancellationToken);
        }

        (known, lookedAt) = (edge, Stopwatch.GetTimestamp());
    }

    /// <summary>Everything that is kept at the edge is to be written again.</summary>
    public async Task<int> RewriteAsync(Commit commit, CancellationToken cancellationToken)
    {
        var hot = await shelf.FirstAsync(options.Value.Hot, cancellationToken);
        EdgeQueue.AddAll(commit, hot);
        return hot.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The edge {Connection} is not in step; the next try is in {Wait}: {Why}")]
        public static partial void Away(ILogger logger, string connection, string why, TimeSpan wait);

        [LoggerMessage(Level = LogLevel.Information, Message = "The edge {Connection} is in step again after {Attempts} tries")]
        public static partial void Back(ILogger logger, string connection, long attempts);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Work for the edge was interrupted; it stays in place")]
        public static partial void Interrupted(ILogger logger, Exception error);
    }
}
