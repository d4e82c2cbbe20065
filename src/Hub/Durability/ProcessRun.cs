using Composable.Connectors.Sdk;
using Composable.Hub.Http;
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
internal sealed class ProcessRun<TState>(Process<TState> process, ProcessRecord record, ProcessStore store, bool resumed) : IProcessRun
    where TState : class
{
    /// <summary>Of writers that get in each other's way one wins each round, so this is how many may meet.</summary>
    private const int StaleTries = 100;

    private const int StuckAfter = 40;

    private readonly List<JournalEntry> journal = [];
    private TState state = process.Read(record.State);
    private Commit commit = new();
    private Answer? pendingAnswer;
    private Segment? segment;
    private bool justStarted;

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
            for (segment ??= Segment.Of(this); ;)
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
        segment = Segment.Of(this);
        BeginUndo(refusal, includeCurrent: record.Called == 1);
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
            journal.Add(new(Current.Name, "started", null));
            if (!await FlushAsync(null, cancellationToken)) return Reconsider();
            justStarted = true;
            if (untilSettled && process.OnlyForward(record.Step)) return RunState.Settled;
        }

        var context = Context(clock, repeated: record.Called == 1 && !justStarted, cancellationToken);
        justStarted = false;
        try
        {
            var result = await Current.Do(state, context);
            pendingAnswer = context.GivenAnswer ?? pendingAnswer;
            return await TakeAsync(result, cancellationToken);
        }
        catch (VendorException failure) when (Current.Kind != StepKind.Local)
        {
            return await FailedAsync(failure, context, cancellationToken);
        }
    }

    private async Task<RunState?> TakeAsync(StepResult<TState> result, CancellationToken cancellationToken)
    {
        var step = Current;
        switch (result)
        {
            case StepResult<TState>.Done done:
                state = done.State;
                journal.Add(new(step.Name, "done", null));
                (record.Called, record.Attempts, record.Error) = (0, 0, null);
                record.Step++;
                record.Status = ProcessRecord.Running;
                if (step.Kind != StepKind.Local) segment = Segment.Of(this);
                return null;

            case StepResult<TState>.Wait wait:
                state = wait.State;
                record.Status = ProcessRecord.Waiting;
                if (!resumed) journal.Add(new(step.Name, "waiting", null));
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
                Retryable = unavailable, RetryAfter = failure.RetryAfter ?? TimeSpan.FromSeconds(2), Upstream = new(Current.Name, Describe(failure.Failure)),
            });
            return null;
        }

        record.Attempts++;
        record.Error = $"{failure.Failure}: {failure.Message}";
        if (record.Attempts >= StuckAfter || (certain && failure.Failure is VendorFailure.Misconfigured or VendorFailure.Rejected)) return await StuckAsync(record.Error, cancellationToken);
        journal.Add(new(Current.Name, "failed", record.Error));
        if (!process.OnlyForward(record.Step)) await process.UncertainAsync(state, context);
        pendingAnswer = context.GivenAnswer ?? pendingAnswer;
        return await FlushAsync(Backoff(failure), cancellationToken) ? RunState.Paused : Reconsider();
    }

    /// <summary>Local steps since the last commit or call are simply forgotten; what lies before is undone, from the last step back to the first.</summary>
    private void BeginUndo(Refusal refusal, bool includeCurrent = false)
    {
        commit.Rewind(segment!.Writes);
        state = segment.State;
        journal.Add(new(Current.Name, "refused", refusal.Code));
        record.WriteRefusal(refusal);
        (record.Status, record.Called, record.Attempts, record.Error) = (ProcessRecord.Undoing, 0, 0, null);
        record.Step = includeCurrent ? segment.Step : segment.Step - 1;
    }

    private async Task<RunState?> UndoNextAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var context = Context(clock, record.Called == 1, cancellationToken);
        if (record.Step < 0)
        {
            record.Status = ProcessRecord.Undone;
            await process.UndoneAsync(state, record.ReadRefusal(), context);
            pendingAnswer = context.GivenAnswer ?? pendingAnswer;
            return await FlushAsync(null, cancellationToken) ? RunState.Undone : Reconsider();
        }

        var step = Current;
        if (step.Undo is null || !step.When(state))
        {
            record.Step--;
            return null;
        }

        if (step.UndoIsCall && record.Called == 0)
        {
            record.Called = 1;
            journal.Add(new(step.Name, "undo started", null));
            if (!await FlushAsync(null, cancellationToken)) return Reconsider();
            CrashPoint.Reach("C25");
            justStarted = true;
        }

        try
        {
            state = await step.Undo(state, context);
            journal.Add(new(step.Name, "undone", null));
            (record.Called, record.Attempts, record.Error) = (0, 0, null);
            record.Step--;
            if (step.UndoIsCall) segment = Segment.Of(this);
            return null;
        }
        catch (VendorException failure) when (step.UndoIsCall)
        {
            record.Attempts++;
            record.Error = $"{failure.Failure}: {failure.Message}";
            if (record.Attempts >= StuckAfter) return await StuckAsync(record.Error, cancellationToken);
            await FlushAsync(Backoff(failure), cancellationToken);
            return RunState.Paused;
        }
    }

    private async Task<RunState?> StuckAsync(string why, CancellationToken cancellationToken)
    {
        journal.Add(new(Current.Name, "stuck", why));
        record.Error = why;
        record.Status = ProcessRecord.Stuck;
        await FlushAsync(TimeSpan.Zero, cancellationToken);
        return RunState.Paused;
    }

    /// <summary>Commits what has come together. False when a condition did not hold: then nothing was written.</summary>
    private async Task<bool> FlushAsync(TimeSpan? due, CancellationToken cancellationToken)
    {
        record.State = process.Write(state);
        var sent = commit.Mark();
        try
        {
            await store.SaveAsync(record, commit, journal, pendingAnswer, due, cancellationToken);
        }
        catch (GuardFailedException failed) when (failed.Code != ProcessStore.LostLease)
        {
            commit.Rewind(sent);
            Refusal = await process.ExplainAsync(failed.Code, state, cancellationToken);
            return false;
        }
        catch (DuplicateException twice) when (record.Version == 0 || twice.Table == "events")
        {
            commit.Rewind(sent);
            Refusal = twice.Table switch
            {
                "idempotency_keys" => null,
                "processes" => new Refusal(409, "checkout_completing", "This is being worked on already.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) },
                _ => await process.ExplainAsync("stale", state, cancellationToken),
            };
            return false;
        }

        Answer = pendingAnswer ?? Answer;
        (commit, pendingAnswer) = (new Commit(), null);
        journal.Clear();
        segment = Segment.Of(this);
        return true;
    }

    /// <summary>After a commit that changed nothing: before the first commit the caller hears why; later the local steps run again on fresh data.</summary>
    private RunState? Reconsider()
    {
        if (record.Version == 0) return RunState.NotBegun;
        if (segment!.Tries++ >= StaleTries) throw new InvalidOperationException($"Process {record.Id} cannot commit: {Refusal?.Code}.");
        segment.Restore(this);
        return null;
    }

    private StepContext Context(TimeProvider clock, bool repeated, CancellationToken cancellationToken) =>
        new(record.Id, commit, clock.GetUtcNow(), repeated, resumed, segment!.Tries > 0, cancellationToken);

    private TimeSpan Backoff(VendorException failure)
    {
        var growing = TimeSpan.FromMilliseconds(Math.Min(30_000, 200 * Math.Pow(2, Math.Min(record.Attempts, 10))) * (0.75 + Random.Shared.NextDouble() / 2));
        return failure.RetryAfter is { } asked && asked > growing ? asked : growing;
    }

    private static string Describe(VendorFailure failure) => char.ToLowerInvariant(failure.ToString()[0]) + failure.ToString()[1..];

    /// <summary>Where the local steps since the last commit or call began, to come back to when they must run again.</summary>
    private sealed record Segment(TState State, long Step, long Called, string Status, List<Commit.Statement> Writes, List<JournalEntry> Journal)
    {
        public int Tries { get; set; }

        public static Segment Of(ProcessRun<TState> run) =>
            new(run.state, run.Record.Step, run.Record.Called, run.Record.Status, run.commit.Mark(), [.. run.journal]);

        public void Restore(ProcessRun<TState> run)
        {
            (run.state, run.Record.Step, run.Record.Called, run.Record.Status) = (State, Step, Called, Status);
            run.commit.Rewind(Writes);
            run.journal.Clear();
            run.journal.AddRange(Journal);
        }
    }
}
