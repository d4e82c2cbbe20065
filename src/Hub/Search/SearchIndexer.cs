using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Search;

/// <summary>Keeps the engines in step with the catalogue. Of all hubs one works on an engine at a time; an engine that is away keeps none of the others waiting.</summary>
internal sealed partial class SearchIndexer(SearchDesk desk, SearchTargets targets, IndexPass pass, ILogger<SearchIndexer> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250), WantEvery = TimeSpan.FromSeconds(30);
    private readonly Signal wake = new();
    private long wantedAt;

    /// <summary>There may be something to do.</summary>
    public void LookNow() => wake.Give();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        desk.RequireSense();
        try
        {
            await desk.RefreshAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            // Searches are answered from the catalogue until it is back.
        }

        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WorkPriority.Current = CallPriority.Sync;
        while (!stoppingToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                if (wantedAt == 0 || System.Diagnostics.Stopwatch.GetElapsedTime(wantedAt) > WantEvery) await WantAsync(stoppingToken);
                await desk.RefreshAsync(stoppingToken);
                more = (await Task.WhenAll(desk.Targets.Select(target => WorkAsync(target, stoppingToken)))).Contains(true);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (error is not DatabaseUnavailableException) Log.Failed(logger, error);
            }

            // A short rest also between the pieces of a rebuild: shoppers write to the same database.
            await wake.WaitAsync(more ? TimeSpan.FromMilliseconds(5) : Pause, stoppingToken);
        }
    }

    private async Task WantAsync(CancellationToken cancellationToken)
    {
        await targets.WantAsync(desk.Wanted, cancellationToken);
        wantedAt = System.Diagnostics.Stopwatch.GetTimestamp();
    }

    private async Task<bool> WorkAsync(SearchTarget target, CancellationToken cancellationToken)
    {
        if (target.Due == 0) return false;
        var replaced = target.Wanted == 0 && desk.Wanted.All(wanted => desk.Serving(wanted) is not null);
        if (!replaced && desk.PortOf(target.Connection) is null) return false;
        try
        {
            if (!await targets.HoldAsync(target, cancellationToken)) return false;
            if (!replaced) return await pass.RunAsync(target, desk.PortOf(target.Connection)!, cancellationToken);
            await targets.RetireAsync(target, cancellationToken);
            return false;
        }
        catch (GuardFailedException)
        {
            return false; // Another hub has the lease now, and goes on.
        }
        catch (Exception failure) when (failure is VendorException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Away(logger, target.Connection, failure);
            await RestAsync(target, failure as VendorException, cancellationToken);
            return false;
        }
    }

    private async Task RestAsync(SearchTarget target, VendorException? failure, CancellationToken cancellationToken)
    {
        var problem = failure?.Failure switch
        {
            VendorFailure.Misconfigured => "The engine does not accept this connection, or has lost its index.",
            VendorFailure.Rejected => "The engine refuses what it is sent.",
            VendorFailure.RateLimited => "The engine says that it is asked too often.",
            _ => "The engine does not answer.",
        };
        try
        {
            await targets.FailedAsync(target, problem, failure?.RetryAfter, cancellationToken);
            // Without its index a generation cannot be filled any further: the next try begins another one.
            if (failure?.Failure == VendorFailure.Misconfigured && target.Filling is not null) await targets.SaveAsync(target, $"filling = NULL, filled_to = ''", cancellationToken);
        }
        catch (GuardFailedException)
        {
            // Another hub has the lease now, and finds out for itself.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Keeping search engines in step failed; it will be tried again")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The search engine {Connection} cannot be kept in step now; what it missed waits")]
        public static partial void Away(ILogger logger, string connection, Exception error);
    }
}
