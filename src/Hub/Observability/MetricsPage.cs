using System.Diagnostics.Metrics;
using System.Text;

namespace Composable.Hub.Observability;

/// <summary>Listens to what the hub, the web server, the database driver and the runtime measure, and writes it as Prometheus text.</summary>
internal sealed class MetricsPage : IDisposable
{
    /// <summary>Of one family, so that a noisy one does not silence the others.</summary>
    private const int MaxSeries = 1_000;
    private static readonly string[] Meters = [HubTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Npgsql", "System.Runtime"];

    private readonly MeterListener listener = new();
    private readonly Lock gate = new();
    private readonly List<MetricFamily> families = [];

    public MetricsPage()
    {
        listener.InstrumentPublished = Listen;
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Measure(value, tags));
        listener.Start();
    }

    /// <summary>Everything measured since the start; observed values are asked for now.</summary>
    public string Render()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder(16 * 1024);
        foreach (var family in Known().OrderBy(family => family.Name, StringComparer.Ordinal)) family.WriteTo(text);
        text.Append("# HELP hub_metrics_dropped_total Measurements left out because there were too many label sets.\n# TYPE hub_metrics_dropped_total counter\nhub_metrics_dropped_total ")
            .Append(Known().Sum(family => family.Dropped)).Append('\n');
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Listen(Instrument instrument, MeterListener to)
    {
        if (Array.IndexOf(Meters, instrument.Meter.Name) < 0) return;
        to.EnableMeasurementEvents(instrument, FamilyOf(instrument));
    }

    /// <summary>Instruments of one name, which the driver makes once per data source, are one family.</summary>
    private MetricFamily FamilyOf(Instrument instrument)
    {
        var family = new MetricFamily(instrument, MaxSeries);
        lock (gate)
        {
            if (families.Find(known => known.Name == family.Name) is { } same) return same;
            families.Add(family);
            return family;
        }
    }

    private MetricFamily[] Known()
    {
        lock (gate) return [.. families];
    }
}
