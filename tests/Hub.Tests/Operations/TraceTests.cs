using System.Collections.Concurrent;
using System.Diagnostics;
using Composable.Hub.Observability;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Operations;

public sealed class TraceTests
{
    [Theory, OnBothDatabases]
    public async Task A_trace_runs_through_answer_vendor_call_and_webhook(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var seen = new SeenSpans(trace);

        var paid = await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete",
            new { quoteToken = basket.Quote, payment = new { method = new { type = "card", token = "pm_card_visa" } } }, token: basket.Token, idempotency: Guid.NewGuid().ToString("N"),
            headers: ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01"));

        paid.Status.ShouldBe(200, paid.Json?.ToString());
        paid.Header("Trace-Id").ShouldBe(trace);
        await basket.OrderUntilAsync(paid["orderId"].GetValue<string>(), "paid");
        seen.Names.ShouldContain("process checkout: authorize the payment");
        seen.Names.ShouldContain("process checkout: capture the money");
        seen.Addresses.ShouldContain(address => address.Contains("/stripe/v1/payment_intents", StringComparison.Ordinal));
        (await EventuallyAsync(() => shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE trace LIKE {$"00-{trace}-%"}", CancellationToken.None))).ShouldBeGreaterThan(0);
        (await shop.Database.CountAsync($"SELECT count(*) FROM events WHERE type = 'checkout.completed' AND trace LIKE {$"00-{trace}-%"}", CancellationToken.None)).ShouldBe(1);
        await EventuallyAsync(() => Task.FromResult(seen.Names.Contains("take in webhook") ? 1L : 0));
    }

    [Fact]
    public async Task A_request_without_a_trace_is_given_one()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();

        var one = (await client.GetAsync("/v1/products?limit=1")).Header("Trace-Id");
        var other = (await client.GetAsync("/v1/products?limit=1")).Header("Trace-Id");

        one!.Length.ShouldBe(32);
        other.ShouldNotBe(one);
    }

    [Fact]
    public async Task Spans_are_sent_to_the_collector_and_show_no_address()
    {
        using var collector = new Collector();
        await using (var shop = await TestShop.StartAsync("sqlite", ("Observability:OtlpEndpoint", collector.Url)))
        {
            await AskAsync(shop.Url, "/v1/carts/cart_secret_id");
        }

        var (path, body) = await collector.FirstAsync("GET /v1/carts/{id}");

        path.ShouldBe("/v1/traces");
        body.ShouldContain("GET /v1/carts/{id}");
        body.ShouldContain("composable-hub");
        body.ShouldNotContain("cart_secret_id");
    }

    /// <summary>Over a bare socket: an HTTP client in this process would make a span of its own, with the address in it.</summary>
    private static async Task AskAsync(Uri hub, string path)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(hub.Host, hub.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {hub.Authority}\r\nHub-Key: pk_demo\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 404");
    }

    private static async Task<long> EventuallyAsync(Func<Task<long>> count)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if (await count() is > 0 and var found) return found;
            await Task.Delay(100);
        }

        throw new TimeoutException("It did not happen within ten seconds.");
    }

    /// <summary>The spans of one trace, of the hub and of its calls.</summary>
    private sealed class SeenSpans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> ended = new();
        private readonly ActivityListener listener;

        public SeenSpans(string trace)
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is HubTelemetry.Name or "System.Net.Http",
                Sample = (ref _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (activity.TraceId.ToHexString() == trace) ended.Enqueue(activity);
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public IEnumerable<string> Names => ended.Select(activity => activity.OperationName);

        public IEnumerable<string> Addresses => ended.Select(activity => activity.GetTagItem("url.full") as string).OfType<string>();

        public void Dispose() => listener.Dispose();
    }
}
