using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Connections;

/// <summary>Notices from payment providers: late, twice, out of order, forged, or genuine and wrong.</summary>
public sealed class NoticeTests
{
    [Theory, OnBothDatabases]
    public async Task Notices_late_doubled_and_out_of_order_change_nothing_twice(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        await simulator.NoticesAsync(new { vendor = "stripe", delayMs = 700, copies = 3, shuffle = true });
        var basket = await client.FillAsync(await client.SellAsync(2500, stock: 10), quantity: 2);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        (await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } })).ShouldAnswer(200);
        var before = await client.OrderAsync(order);

        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status <> 'stored'", default) >= 3)).ShouldBeTrue("notices arrive");
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status = 'stored'", default) == 0)).ShouldBeTrue();

        (await client.OrderAsync(order)).Json!.ToJsonString().ShouldBe(before.Json!.ToJsonString());
        (await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status = 'parked'", default)).ShouldBe(0);
        (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Refunded.ShouldBe(500);
    }

    [Theory, OnBothDatabases]
    public async Task A_confirmation_whose_notice_was_lost_is_found_by_asking(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        await simulator.NoticesAsync(new { vendor = "stripe", drop = true });
        var basket = await client.FillAsync(await client.SellAsync());
        var asked = await basket.PayAsync("pm_card_authenticationRequired");

        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "succeed");

        (await ShopFloor.EventuallyAsync(async () => (await basket.CheckoutAsync()).Text("status") == "completed", seconds: 40)).ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task Row_07_a_notice_that_is_not_signed_as_it_must_be_is_refused(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var simulator = new Simulator(shop);
        var id = $"evt_{Guid.NewGuid():N}";
        var body = Simulator.Notice(id, "payment_intent.succeeded", "pi_1", "pay_1", 100);
        var now = DateTimeOffset.UtcNow;

        foreach (var signature in new[] { null, "t=1,v1=00", Simulator.Signature(body, now, "whsec_other"), Simulator.Signature(body, now.AddMinutes(-6)), Simulator.Signature(body, now.AddMinutes(6)), Simulator.Signature(body + " ", now) })
            (await simulator.NotifyAsync(body, signature)).ShouldAnswer(401, "invalid_signature");

        (await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE event_id = {id}", default)).ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task A_notice_that_was_set_aside_is_shown_to_staff_and_applied_again_on_their_word(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        await simulator.NotifyAsync(Simulator.Notice("evt_lost", "payment_intent.succeeded", "pi_1", "pay_nobody", 100));
        (await simulator.NoticeUntilSettledAsync("evt_lost")).Status.ShouldBe("parked");

        var parked = (await client.StaffAsync(HttpMethod.Get, "/admin/notices?status=parked")).ShouldAnswer(200).List("items").ShouldHaveSingleItem()!;
        (parked["connection"]!.GetValue<string>(), parked["eventId"]!.GetValue<string>()).ShouldBe(("stripe", "evt_lost"));
        parked["note"]!.GetValue<string>().ShouldNotBeEmpty();

        // Meanwhile the books know the attempt.
        await shop.Database.CommitAsync(new Composable.Hub.Storage.Commit().Add($"""
            INSERT INTO payments (id, checkout_id, connection, vendor_id, status, amount, currency, authorized, started_at) VALUES ('pay_nobody', 'chk_1', 'stripe', 'pi_1', 'authorized', 100, 'USD', 100, 1)
            """), default);
        (await client.StaffAsync(HttpMethod.Post, "/admin/notices/stripe/evt_lost/replay")).ShouldAnswer(204);

        (await simulator.NoticeUntilSettledAsync("evt_lost")).Status.ShouldBe("applied");
        (await client.StaffAsync(HttpMethod.Post, "/admin/notices/stripe/evt_none/replay")).ShouldAnswer(404);
        (await client.StaffAsync(HttpMethod.Get, "/admin/notices?status=lost")).ShouldAnswer(400, "invalid_request");
    }

    [Theory, OnBothDatabases]
    public async Task Row_08_a_genuine_notice_about_another_amount_or_nobodys_payment_is_set_aside(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var sku = await client.SellAsync(stock: 5);
        var basket = await client.FillAsync(sku);
        (await basket.PayAsync("pm_card_authenticationRequired")).Text("status").ShouldBe("action_required");
        var charge = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single();
        var (intent, attempt, total) = (charge.Id, charge.Reference, basket.Total);

        (await ParkedAsync(intent, attempt, 1)).ShouldContain("attempt about");
        (await ParkedAsync(intent, attempt, total, "eur")).ShouldContain("attempt about");
        (await ParkedAsync("pi_of_somebody_else", attempt, total)).ShouldContain("another payment");
        (await ParkedAsync(intent, "pay_unknown", total)).ShouldContain("No attempt");
        (await ParkedAsync("pi_unknown", null, total)).ShouldContain("No payment");

        (await basket.CheckoutAsync()).Text("status").ShouldBe("action_required");
        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(0);

        async Task<string> ParkedAsync(string vendorId, string? reference, long amount, string currency = "usd")
        {
            var id = $"evt_{Guid.NewGuid():N}";
            (await simulator.NotifyAsync(Simulator.Notice(id, "payment_intent.succeeded", vendorId, reference, amount, currency))).ShouldAnswer(200);
            var (status, note) = await simulator.NoticeUntilSettledAsync(id);
            status.ShouldBe("parked");
            return note!;
        }
    }

    [Theory, OnBothDatabases]
    public async Task Row_08_a_notice_that_claims_success_is_checked_with_the_provider(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        (await basket.PayAsync("pm_card_authenticationRequired")).Text("status").ShouldBe("action_required");
        var charge = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single();
        var id = $"evt_{Guid.NewGuid():N}";

        (await simulator.NotifyAsync(Simulator.Notice(id, "payment_intent.succeeded", charge.Id, charge.Reference, basket.Total))).ShouldAnswer(200);
        (await simulator.NoticeUntilSettledAsync(id)).Status.ShouldBe("applied");

        (await ShopFloor.EventuallyAsync(async () => await shop.OrdersOfAsync(basket.CheckoutId) > 0, seconds: 2)).ShouldBeFalse("the shopper has not confirmed");
    }

    [Theory, OnBothDatabases]
    public async Task Sixty_notices_at_once_are_all_acknowledged(string database)
    {
        var simulator = new Simulator(await TestShop.OnAsync(database));

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => simulator.NotifyAsync(Simulator.Notice($"evt_{Guid.NewGuid():N}", "customer.created", "cus_1", null, 0))));

        answers.ShouldAllBe(answer => answer.Status == 200);
    }

    [Theory, OnBothDatabases]
    public async Task A_dispute_shows_in_the_timeline_and_in_the_books(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");

        await simulator.DisputeAsync((await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Id);
        await TimelineUntilAsync("order.disputed");
        (await shop.BalanceAsync(order, "disputes")).ShouldBe(basket.Total);
        (await shop.BalanceAsync(order, "clearing:stripe")).ShouldBe(0);

        var dispute = (await shop.Database.QueryAsync<string>($"SELECT id FROM disputes WHERE order_id = {order}", default)).Single();
        await simulator.CloseDisputeAsync(dispute, won: true);
        await TimelineUntilAsync("order.dispute_closed");
        (await shop.BalanceAsync(order, "disputes")).ShouldBe(0);
        (await shop.BalanceAsync(order, "clearing:stripe")).ShouldBe(basket.Total);

        async Task TimelineUntilAsync(string type) =>
            (await ShopFloor.EventuallyAsync(async () => (await client.OrderAsync(order)).List("timeline").Any(entry => entry!["type"]!.GetValue<string>() == type))).ShouldBeTrue(type);
    }

    [Theory, OnBothDatabases]
    public async Task Money_that_turns_up_for_an_attempt_given_up_goes_back(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        (await basket.PayAsync()).ShouldAnswer(200);
        var charge = await simulator.ChargeUntilAsync(basket.CheckoutId, "captured");
        // As if the provider had said no at first: the attempt is closed here, the money is held there.
        await shop.Database.CommitAsync(new Composable.Hub.Storage.Commit().Add($"UPDATE payments SET status = 'failed' WHERE id = {charge.Reference}"), default);
        var id = $"evt_{Guid.NewGuid():N}";

        (await simulator.NotifyAsync(Simulator.Notice(id, "payment_intent.succeeded", charge.Id, charge.Reference, basket.Total))).ShouldAnswer(200);

        (await simulator.ChargeUntilAsync(basket.CheckoutId, "refunded")).Refunded.ShouldBe(basket.Total);
    }

    [Theory, OnBothDatabases]
    public async Task A_dispute_whose_notices_overtake_the_capture_and_each_other_ends_as_it_should(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        await simulator.FaultAsync("slow", "capture", 1500, times: 1);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        var intent = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Id;

        (await simulator.NotifyAsync(Dispute("closed", "won"))).ShouldAnswer(200);
        await Task.Delay(200);
        (await simulator.NotifyAsync(Dispute("created", "needs_response"))).ShouldAnswer(200);

        await basket.OrderUntilAsync(order, "paid");
        (await ShopFloor.EventuallyAsync(async () => (await client.OrderAsync(order)).List("timeline").Any(entry => entry!["type"]!.GetValue<string>() == "order.dispute_closed"))).ShouldBeTrue();
        (await shop.Database.QueryAsync<string>($"SELECT status FROM disputes WHERE order_id = {order}", default)).ShouldBe(["won"]);
        (await shop.BalanceAsync(order, "disputes")).ShouldBe(0);

        string Dispute(string what, string status) => $$$"""
            {"id":"evt_{{{what}}}_{{{intent}}}","object":"event","type":"charge.dispute.{{{what}}}","data":{"object":{"id":"dp_{{{intent}}}","object":"dispute",
             "payment_intent":"{{{intent}}}","charge":"ch_1","amount":{{{basket.Total}}},"currency":"usd","reason":"fraudulent","status":"{{{status}}}"} } }
            """;
    }
}
