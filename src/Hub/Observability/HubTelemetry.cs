using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Composable.Hub.Observability;

/// <summary>What the hub counts and traces, under one name.</summary>
internal static class HubTelemetry
{
    public const string Name = "Composable.Hub";

    public static readonly ActivitySource Source = new(Name);
    public static readonly Meter Meter = new(Name);

    /// <summary>Tag: outcome, which is <c>completed</c>, <c>canceled</c>, <c>expired</c> or the code of a refusal.</summary>
    public static readonly Counter<long> Checkouts = Meter.CreateCounter<long>("hub.checkouts", null, "Checkouts that ended and tries to complete one that were refused, by outcome.");

    /// <summary>Seconds. Tags: connection, outcome (the status of the answer, or <c>failed</c>).</summary>
    public static readonly Histogram<double> VendorCalls = Meter.CreateHistogram<double>("hub.vendor.call.duration", "s", "Calls to vendors, retries included.");

    public static readonly Counter<long> CallsNotLogged = Meter.CreateCounter<long>("hub.vendor.calls.not_logged", null, "Calls to vendors that are missing in the call log, because it could not be written.");

    public static readonly Counter<long> CanariesRolledBack = Meter.CreateCounter<long>("hub.routes.rolled_back", null, "Canaries that did worse than the others and were rolled back.");

    /// <summary>Tags: process, step, outcome.</summary>
    public static readonly Counter<long> ProcessSteps = Meter.CreateCounter<long>("hub.process.steps", null, "What became of the steps of durable processes.");

    public static readonly Gauge<long> StuckProcesses = Meter.CreateGauge<long>("hub.processes.stuck", null, "Processes that wait for staff.");

    public static readonly Gauge<double> OutboxLag = Meter.CreateGauge<double>("hub.outbox.lag", "s", "Age of the oldest event not handed on.");

    /// <summary>Tags: connection, result.</summary>
    public static readonly Counter<long> Webhooks = Meter.CreateCounter<long>("hub.webhooks", null, "Webhooks received.");

    public static readonly Counter<long> RoundTrips = Meter.CreateCounter<long>("hub.database.round_trips", null, "Requests sent to the database.");

    /// <summary>A span for a step of a process, under the current one or, in the background, under the request that began the process.</summary>
    public static Activity? StartStep(string process, string step, ActivityContext origin) =>
        Source.StartActivity($"process {process}: {step}", ActivityKind.Internal, Activity.Current is null ? origin : default);

    /// <summary>A span that goes on with what was stored as <paramref name="trace"/>.</summary>
    public static Activity? Continue(string name, string? trace) =>
        Source.StartActivity(name, ActivityKind.Consumer, ActivityContext.TryParse(trace, null, out var origin) ? origin : default);

    /// <summary>A span for work on many stored things at once, linked to where each came from.</summary>
    public static Activity? StartBatch(string name, IEnumerable<string?> traces)
    {
        var span = Source.StartActivity(name, ActivityKind.Consumer);
        if (span is not { IsAllDataRequested: true }) return span;
        foreach (var trace in traces.Distinct())
        {
            if (ActivityContext.TryParse(trace, null, out var origin)) span.AddLink(new(origin));
        }

        return span;
    }
}
