using System.Diagnostics.CodeAnalysis;

namespace Composable.Sandbox.Faults;

/// <summary>The faults in force. Asking costs nothing while there are none.</summary>
internal sealed class FaultBoard
{
    private readonly Lock _lock = new();
    private readonly List<Slot> _slots = [];
    private volatile bool _any;

    public void Add(Fault fault)
    {
        lock (_lock)
        {
            _slots.Add(new Slot(fault));
            _any = true;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _slots.Clear();
            _any = false;
        }
    }

    public IReadOnlyList<Fault> List()
    {
        lock (_lock)
        {
            return [.. _slots.Select(slot => slot.Fault)];
        }
    }

    public FaultPlan Take(string vendor, string operation)
    {
        if (!_any)
        {
            return FaultPlan.None;
        }

        lock (_lock)
        {
            var plan = FaultPlan.None;
            foreach (var slot in _slots)
            {
                if (slot.Strikes(vendor, operation))
                {
                    plan = Join(plan, slot.Fault);
                }
            }

            _slots.RemoveAll(slot => slot.Fault.Times == 0);
            _any = _slots.Count > 0;
            return plan;
        }
    }

    private static FaultPlan Join(FaultPlan plan, Fault fault) => fault.Kind switch
    {
        "slow" => plan with { Delay = plan.Delay + TimeSpan.FromMilliseconds(fault.Number!.Value) },
        "hang" => plan with { Hang = true },
        "status" => plan with { Status = fault.Number },
        "refuse" => plan with { Refuse = true },
        "drop_answer" => plan with { DropAnswer = true },
        _ => plan with { Garbage = fault.Text },
    };

    private sealed class Slot(Fault fault)
    {
        [SuppressMessage("Security", "CA5394", Justification = "Faults are drawn for tests; a seed makes them repeatable.")]
        private readonly Random _random = fault.Seed is { } seed ? new Random(seed) : new Random();

        public Fault Fault { get; private set; } = fault;

        [SuppressMessage("Security", "CA5394", Justification = "Faults are drawn for tests; a seed makes them repeatable.")]
        public bool Strikes(string vendor, string operation)
        {
            if ((Fault.Vendor != "*" && Fault.Vendor != vendor) || (Fault.Operation != "*" && Fault.Operation != operation)
                || (Fault.Rate < 1 && _random.NextDouble() >= Fault.Rate))
            {
                return false;
            }

            if (Fault.Times is { } left)
            {
                Fault = Fault with { Times = left - 1 };
            }

            return true;
        }
    }
}
