using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Composable.Hub.Observability;

/// <summary>The series of one instrument. A measurement of a known label set allocates nothing.</summary>
internal sealed class MetricFamily
{
    private enum Shape
    {
        /// <summary>Every measurement is a change.</summary>
        Sum,

        /// <summary>Every measurement replaces the one before.</summary>
        Value,
        Histogram,
    }

    private readonly Shape shape;
    private readonly string type;
    private readonly string help;
    private readonly int most;
    private long dropped;
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], MetricSeries> series = new(LabelSets.Comparer);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> bySpan;

    /// <param name="most">How many label sets there may be.</param>
    public MetricFamily(Instrument instrument, int most)
    {
        this.most = most;
        bySpan = series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        var kind = instrument.GetType().Name.Split('`')[0];
        shape = kind switch { "Counter" or "UpDownCounter" => Shape.Sum, "Histogram" => Shape.Histogram, _ => Shape.Value };
        type = kind switch { "Counter" or "ObservableCounter" => "counter", "Histogram" => "histogram", _ => "gauge" };
        help = instrument.Description ?? "";
        Name = PrometheusText.Name(instrument.Name, instrument.Unit, type == "counter");
    }

    public string Name { get; }

    /// <summary>Measurements left out because there were too many label sets.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!bySpan.TryGetValue(tags, out var found)) found = Add(tags);
        if (found is null) Interlocked.Increment(ref dropped);
        else if (shape == Shape.Value) found.Set(value);
        else found.Add(value);
    }

    public void WriteTo(StringBuilder text)
    {
        if (series.IsEmpty) return;
        PrometheusText.Head(text, Name, type, help);
        foreach (var one in series.Values) one.WriteTo(text, Name);
    }

    /// <summary>Null when there are too many label sets.</summary>
    private MetricSeries? Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (series)
        {
            if (bySpan.TryGetValue(tags, out var found)) return found;
            if (series.Count >= most) return null;
            var labels = tags.ToArray();
            return series[labels] = new MetricSeries(PrometheusText.Labels(labels), shape == Shape.Histogram);
        }
    }
}

/// <summary>One label set and what was measured for it.</summary>
internal sealed class MetricSeries(string labels, bool histogram)
{
    /// <summary>Seconds, mostly: from a cached read to the longest vendor call.</summary>
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock gate = new();
    private readonly long[] buckets = histogram ? new long[Bounds.Length + 1] : [];
    private double total;

    public void Set(double value)
    {
        lock (gate) total = value;
    }

    public void Add(double value)
    {
        lock (gate)
        {
            total += value;
            if (buckets.Length > 0) buckets[BucketOf(value)]++;
        }
    }

    public void WriteTo(StringBuilder text, string name)
    {
        double sum;
        long[] counts;
        lock (gate) (sum, counts) = (total, [.. buckets]);
        if (counts.Length == 0)
        {
            PrometheusText.Sample(text, name, labels, sum);
            return;
        }

        long below = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            PrometheusText.Sample(text, name + "_bucket", PrometheusText.With(labels, "le", i < Bounds.Length ? PrometheusText.Number(Bounds[i]) : "+Inf"), below);
        }

        PrometheusText.Sample(text, name + "_sum", labels, sum);
        PrometheusText.Sample(text, name + "_count", labels, below);
    }

    /// <summary>The first bucket whose bound is not below the value, or the one without a bound.</summary>
    private static int BucketOf(double value)
    {
        var at = Array.BinarySearch(Bounds, value);
        return at >= 0 ? at : ~at;
    }
}
