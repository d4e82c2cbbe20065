using Composable.Hub.Tests.Connections.Routing;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Orders;

/// <summary>Notices that are authentic and tell what is not so: set aside, never applied.</summary>
public sealed class WrongNoticeTests
{
    [Theory, OnBothDatabases]
    public async Task Row_08_a_payment_of_somebody_else_is_not_given_back_for_an_attempt_that_was_given_up(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var victim = await client.FillAsync(await client.SellAsync());
        var order = (await victim.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await victim.OrderUntilAsync(order, "paid");
        (await client.RouteAsync("US", "payments", RoutedShop.Use("stripe", "adyen"))).ShouldAnswer(201);
        await simulator.FaultAsync("status", "authorize", value: 429, times: 1);
        var other = await client.FillAsync(await client.SellAsync());
        (await other.PayAsync()).ShouldAnswer(200);
        var givenUp = (await shop.AttemptsAsync(other)).Single(attempt => attempt.Connection == "stripe");
        var charge = (await simulator.ChargesOfAsync(victim.CheckoutId)).Single();

        (await simulator.NotifyAsync(Simulator.Notice("evt_foreign", "payment_intent.succeeded", charge.Id, givenUp.Id, other.Total))).ShouldAnswer(200);

        (await simulator.NoticeUntilSettledAsync("evt_foreign")).Status.ShouldBe("parked");
        (await simulator.ChargesOfAsync(victim.CheckoutId)).Single().Refunded.ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task Row_08_a_refund_fails_only_by_a_notice_about_its_payment_and_amount(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        var refund = (await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } })).ShouldAnswer(200).Text("payments/0/refunds/0/id")!;
        var intent = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Id;

        await simulator.NotifyAsync(Simulator.RefundNotice("evt_amount", "re_x", intent, refund, 100, "failed"));
        await simulator.NotifyAsync(Simulator.RefundNotice("evt_payment", "re_y", "pi_other", refund, 500, "failed"));

        (await simulator.NoticeUntilSettledAsync("evt_amount")).Status.ShouldBe("parked");
        (await simulator.NoticeUntilSettledAsync("evt_payment")).Status.ShouldBe("parked");
        (await client.OrderAsync(order)).Text("payments/0/refunds/0/status").ShouldBe("succeeded");
    }

    [Theory, OnBothDatabases]
    public async Task What_waits_for_a_notice_is_settled_only_by_one_about_its_payment(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        (await client.RouteAsync("US", "payments", RoutedShop.Use("adyen"))).ShouldAnswer(201);
        await simulator.EndAsync("capture", "hold");
        var basket = await client.FillAsync(await client.SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        var capture = "";
        (await ShopFloor.EventuallyAsync(async () => (capture = (await shop.Database.QueryAsync<string>($"SELECT id FROM transfers WHERE kind = 'capture'", default)).FirstOrDefault() ?? "").Length > 0)).ShouldBeTrue();

        (await simulator.NotifyAdyenAsync("CAPTURE", "PSP1", "OTHERPSP", capture, basket.Total, "USD")).ShouldAnswer(200);

        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status = 'parked'", default) == 1)).ShouldBeTrue();
        (await client.OrderAsync(order)).Text("status").ShouldBe("placed");
    }

    [Theory, OnBothDatabases]
    public async Task What_is_given_back_is_settled_only_by_a_notice_about_its_payment(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        (await client.RouteAsync("US", "payments", RoutedShop.Use("adyen"))).ShouldAnswer(201);
        await simulator.EndAsync("cancel", "hold");
        var basket = await client.FillAsync(await client.SellAsync());
        (await basket.PayAsync("pm_card_authenticationRequired")).ShouldAnswer(200).Text("status").ShouldBe("action_required");
        await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/cancel", token: basket.Token, idempotency: "c1");
        var given = "";
        (await ShopFloor.EventuallyAsync(async () => (given = (await shop.Database.QueryAsync<string>($"SELECT id FROM transfers WHERE kind = 'void'", default)).FirstOrDefault() ?? "").Length > 0)).ShouldBeTrue();

        (await simulator.NotifyAdyenAsync("CANCELLATION", "PSP2", "OTHERPSP", given, 1, "EUR")).ShouldAnswer(200);

        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status = 'parked'", default) == 1)).ShouldBeTrue();
        (await basket.CheckoutAsync()).Text("status").ShouldNotBe("canceled", "the money may still be held");
    }

    [Theory, OnBothDatabases]
    public async Task Disputes_are_about_something_and_together_about_no_more_than_was_paid(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        var intent = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Id;
        string Dispute(string id, long amount) =>
            $$$"""{"id":"evt_{{{id}}}","object":"event","type":"charge.dispute.created","data":{"object":{"id":"{{{id}}}","object":"dispute","payment_intent":"{{{intent}}}","amount":{{{amount}}},"currency":"usd","reason":"fraudulent","status":"needs_response"} } }""";

        foreach (var (id, amount, ends) in new[] { ("dp_0", 0L, "parked"), ("dp_less", -100L, "parked"), ("dp_part", basket.Total - 100, "applied"), ("dp_over", 101L, "parked"), ("dp_rest", 100L, "applied"), ("dp_more", 1L, "parked") })
        {
            await simulator.NotifyAsync(Dispute(id, amount));
            (await simulator.NoticeUntilSettledAsync("evt_" + id)).Status.ShouldBe(ends, id);
        }

        (await shop.BalanceAsync(order, "disputes")).ShouldBe(basket.Total);
    }
}
