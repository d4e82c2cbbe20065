using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.Bench;

/// <summary>Writes results as Markdown for people and as JSON for programs.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Markdown(RunResult run, double? pgbenchTps)
    {
        var text = new StringBuilder();
        Line(text, $"### {run.Scenario}: {run.Offered:0.##}/s offered, {run.PerSecond:0.##}/s finished well in {run.Seconds:0.#} s");
        Line(text, $"Failed, dropped or unfinished: {run.ErrorShare:P2} (dropped {run.Dropped}, unfinished {run.Unfinished}). Generator started work late by {run.GeneratorLagP99:0.0} ms (p99).");
        Steps(text, run.Steps);
        if (run.Cost is { } cost)
        {
            var unit = run.Scenario == "checkout" ? "order" : "flow";
            Line(text, $"\n| per {unit} | |\n|---|---:|");
            Row(text, "hub CPU, ms", cost.HubCpu);
            Row(text, "database CPU, ms", cost.DatabaseCpu);
            Row(text, "sandbox CPU, ms", cost.SandboxCpu);
            Row(text, "generator CPU, ms", cost.GeneratorCpu);
            Row(text, "SQL statements", cost.Statements);
            Row(text, "database round trips", cost.RoundTrips);
            Row(text, "WAL bytes", cost.WalBytes);
        }

        if (run.Scenario == "checkout" && pgbenchTps is { } tps)
        {
            Line(text, $"\n{run.PerSecond:0.#} orders/s are {run.PerSecond / tps:P1} of pgbench's {tps:0} transactions/s.");
        }

        return text.ToString();
    }

    public static string Markdown(TopResult top, double? pgbenchTps)
    {
        var text = new StringBuilder();
        var best = top.Tried.Last(run => run.Rate == top.Rate);
        Line(text, $"## {best.Scenario}: top rate {top.Rate:0.##}/s");
        text.Append(Markdown(best, pgbenchTps));
        Line(text, $"\n## {best.Scenario}: at half of the top rate");
        text.Append(Markdown(top.AtHalf, pgbenchTps));
        if (best.Scenario == "checkout")
        {
            Line(text, $"\np99 of complete at half of the top rate: {top.AtHalf.Step(Shopper.Complete).P99:0.0} ms");
        }

        return text.ToString();
    }

    public static string Markdown(VendorCallsResult calls)
    {
        var text = new StringBuilder();
        Line(text, $"### vendor-calls: {calls.Calls} authorizations, {calls.Callers} at once, no network; {calls.Logged} in the call log");
        Line(text, $"\n| microseconds a call | p50 | p99 | CPU | bytes allocated |\n|---|---:|---:|---:|---:|");
        foreach (var (name, cost) in new[] { ("connector alone", calls.Bare), ("through the hub", calls.ThroughHub) })
            Line(text, $"| {name} | {cost.P50:0.0} | {cost.P99:0.0} | {cost.Cpu:0.0} | {cost.BytesAllocated} |");
        Line(text, $"\nThe hub adds {calls.CpuOverhead:0.0} µs CPU, {calls.ThroughHub.P50 - calls.Bare.P50:0.0} µs at p50 and {calls.ThroughHub.P99 - calls.Bare.P99:0.0} µs at p99.");
        return text.ToString();
    }

    public static string Markdown(IReadOnlyList<TimingResult> timings)
    {
        var text = new StringBuilder();
        Line(text, $"### timing: does an answer's time tell that an address is known?");
        Line(text, $"\n| | pairs | median known, µs | median unknown, µs | gap | p | same answer |\n|---|---:|---:|---:|---:|---:|---|");
        foreach (var timing in timings) Line(text, $"| {timing.What} | {timing.Pairs} | {timing.Known:0} | {timing.Unknown:0} | {timing.Gap:P2} | {timing.P:0.0000} | {(timing.SameAnswer ? "yes" : "NO")} |");
        return text.ToString();
    }

    public static string Markdown(FlashSaleResult sale)
    {
        var text = new StringBuilder();
        Line(text, $"### flash-sale: {sale.Shoppers} shoppers, {sale.Stock} pieces of one variant, {sale.Seconds:0.0} s");
        Line(text, $"Orders {sale.Orders} ({sale.Orders / sale.Seconds:0.#}/s), **oversold {sale.Oversold}**, left on the shelf {sale.StockLeft?.ToString(CultureInfo.InvariantCulture) ?? "n/a"}.");
        Steps(text, sale.Steps);
        return text.ToString();
    }

    public static async Task WriteJsonAsync(string path, object result, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, result, Json, cancellationToken).ConfigureAwait(false);
    }

    private static void Steps(StringBuilder text, IReadOnlyList<StepResult> steps)
    {
        Line(text, $"\n| step | ok | p50 ms | p95 ms | p99 ms | max ms | failed |\n|---|---:|---:|---:|---:|---:|---|");
        foreach (var step in steps)
        {
            var errors = step.Failed == 0 ? "0" : string.Join(", ", step.Errors.Select(error => $"{error.Value} × {error.Key}"));
            Line(text, $"| {step.Step} | {step.Succeeded} | {step.P50:0.0} | {step.P95:0.0} | {step.P99:0.0} | {step.Max:0.0} | {errors} |");
        }
    }

    private static void Row(StringBuilder text, string name, double? value) =>
        Line(text, $"| {name} | {value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "n/a"} |");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
