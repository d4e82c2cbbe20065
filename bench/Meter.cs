using System.Collections.Concurrent;

namespace Composable.Bench;

/// <summary>Latencies of one step in microseconds, and its failures by kind, such as <c>409 out_of_stock</c>.</summary>
internal sealed class StepMeter
{
    private readonly Lock gate = new();
    private readonly Histogram latency = new();
    private readonly SortedDictionary<string, long> errors = new(StringComparer.Ordinal);

    public void Succeeded(TimeSpan elapsed)
    {
        lock (gate)
        {
            latency.Record((long)elapsed.TotalMicroseconds);
        }
    }

    public void Failed(string kind)
    {
        lock (gate)
        {
            errors[kind] = errors.GetValueOrDefault(kind) + 1;
        }
    }

    public StepResult Read(string name)
    {
        lock (gate)
        {
            var failed = 0L;
            foreach (var count in errors.Values)
            {
                failed += count;
            }

            return new StepResult(name, latency.Count, failed, Milliseconds(50), Milliseconds(95), Milliseconds(99),
                latency.Max / 1000d, new SortedDictionary<string, long>(errors, StringComparer.Ordinal));
        }
    }

    private double Milliseconds(double percent) => latency.Percentile(percent) / 1000d;
}

/// <summary>One line of a report; times in milliseconds, of successful answers only.</summary>
internal sealed record StepResult(
    string Step, long Succeeded, long Failed, double P50, double P95, double P99, double Max, IReadOnlyDictionary<string, long> Errors);

/// <summary>The meters of one run, by step, in order of first use.</summary>
internal sealed class Meters
{
    private readonly ConcurrentDictionary<string, (int Order, StepMeter Meter)> steps = new(StringComparer.Ordinal);
    private int order;

    public StepMeter this[string step] => steps.TryGetValue(step, out var known)
        ? known.Meter
        : steps.GetOrAdd(step, _ => (Interlocked.Increment(ref order), new StepMeter())).Meter;

    public IReadOnlyList<StepResult> Read() =>
        [.. steps.OrderBy(step => step.Value.Order).Select(step => step.Value.Meter.Read(step.Key))];
}
