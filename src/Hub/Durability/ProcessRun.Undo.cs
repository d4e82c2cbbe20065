using System.Diagnostics;
using Composable.Connectors.Sdk;
using Composable.Hub.Http;
using Composable.Hub.Http.CardData;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Durability;

/// <content>Going back: undos from the last step to the first.</content>
internal sealed partial class ProcessRun<TState>
{
    /// <summary>Local steps since the last commit or call are simply forgotten; what lies before is undone, from the last step back to the first.</summary>
    private void BeginUndo(Refusal refusal, bool includeCurrent = false)
    {
        commit.Rewind(segment!.Writes);
        state = segment.State;
        Note(Current, "refused", refusal.Code);
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
            Note(step, "undo started", null);
            if (!await FlushAsync(null, cancellationToken)) return Reconsider();
            CrashPoint.Reach("C25");
        }

        try
        {
            using (HubTelemetry.StartStep(process.Kind, $"undo {step.Name}", origin)) state = await step.Undo(state, context);
            Note(step, "undone", null);
            (record.Called, record.Attempts, record.Error) = (0, 0, null);
            record.Step--;
            if (step.UndoIsCall) segment = Segment.Of(this);
            return null;
        }
        catch (VendorException failure) when (step.UndoIsCall)
        {
            record.Attempts++;
            record.Error = CardScan.Withheld($"{failure.Failure}: {failure.Message}");
            if (record.Attempts >= StuckAfter) return await StuckAsync(record.Error, cancellationToken);
            await FlushAsync(Backoff(failure), cancellationToken);
            return RunState.Paused;
        }
    }

    private async Task<RunState?> StuckAsync(string why, CancellationToken cancellationToken)
    {
        Note(Current, "stuck", why);
        record.Error = why;
        record.Status = ProcessRecord.Stuck;
        await FlushAsync(TimeSpan.Zero, cancellationToken);
        return RunState.Paused;
    }
}
