using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Composable.Connectors;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Composable.Bench;

/// <summary>Times in microseconds.</summary>
internal sealed record VendorCallsResult(long Calls, int Callers, VendorCallCost Bare, VendorCallCost ThroughHub, double CpuOverhead, long Logged);

internal sealed record VendorCallCost(double P50, double P99, double Cpu, long BytesAllocated);

/// <summary>
/// What the hub adds to a call of a vendor: the same payment is authorized by the Stripe connector over a wire that answers at once, with nothing in
/// between and through the hub's outbound path (egress slots, retry, breaker, time limits, trace, metrics, call log with its database).
/// </summary>
internal static class VendorCalls
{
    private const string Answer = """{"id":"pi_1","object":"payment_intent","amount":2500,"amount_capturable":2500,"amount_received":0,"currency":"usd","status":"requires_capture","metadata":{"reference":"pay_1"}}""";

    public static async Task<VendorCallsResult> RunAsync(int calls, int callers, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("composable-bench-").FullName;
        try
        {
            await using var database = StorageSetup.Open($"Data Source={Path.Combine(folder, "hub.db")}");
            await database.MigrateAsync(cancellationToken);
            using var log = new CallLog(database, TimeProvider.System, NullLogger<CallLog>.Instance);
            await log.StartAsync(cancellationToken);
            using var outbound = new Outbound(new AtOnce(), log, TimeProvider.System);
            using var bareHttp = new HttpClient(new AtOnce());
            var (bare, hub) = (Connect(bareHttp), Connect(outbound.For("stripe", new ConnectionTerms()).Http));
            // In turns, and the first of each uncounted, so that neither profits from what the other warmed up.
            await MeasureAsync(bare, calls / 4, callers, cancellationToken);
            await MeasureAsync(hub, calls / 4, callers, cancellationToken);
            var without = await MeasureAsync(bare, calls, callers, cancellationToken);
            var with = await MeasureAsync(hub, calls, callers, cancellationToken);
            await log.StopAsync(cancellationToken);
            var logged = (await database.QueryAsync<long>($"SELECT COUNT(*) FROM vendor_calls", cancellationToken))[0];
            return new(calls, callers, without, with, with.Cpu - without.Cpu, logged - calls / 4);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IPayments Connect(HttpClient http)
    {
        using var services = new ServiceCollection().AddVendorConnectors().BuildServiceProvider();
        var stripe = services.GetServices<Connector>().Single(connector => connector.Id == "stripe");
        return (IPayments)stripe.Connect(JsonSerializer.SerializeToElement(new { apiKey = "sk_test_bench", baseUrl = "http://vendor.invalid" }), http);
    }

    private static async Task<VendorCallCost> MeasureAsync(IPayments provider, int calls, int callers, CancellationToken cancellationToken)
    {
        var histograms = new Histogram[callers];
        var left = calls;
        GC.Collect();
        var (cpu, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(histograms[caller] = new()), cancellationToken)));
        (cpu, bytes) = (Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - bytes);
        var all = new Histogram();
        foreach (var histogram in histograms) all.Add(histogram);
        return new(all.Percentile(50) / 10d, all.Percentile(99) / 10d, cpu.TotalMicroseconds / calls, bytes / calls);

        async Task CallAsync(Histogram histogram)
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var started = Stopwatch.GetTimestamp();
                var outcome = await provider.AuthorizeAsync(new("pay_1", "hub:pay_1", new Money(2500, "USD"), "card", "pm_card_visa", null, null), cancellationToken);
                if (outcome is not PaymentOutcome.Authorized) throw new InvalidOperationException($"The payment was not authorized: {outcome}");
                histogram.Record(Stopwatch.GetElapsedTime(started).Ticks);
                // A shop does not call in a loop, and the call log shall keep up so that its cost is counted.
                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
            }
        }
    }

    /// <summary>A vendor without a network.</summary>
    private sealed class AtOnce : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is not null) await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            return new(HttpStatusCode.OK) { Content = new StringContent(Answer, System.Text.Encoding.UTF8, "application/json"), RequestMessage = request };
        }
    }
}
