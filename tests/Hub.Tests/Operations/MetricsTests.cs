using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using Composable.Hub.Observability;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Operations;

public sealed partial class MetricsTests
{
    [Theory, OnBothDatabases]
    public async Task A_purchase_shows_in_the_metrics(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var before = await PageAsync(client);
        var paid = await basket.PayAsync();
        await basket.OrderUntilAsync(paid["orderId"].GetValue<string>(), "paid");
        await client.SendAsync(HttpMethod.Post, "/webhooks/stripe", new { forged = true });

        var after = await UntilAsync(client, page => Sum(page, "hub_checkouts_total", "outcome=\"completed\"") > Sum(before, "hub_checkouts_total", "outcome=\"completed\""));

        Sum(after, "hub_database_round_trips_total").ShouldBeGreaterThan(Sum(before, "hub_database_round_trips_total"));
        Sum(after, "hub_process_steps_total", "process=\"checkout\",step=\"authorize the payment\",outcome=\"done\"").ShouldBeGreaterThan(0);
        Sum(after, "hub_vendor_call_duration_seconds_count", "connection=\"stripe\"").ShouldBeGreaterThan(0);
        Sum(after, "hub_webhooks_total", "connection=\"stripe\",result=\"invalid_signature\"").ShouldBeGreaterThan(0);
        Sum(after, "http_server_request_duration_seconds_count", "http_route=\"/v1/checkouts/{id}/complete\"").ShouldBeGreaterThan(0);
        after.ShouldContain("# TYPE hub_processes_stuck gauge\n");
        after.ShouldContain("# TYPE hub_outbox_lag_seconds gauge\n");
        after.ShouldContain("dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"}");
        after.ShouldContain("dotnet_gc_last_collection_memory_committed_size_bytes");
        after.ShouldContain("dotnet_thread_pool_thread_count");
        if (database == "postgres") after.ShouldContain("db_client_");
    }

    [Fact]
    public async Task Every_line_of_the_page_is_well_formed_and_every_name_is_described_once()
    {
        var page = await PageAsync((await TestShop.OnAsync("sqlite")).Client());
        var lines = page.TrimEnd('\n').Split('\n');

        foreach (var line in lines) Line().IsMatch(line).ShouldBeTrue(line);
        var described = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ToList();
        described.ShouldBeUnique();
        described.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void A_histogram_counts_up_to_infinity_and_labels_are_escaped()
    {
        using var page = new MetricsPage();
        var tag = new KeyValuePair<string, object?>("connection", "a\"b\\c\nd");
        HubTelemetry.VendorCalls.Record(0.001, tag);
        HubTelemetry.VendorCalls.Record(0.3, tag);
        HubTelemetry.VendorCalls.Record(60, tag);

        var text = page.Render();

        const string labels = """connection="a\"b\\c\nd" """;
        foreach (var (le, count) in new[] { ("0.001", 1), ("0.25", 1), ("0.5", 2), ("10", 2), ("+Inf", 3) })
            text.ShouldContain($"hub_vendor_call_duration_seconds_bucket{{{labels.TrimEnd()},le=\"{le}\"}} {count}\n");
        text.ShouldContain($"hub_vendor_call_duration_seconds_count{{{labels.TrimEnd()}}} 3\n");
        text.ShouldContain($"hub_vendor_call_duration_seconds_sum{{{labels.TrimEnd()}}} 60.301\n");
    }

    [Fact]
    public void Label_sets_have_an_end_and_what_does_not_fit_is_counted()
    {
        using var meter = new Meter(HubTelemetry.Name);
        var counter = meter.CreateCounter<long>("test.overflow");
        using var page = new MetricsPage();
        for (var i = 0; i < 1_500; i++) counter.Add(1, new KeyValuePair<string, object?>("which", i));

        var text = page.Render();

        text.Split('\n').Count(line => line.StartsWith("test_overflow_total{", StringComparison.Ordinal)).ShouldBeInRange(900, 1_000);
        Sum(text, "hub_metrics_dropped_total").ShouldBeGreaterThanOrEqualTo(500);
    }

    [Fact]
    public void A_known_label_set_is_counted_without_allocating()
    {
        using var meter = new Meter(HubTelemetry.Name);
        var counter = meter.CreateCounter<long>("test.allocation");
        using var page = new MetricsPage();
        KeyValuePair<string, object?>[] tags = [new("outcome", "done"), new("process", "checkout")];
        for (var i = 0; i < 100; i++) counter.Add(1, tags.AsSpan());
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1_000; i++) counter.Add(1, tags.AsSpan());

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
        page.Render().ShouldContain("test_allocation_total{outcome=\"done\",process=\"checkout\"} 1100\n");
    }

    private static async Task<string> PageAsync(ShopClient client)
    {
        using var answer = await client.Shop.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> UntilAsync(ShopClient client, Func<string, bool> holds)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var page = await PageAsync(client);
            if (holds(page)) return page;
            await Task.Delay(100);
        }

        throw new TimeoutException(await PageAsync(client));
    }

    private static double Sum(string page, string name, string labels = "") => page.Split('\n')
        .Where(line => (line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal)) && line.Contains(labels, StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    [GeneratedRegex("""^(# (HELP|TYPE) [a-zA-Z_][a-zA-Z0-9_]* ?.*|[a-zA-Z_][a-zA-Z0-9_]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*",?)+\})? (-?[0-9.]+(E[+-]?[0-9]+)?|[+-]Inf|NaN))$""")]
    private static partial Regex Line();
}
