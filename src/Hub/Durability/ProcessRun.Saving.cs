using System.Diagnostics;
using Composable.Connectors.Sdk;
using Composable.Hub.Http;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Durability;

/// <content>Commits, and what happens when one does not take effect.</content>
internal sealed partial class ProcessRun<TState>
{
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

    private void Note(Step<TState> step, string phase, string? note)
    {
        journal.Add(new(step.Name, phase, note));
        HubTelemetry.ProcessSteps.Add(1, new("process", process.Kind), new("step", step.Name), new("outcome", phase));
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
            run.firstTry = false;
            run.commit.Rewind(Writes);
            run.journal.Clear();
            run.journal.AddRange(Journal);
        }
    }
}
