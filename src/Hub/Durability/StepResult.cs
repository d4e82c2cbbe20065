using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Durability;

/// <summary>What became of a step.</summary>
internal abstract record StepResult<TState>
{
    private StepResult() { }

    public sealed record Done(TState State) : StepResult<TState>;

    /// <summary>A certain no: what was done before is undone, bottom to top.</summary>
    public sealed record Refused(Refusal Refusal) : StepResult<TState>;

    /// <summary>The call certainly had no effect, and is made once more in another way: the new state is journalled before anything leaves. Only before the point of no return.</summary>
    public sealed record Again(TState State, string Why) : StepResult<TState>;

    /// <summary>Come back to this step when woken, or after the delay.</summary>
    public sealed record Wait(TState State, TimeSpan Delay) : StepResult<TState>;
}

/// <summary>What a step has at hand.</summary>
internal sealed class StepContext(string processId, Commit commit, DateTimeOffset now, bool repeated, bool resumed, bool stale, CancellationToken cancellationToken)
{
    public string ProcessId { get; } = processId;

    /// <summary>Writes of this step. They take effect together with the journal entry that says the step is done.</summary>
    public Commit Commit { get; } = commit;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The call may have been made before, with an outcome nobody knows: ask first, then repeat with the same key.</summary>
    public bool Repeated { get; } = repeated;

    /// <summary>The process came back to this step after waiting or after a restart, rather than passing through.</summary>
    public bool Resumed { get; } = resumed;

    /// <summary>A commit computed by this step was refused because something had moved: read afresh.</summary>
    public bool Stale { get; } = stale;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    public Answer? GivenAnswer { get; private set; }

    /// <summary>What the caller who started the process is told; remembered under its idempotency key in the same commit.</summary>
    public void Reply(int status, string body) => GivenAnswer = new Answer(status, body);
}

