using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Operations;

[Collection(CapturedLog.OneAtATime)]
public sealed class LogTests
{
    [Fact]
    public async Task A_purchase_leaves_no_secret_and_no_person_in_the_log()
    {
        const string email = "private.person@example.com";
        using var log = new CapturedLog();
        await using var shop = await TestShop.StartAsync("sqlite", ("Logging:Level", "Debug"));
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync(), email: email);
        var declined = await basket.PayAsync("pm_card_visa_chargeDeclined");
        var ready = await basket.CheckoutAsync();
        var paid = await basket.PayAsync(quote: ready["quote"]["token"]!.GetValue<string>());
        paid.Status.ShouldBe(200, paid.Json?.ToString());
        await basket.OrderUntilAsync(paid["orderId"].GetValue<string>(), "paid");
        await client.SendAsync(HttpMethod.Get, "/v1/products?limit=1&secret=sk_in_the_query", key: "sk_unknown_key");

        var text = log.Text;

        declined.Status.ShouldBe(402);
        text.ShouldContain("v1/checkouts/{id}/complete");
        foreach (var secret in new[] { email, basket.Token, basket.CheckoutId, basket.CartId, ready["quote"]["token"]!.GetValue<string>(), "sk_", "pk_", "whsec_", "pm_card", "Main St", "Ada Byron", "secret=" })
            text.ShouldNotContain(secret, Case.Insensitive);
    }

    [Fact]
    public async Task A_request_is_one_line_of_JSON_with_route_status_and_trace()
    {
        using var log = new CapturedLog();
        await using var shop = await TestShop.StartAsync("sqlite", ("Logging:Level", "Information"));
        var client = shop.Client();

        var answer = await client.GetAsync("/v1/carts/cart_nobody_has", "a-token");

        var line = await log.LineAsync(entry => entry["TraceId"]?.GetValue<string>() == answer.Header("Trace-Id"));
        line["SpanId"]!.GetValue<string>().Length.ShouldBe(16);
        var said = line["Properties"]!;
        said["Method"]!.GetValue<string>().ShouldBe("GET");
        said["Route"]!.GetValue<string>().ShouldBe("/v1/carts/{id}");
        said["Status"]!.GetValue<int>().ShouldBe(404);
        said["Milliseconds"]!.GetValue<double>().ShouldBeGreaterThan(0);
        said.AsObject().ContainsKey("RequestPath").ShouldBeFalse();
    }

    [Fact]
    public async Task A_level_that_does_not_exist_is_refused_by_name() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => TestShop.StartAsync("sqlite", ("Logging:Level", "Loud")))).Message.ShouldContain("Logging:Level");
}
