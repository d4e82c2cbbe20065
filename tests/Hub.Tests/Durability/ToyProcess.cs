using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Tests.Durability;

/// <summary>What happens at one try of a step or of its undo.</summary>
internal enum Luck
{
    Fine,
    Refused,

    /// <summary>Certainly nothing happened.</summary>
    Transient,

    /// <summary>Nothing happened, but nobody knows.</summary>
    LostRequest,

    /// <summary>It happened, but nobody knows.</summary>
    LostAnswer,
    CrashBefore,
    CrashAfter,
}

internal sealed class Crash : Exception;

internal sealed record ToyState(string Name, IReadOnlyList<int> Done);

/// <summary>The world outside: effects by key, and in which order they were made and taken back.</summary>
internal sealed class World
{
    private readonly HashSet<string> effects = [];

    public IReadOnlyCollection<string> Effects => effects;

    public List<string> Made { get; } = [];

    public List<int> Undone { get; } = [];

    public bool Has(string key) => effects.Contains(key);

    public void Make(string key)
    {
        Made.Add(key);
        effects.Add(key).ShouldBeTrue($"the effect {key} was made twice");
    }

    public void TakeBack(string key, int step)
    {
        effects.Remove(key);
        if (!Undone.Contains(step)) Undone.Add(step);
    }
}

/// <summary>A process whose steps have the luck a test gives them.</summary>
internal sealed class ToyProcess : Process<ToyState>
{
    private readonly Dictionary<(int Step, bool Undo), Queue<Luck>> luck = [];

    /// <param name="kinds">One letter a step: l for local, c for a call, a for a wait, p for the point of no return.</param>
    public ToyProcess(string kinds, World world)
        : base("toy", (JsonTypeInfo<ToyState>)JsonSerializerOptions.Default.GetTypeInfo(typeof(ToyState)))
    {
        for (var i = 0; i < kinds.Length; i++)
        {
            var step = i;
            switch (kinds[i])
            {
                case 'l': Then($"{step}", (state, context) => LocalAsync(step, state, context), (state, context) => UnlocalAsync(step, state, context)); break;
                case 'c': Call($"{step}", (state, context) => CallAsync(step, state, context, world), (state, _) => UncallAsync(step, state, world)); break;
                case 'a': Await($"{step}", (state, context) => AwaitAsync(step, state, context), _ => true); break;
                default: PointOfNoReturn($"{step}", (state, context) => LocalAsync(step, state, context)); break;
            }
        }
    }

    public Func<int, Task>? Inside { get; set; }

    public void Give(int step, bool undo, Luck next) => (luck.TryGetValue((step, undo), out var queue) ? queue : luck[(step, undo)] = new()).Enqueue(next);

    private Luck Next(int step, bool undo) => luck.TryGetValue((step, undo), out var queue) && queue.TryDequeue(out var next) ? next : Luck.Fine;

    private static string Key(ToyState state, int step) => $"{state.Name}:{step}";

    private async Task<StepResult<ToyState>> LocalAsync(int step, ToyState state, StepContext context)
    {
        if (Inside is not null) await Inside(step);
        var next = Next(step, undo: false);
        if (next is Luck.CrashBefore or Luck.CrashAfter) throw new Crash();
        if (next == Luck.Refused && !OnlyForward(step)) return No();
        context.Commit.Add($"INSERT INTO secrets (name, value) VALUES ({$"{context.ProcessId}:{step}"}, {$"{step}"})");
        return Done(state, step);
    }

    private Task<ToyState> UnlocalAsync(int step, ToyState state, StepContext context)
    {
        if (Next(step, undo: true) is Luck.CrashBefore or Luck.CrashAfter) throw new Crash();
        context.Commit.Require($"DELETE FROM secrets WHERE name = {$"{context.ProcessId}:{step}"}", 1, "was_not_there");
        return Task.FromResult(state);
    }

    private async Task<StepResult<ToyState>> CallAsync(int step, ToyState state, StepContext context, World world)
    {
        if (Inside is not null) await Inside(step);
        var key = Key(state, step);
        if (context.Repeated && world.Has(key)) return Done(state, step);
        switch (Next(step, undo: false))
        {
            case Luck.Refused when !OnlyForward(step): return No();
            case Luck.Transient: throw new VendorException(VendorFailure.Transient, "busy");
            case Luck.LostRequest or Luck.Refused: throw new VendorException(VendorFailure.OutcomeUnknown, "silence");
            case Luck.CrashBefore: throw new Crash();
            case Luck.LostAnswer:
                world.Make(key);
                throw new VendorException(VendorFailure.OutcomeUnknown, "silence");
            case Luck.CrashAfter:
                world.Make(key);
                throw new Crash();
            default:
                world.Make(key);
                return Done(state, step);
        }
    }

    private Task<ToyState> UncallAsync(int step, ToyState state, World world)
    {
        var next = Next(step, undo: true);
        if (next == Luck.CrashBefore) throw new Crash();
        if (next is Luck.LostRequest or Luck.Transient) throw new VendorException(VendorFailure.OutcomeUnknown, "silence");
        world.TakeBack(Key(state, step), step);
        if (next == Luck.CrashAfter) throw new Crash();
        return next == Luck.LostAnswer ? throw new VendorException(VendorFailure.OutcomeUnknown, "silence") : Task.FromResult(state);
    }

    private Task<StepResult<ToyState>> AwaitAsync(int step, ToyState state, StepContext context)
    {
        var next = Next(step, undo: false);
        if (next is Luck.CrashBefore or Luck.CrashAfter) throw new Crash();
        if (next == Luck.Refused && !OnlyForward(step)) return Task.FromResult(No());
        return Task.FromResult(context.Resumed && next == Luck.Fine ? Done(state, step) : new StepResult<ToyState>.Wait(state, TimeSpan.FromMilliseconds(1)));
    }

    private static StepResult<ToyState> No() => new StepResult<ToyState>.Refused(new Refusal(409, "no", "No."));

    private static StepResult<ToyState> Done(ToyState state, int step) => new StepResult<ToyState>.Done(state with { Done = [.. state.Done, step] });
}
