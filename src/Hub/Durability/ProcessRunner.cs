using System.Collections.Concurrent;
using System.Threading.Channels;
using Composable.Hub.Http.CardData;
using Composable.Hub.Observability;
using Composable.Hub.Storage;

namespace Composable.Hub.Durability;

/// <summary>Starts processes on behalf of callers and takes up those that wait, failed or lost their hub.</summary>
internal sealed partial class ProcessRunner(ProcessStore store, IEnumerable<Process> processes, TimeProvider clock, ILogger<ProcessRunner> logger) : BackgroundService
{
    private const int StuckAfter = 40;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Process> kinds = processes.ToDictionary(process => process.Kind);
    private readonly Channel<IProcessRun> ready = Channel.CreateBounded<IProcessRun>(1024);
    private readonly ConcurrentDictionary<string, byte> here = new();
    private readonly Signal wake = new();
    private readonly CancellationTokenSource stopping = new();

    /// <summary>
    /// Begins a process and stays with it until its caller can be answered. The caller going away does not stop it; what remains after
    /// the point of no return goes on in the background.
    /// </summary>
    public async Task<(ProcessRun<TState> Run, RunState State)> StartAsync<TState>(Process<TState> process, string subject, TState state, IdempotencyKey? key)
        where TState : class
    {
        var run = process.Begin(subject, state, key, store);
        var reached = await AdvanceAsync(run, untilSettled: true);
        if (reached == RunState.Settled && here.TryAdd(run.Record.Id, 0) && !ready.Writer.TryWrite(run)) here.TryRemove(run.Record.Id, out _);
        return (run, reached);
    }

    public bool CanUndo(ProcessRecord record) => record.Status == ProcessRecord.Stuck && record.Refusal is null && !kinds[record.Kind].OnlyForward(record.Step);

    /// <summary>Turns the live process of a subject back, if it waits or is stuck. Null when there is none, or another hub is working on it.</summary>
    public async Task<IProcessRun?> RefuseAsync(string subject, Http.Refusal refusal, CancellationToken cancellationToken)
    {
        if (await store.FindLiveAsync(subject, cancellationToken) is not { Status: ProcessRecord.Waiting or ProcessRecord.Stuck } record) return null;
        if (!await store.ClaimAsync(record, cancellationToken)) return null;
        var run = kinds[record.Kind].Resume(record, store);
        run.Refuse(refusal);
        await AdvanceAsync(run, untilSettled: false);
        return run;
    }

    /// <summary>Something may have happened that a waiting process waits for.</summary>
    public async Task WakeAsync(string subject, CancellationToken cancellationToken)
    {
        await store.WakeAsync(subject, cancellationToken);
        LookNow();
    }

    /// <summary>The same for one process, by its id.</summary>
    public async Task WakeProcessAsync(string id, CancellationToken cancellationToken)
    {
        await store.WakeProcessAsync(id, cancellationToken);
        LookNow();
    }

    public void LookNow() => wake.Give();

    /// <summary>Waits for the processes that are being moved right now; what is only queued is freed for other hubs.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await stopping.CancelAsync();
        try
        {
            await store.ReleaseOwnAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            // The leases end by themselves.
        }
    }

    public override void Dispose()
    {
        stopping.Dispose();
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await store.ReleaseOwnAsync(stoppingToken);
        CrashPoint.Reach("C28");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WorkAsync(stoppingToken)).Append(SearchAsync(stoppingToken)));
    }

    private async Task SearchAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var found = 0;
            try
            {
                foreach (var record in await store.DueAsync(16, stoppingToken))
                {
                    if (!here.TryAdd(record.Id, 0)) continue;
                    if (await store.ClaimAsync(record, stoppingToken)) await ready.Writer.WriteAsync(kinds[record.Kind].Resume(record, store), stoppingToken);
                    else here.TryRemove(record.Id, out _);
                    found++;
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.SearchFailed(logger, error);
            }

            if (found == 0) await wake.WaitAsync(Pause, stoppingToken);
        }
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var run in ready.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await AdvanceAsync(run, untilSettled: false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.ProcessFailed(logger, run.Record.Kind, run.Record.Id, error);
            }
            finally
            {
                here.TryRemove(run.Record.Id, out _);
            }
        }
    }

    private async Task<RunState> AdvanceAsync(IProcessRun run, bool untilSettled)
    {
        try
        {
            return await run.AdvanceAsync(untilSettled, clock, stopping.Token);
        }
        catch (Exception error) when (run.Record.Version > 0 && error is not OperationCanceledException)
        {
            await store.GiveBackAsync(run.Record, CardScan.Withheld($"{error.GetType().Name}: {error.Message}"), StuckAfter, stopping.Token);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Process {Kind} {Id} failed and will be tried again")]
        public static partial void ProcessFailed(ILogger logger, string kind, string id, Exception error);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for due processes failed")]
        public static partial void SearchFailed(ILogger logger, Exception error);
    }
}
