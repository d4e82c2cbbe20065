using System.Diagnostics;
using Composable.Connectors.Sdk;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Durability;

internal enum RunState
{
    /// <summary>Nothing was begun: a condition did not hold at the first commit, or a local step refused before it.</summary>
    NotBegun,

    /// <summary>Past the point of no return; the rest can go on without the caller.</summary>
    Settled,

    /// <summary>Waiting for somebody, for the next try, or for staff.</summary>
    Paused,
    Completed,
    Undone,

    /// <summary>Another hub has taken the process over.</summary>
    Lost,
}

internal interface IProcessRun
{
    ProcessRecord Record { get; }

    /// <summary>What the caller is told, when the process has got that far.</summary>
    Answer? Answer { get; }

    Task<RunState> AdvanceAsync(bool untilSettled, TimeProvider clock, CancellationToken cancellationToken);

    void Refuse(Refusal refusal);
}

/// <summary>One process being moved forward by this hub: steps, journal and writes, committed before and after everything that reaches outside.</summary>
/// <param name="state">What a new process begins with; null for one that is taken up again.</param>
internal sealed partial class ProcessRun<TState>(Process<TState> process, ProcessRecord record, ProcessStore store, TState? state) : IProcessRun
    where TState : class
{
    /// <summary>Of writers that get in each other's way one wins each round, so this is how many may meet.</summary>
    private const int StaleTries = 100;

    private const int StuckAfter = 40;

    /// <summary>After this long what was done is saved before the next call, so that the lease does not run out under a slow vendor.</summary>
    private static readonly TimeSpan SaveAfter = TimeSpan.FromSeconds(4);

    private readonly List<JournalEntry> journal = [];
    private readonly ActivityContext origin = Activity.Current?.Context ?? default;
    private readonly bool resumed = state is null;
    private TState state = state!;
    private Commit commit = new();
    private Answer? pendingAnswer;
    private Segment? segment;
    private Refusal? turnedBack;

    private long savedAt;

    /// <summary>The calls that are journalled as started have not been made before.</summary>
    private bool firstTry;

    public ProcessRecord Record => record;

    /// <summary>Why nothing was begun.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>What the caller is told, when the process has got that far.</summary>
    public Answer? Answer { get; private set; }

    private Step<TState> Current => process.Steps[(int)record.Step];

    public async Task<RunState> AdvanceAsync(bool untilSettled, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            savedAt = clock.GetTimestamp();
            await TakeUpAsync(cancellationToken);
            WorkSubject.Current = process.About(state) ?? record.Subject;
            while (true)
            {
                var before = record.Status;
                var paused = record.Status == ProcessRecord.Undoing
                    ? await UndoNextAsync(clock, cancellationToken)
                    : await DoNextAsync(untilSettled, clock, cancellationToken);
                if (paused is { } result) return result;
                if (before != record.Status) segment = Segment.Of(this);
            }
        }
        catch (GuardFailedException lost) when (lost.Code == ProcessStore.LostLease)
        {
            return RunState.Lost;
        }
    }

    /// <summary>Turns a process that waits or is stuck back, on somebody's word. A call that may have been made is undone too.</summary>
    public void Refuse(Refusal refusal)
    {
        if (process.OnlyForward(record.Step)) throw new InvalidOperationException("Past the point of no return a process only goes forward.");
        turnedBack = refusal;
    }

    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        if (segment is not null) return;
        if (resumed) state = await process.RecallAsync(process.Read(record.State), record, cancellationToken);
        segment = Segment.Of(this);
        if (turnedBack is not null) BeginUndo(turnedBack, includeCurrent: record.Called == 1);
    }

    private async Task<RunState?> DoNextAsync(bool untilSettled, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (record.Step == process.Steps.Count)
        {
            record.Status = ProcessRecord.Completed;
            return await FlushAsync(null, cancellationToken) ? RunState.Completed : Reconsider();
        }

        if (!Current.When(state))
        {
            record.Step++;
            return null;
        }

        if (Current.Kind == StepKind.Call && record.Called == 0)
        {
            record.Called = 1;
            foreach (var step in process.StartingWith(record.Step, state)) Note(step, "started", null);
            if (!await FlushAsync(null, cancellationToken)) return Reconsider();
            firstTry = true;
            savedAt = clock.GetTimestamp();
            if (untilSettled && process.OnlyForward(record.Step)) return RunState.Settled;
        }
        else if (Current.Kind == StepKind.Call && journal.Count > 0 && clock.GetElapsedTime(savedAt) > SaveAfter)
        {
            if (!await FlushAsync(null, cancellationToken)) return Reconsider();
            savedAt = clock.GetTimestamp();
        }

        var context = Context(clock, repeated: record.Called == 1 && !firstTry, cancellationToken);
        try
        {
            StepResult<TState> result;
            using (HubTelemetry.StartStep(process.Kind, Current.Name, origin)) result = await Current.Do(state, context);
            pendingAnswer = context.GivenAnswer ?? pendingAnswer;
            return await TakeAsync(result, cancellationToken);
        }
        catch (VendorException failure) when (Current.Kind != StepKind.Local)
        {
            return await FailedAsync(failure, context, cancellationToken);
        }
        catch (ContradictionException contradiction) when (Current.Kind != StepKind.Local)
        {
            if (!process.OnlyForward(record.Step)) await process.UncertainAsync(state, context);
            pendingAnswer = context.GivenAnswer ?? pendingAnswer;
            return await StuckAsync(contradiction.Message, cancellationToken);
        }
    }

    private async Task<RunState?> TakeAsync(StepResult<TState> result, CancellationToken cancellationToken)
    {
        var step = Current;
        switch (result)
        {
            case StepResult<TState>.Done done:
                state = done.State;
                Note(step, "done", null);
                (record.Attempts, record.Error) = (0, null);
                if (!process.OnlyForward(record.Step)) record.Called = 0;
                record.Step++;
                record.Status = ProcessRecord.Running;

                // Further on the results wait for one commit. Should it fail, everything since the last one is done again, calls included.
                if (step.Kind != StepKind.Local && !process.OnlyForward(record.Step)) segment = Segment.Of(this);
                return null;

            case StepResult<TState>.Again again when !process.OnlyForward(record.Step):
                state = again.State;
                Note(step, "again", again.Why);
                record.Called = 0;
                return null;

            case StepResult<TState>.Wait wait:
                state = wait.State;
                record.Status = ProcessRecord.Waiting;
                if (!resumed) Note(step, "waiting", null);
                return await FlushAsync(wait.Delay, cancellationToken) ? RunState.Paused : Reconsider();

            case StepResult<TState>.Refused { Refusal: var refusal }:
                if (process.OnlyForward(record.Step)) return await StuckAsync(refusal.Detail, cancellationToken);
                if (record.Version == 0)
                {
                    Refusal = refusal;
                    return RunState.NotBegun;
                }

                BeginUndo(refusal);
                return null;

            default: throw new InvalidOperationException($"{result} is no result of a step.");
        }
    }

    private async Task<RunState?> FailedAsync(VendorException failure, StepContext context, CancellationToken cancellationToken)
    {
        var certain = failure.Failure != VendorFailure.OutcomeUnknown && !context.Repeated;
        if (certain && !process.OnlyForward(record.Step))
        {
            var unavailable = failure.Failure is VendorFailure.Transient or VendorFailure.RateLimited;
            BeginUndo(new Refusal(unavailable ? 503 : 502, unavailable ? "service_unavailable" : "connector_failed", "A service this needs is not working right now.")
            {
                Retryable = unavailable,
                RetryAfter = failure.RetryAfter ?? TimeSpan.FromSeconds(2),
                Upstream = process.UpstreamOf(state) is { } connection ? new(connection, Describe(failure.Failure)) : null,
            });
            return null;
        }

        record.Attempts++;
        record.Error = CardScan.Withheld($"{failure.Failure}: {failure.Message}");
        if (record.Attempts >= StuckAfter || (certain && failure.Failure is VendorFailure.Misconfigured or VendorFailure.Rejected)) return await StuckAsync(record.Error, cancellationToken);
        Note(Current, "failed", record.Error);
        if (!process.OnlyForward(record.Step)) await process.UncertainAsync(state, context);
        pendingAnswer = context.GivenAnswer ?? pendingAnswer;
        return await FlushAsync(Backoff(failure), cancellationToken) ? RunState.Paused : Reconsider();
    }
}
