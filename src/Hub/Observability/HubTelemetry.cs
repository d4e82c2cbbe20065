using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Composable.Hub.Observability;

/// <summary>What the hub counts and traces, under one name.</summary>
internal static class HubTelemetry
{
    public const string Name = "Composable.Hub";

    public static readonly ActivitySource Source = new(Name);
    public static readonly Meter Meter = new(Name);

    /// <summary>Tag: outcome.</summary>
    public static readonly Counter<long> Checkouts = Meter.CreateCounter<long>("hub.checkouts", null, "Checkouts that ended, by outcome.");

    /// <summary>Seconds. Tags: connection, operation, outcome.</summary>
    public static readonly Histogram<double> VendorCalls = Meter.CreateHistogram<double>("hub.vendor.call.duration", "s", "Calls to vendors.");

    /// <summary>Tags: process, step, outcome.</summary>
    public static readonly Counter<long> ProcessSteps = Meter.CreateCounter<long>("hub.process.steps", null, "Steps of durable processes.");

    /// <summary>Seconds the oldest event waited before it was handed on.</summary>
    public static readonly Gauge<double> OutboxLag = Meter.CreateGauge<double>("hub.outbox.lag", "s", "Age of the oldest event not handed on.");

    /// <summary>Tags: connection, outcome.</summary>
    public static readonly Counter<long> Webhooks = Meter.CreateCounter<long>("hub.webhooks", null, "Webhooks received.");
}
