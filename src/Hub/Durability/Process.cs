using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Durability;

internal enum StepKind
{
    /// <summary>Reads and writes only the hub's own data; takes effect with the commit.</summary>
    Local,

    /// <summary>Reaches outside. Journalled as started, in a commit of its own, before anything leaves.</summary>
    Call,

    /// <summary>Waits for somebody else; asking again does no harm.</summary>
    Await,
}

/// <summary>A step's function takes the state and returns the result; an undo does not refuse: it succeeds or throws and is repeated.</summary>
internal sealed record Step<TState>(
    string Name,
    StepKind Kind,
    Func<TState, StepContext, Task<StepResult<TState>>> Do,
    Func<TState, StepContext, Task<TState>>? Undo,
    bool UndoIsCall,
    Func<TState, bool> When);

/// <summary>A process without its state's type, as the worker sees it.</summary>
internal abstract class Process(string kind)
{
    public string Kind { get; } = kind;

    /// <summary>Whether the step with this index comes after the point of no return.</summary>
    public abstract bool OnlyForward(long step);

    public abstract IProcessRun Resume(ProcessRecord record, ProcessStore store);
}

/// <summary>
/// Durable steps, read top to bottom, with undos that run bottom to top when a step is refused. Up to the point of no return a process
/// can be undone; after it, it only goes forward: it retries, and when that does not help it is stuck and waits for staff.
/// </summary>
internal abstract class Process<TState>(string kind, JsonTypeInfo<TState> json) : Process(kind)
    where TState : class
{
    private readonly List<Step<TState>> steps = [];
    private int pointOfNoReturn = int.MaxValue;

    public IReadOnlyList<Step<TState>> Steps => steps;

    public override bool OnlyForward(long step) => step > pointOfNoReturn;

    /// <summary>
    /// The calls to journal as started before this one is made. Past the point of no return nothing is undone and every call carries a key
    /// that makes repeating it safe, so all that remain are journalled at once, and their results need one commit instead of one each.
    /// </summary>
    public IEnumerable<Step<TState>> StartingWith(long step, TState state) => OnlyForward(step)
        ? steps.Skip((int)step).Where(later => later.Kind == StepKind.Call && later.When(state))
        : [steps[(int)step]];

    public string Write(TState state) => JsonSerializer.Serialize(state, json);

    public TState Read(string text) => JsonSerializer.Deserialize(text, json)!;

    /// <summary>What the calls of the process are about, for their records; the process's own subject when null.</summary>
    public virtual string? About(TState state) => null;

    /// <summary>What to write when everything has been undone.</summary>
    public virtual Task UndoneAsync(TState state, Refusal refusal, StepContext context) => Task.CompletedTask;

    /// <summary>What to write when a call's outcome is not known yet and the caller must be told something.</summary>
    public virtual Task UncertainAsync(TState state, StepContext context) => Task.CompletedTask;

    /// <summary>The connection this process calls, to be named when it fails; null when there is none.</summary>
    public virtual string? UpstreamOf(TState state) => null;

    /// <summary>Says in words what a failed condition of a commit means.</summary>
    public virtual Task<Refusal> ExplainAsync(string code, TState state, CancellationToken cancellationToken) =>
        Task.FromResult(new Refusal(409, code, "Something changed meanwhile.") { Retryable = true });

    /// <summary>The stored state, completed with what has rows of its own and is not stored twice.</summary>
    public virtual Task<TState> RecallAsync(TState stored, ProcessRecord record, CancellationToken cancellationToken) => Task.FromResult(stored);

    public ProcessRun<TState> Begin(string subject, TState state, IdempotencyKey? key, ProcessStore store) => new(this, ProcessRecord.New(Kind, subject, key), store, state);

    public override IProcessRun Resume(ProcessRecord record, ProcessStore store) => new ProcessRun<TState>(this, record, store, state: null);

    protected Process<TState> Then(string name, Func<TState, StepContext, Task<StepResult<TState>>> @do, Func<TState, StepContext, Task<TState>>? undo = null, Func<TState, bool>? when = null) =>
        Add(new(name, StepKind.Local, @do, undo, UndoIsCall: false, when ?? Always));

    protected Process<TState> Call(string name, Func<TState, StepContext, Task<StepResult<TState>>> @do, Func<TState, StepContext, Task<TState>>? undo = null, Func<TState, bool>? when = null) =>
        Add(new(name, StepKind.Call, @do, undo, UndoIsCall: undo is not null, when ?? Always));

    protected Process<TState> Await(string name, Func<TState, StepContext, Task<StepResult<TState>>> until, Func<TState, bool> when) =>
        Add(new(name, StepKind.Await, until, null, UndoIsCall: false, when));

    /// <summary>Like <see cref="Then"/>; after this step the process only goes forward.</summary>
    protected Process<TState> PointOfNoReturn(string name, Func<TState, StepContext, Task<StepResult<TState>>> @do)
    {
        pointOfNoReturn = steps.Count;
        return Then(name, @do);
    }

    private Process<TState> Add(Step<TState> step)
    {
        steps.Add(step);
        return this;
    }

    private static bool Always(TState state) => true;
}
