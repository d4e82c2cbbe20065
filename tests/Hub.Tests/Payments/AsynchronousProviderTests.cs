using Composable.Hub.Tests.Connections.Routing;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Payments;

/// <summary>A provider that only accepts captures, refunds and voids, tells later how they ended, and cannot be asked.</summary>
public sealed class AsynchronousProviderTests
{
    [Theory, OnBothDatabases]
    public async Task An_order_is_paid_when_the_capture_has_ended_and_not_before(string database)
    {
        await using var shop = await StartAsync(database);
        var simulator = new Simulator(shop);
        await simulator.EndAsync("capture", "hold");
        var basket = await FillAsync(shop);

        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;

        var capture = await TransferUntilAsync(shop, "capture", "pending");
        (await basket.Client.OrderAsync(order)).Text("status").ShouldBe("placed");
        (await shop.BalanceAsync(order, "clearing:adyen")).ShouldBe(0, "nothing is booked that has not moved");
        await simulator.SettleAsync(capture, succeeds: true);
        (await basket.OrderUntilAsync(order, "paid")).Text("payments/0/status").ShouldBe("captured");
        (await shop.BalanceAsync(order, "clearing:adyen")).ShouldBe(basket.Total);
        (await simulator.ChargesOfAsync(basket.CheckoutId, "adyen")).ShouldHaveSingleItem().Captured.ShouldBe(basket.Total);
    }

    [Theory, OnBothDatabases]
    public async Task A_capture_that_fails_waits_for_staff_and_nothing_is_booked(string database)
    {
        await using var shop = await StartAsync(database);
        await new Simulator(shop).EndAsync("capture", "fail");
        var basket = await FillAsync(shop);

        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;

        (await ShopFloor.EventuallyAsync(async () => (await basket.Client.StaffAsync(HttpMethod.Get, "/admin/processes?status=stuck")).List("items").Count == 1)).ShouldBeTrue("staff see it");
        (await basket.Client.OrderAsync(order)).Text("status").ShouldBe("placed");
        (await shop.BalanceAsync(order, "clearing:adyen")).ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task A_refund_is_booked_when_it_has_ended_and_a_repeat_of_the_request_hears_of_it(string database)
    {
        await using var shop = await StartAsync(database);
        var simulator = new Simulator(shop);
        var (basket, order) = await PaidAsync(shop);
        await simulator.EndAsync("refund", "hold");
        object half = new { amount = new { amount = 500, currency = "USD" } };

        (await basket.Client.StaffOrderAsync(order, "refund", half, "r1")).ShouldAnswer(202).Amount("payments/0/refunded").ShouldBe(0);
        await simulator.SettleAsync(await TransferUntilAsync(shop, "refund", "pending"), succeeds: true);

        (await ShopFloor.EventuallyAsync(async () => (await basket.Client.OrderAsync(order)).Amount("payments/0/refunded") == 500)).ShouldBeTrue();
        (await basket.Client.StaffOrderAsync(order, "refund", half, "r1")).ShouldAnswer(200).Amount("payments/0/refunded").ShouldBe(500);
        (await simulator.ChargesOfAsync(basket.CheckoutId, "adyen")).Single().Refunded.ShouldBe(500);
    }

    [Theory, OnBothDatabases]
    public async Task A_refund_that_fails_leaves_the_money_free_for_another(string database)
    {
        await using var shop = await StartAsync(database);
        var simulator = new Simulator(shop);
        var (basket, order) = await PaidAsync(shop);
        await simulator.EndAsync("refund", "fail");

        (await basket.Client.StaffOrderAsync(order, "refund", key: "r1")).Status.ShouldBeOneOf(202, 409);

        (await ShopFloor.EventuallyAsync(async () => (await basket.Client.StaffOrderAsync(order, "refund", key: "r1")).Code == "refund_refused")).ShouldBeTrue();
        await simulator.EndAsync("refund", "succeed");
        await basket.Client.StaffOrderAsync(order, "refund", key: "r2");
        (await ShopFloor.EventuallyAsync(async () => (await basket.Client.OrderAsync(order)).Text("payments/0/status") == "refunded")).ShouldBeTrue();
        (await shop.BalanceAsync(order, "clearing:adyen")).ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task A_lost_answer_is_found_by_the_same_key_and_charges_once(string database)
    {
        await using var shop = await StartAsync(database);
        var simulator = new Simulator(shop);
        await simulator.NoticesAsync(new { vendor = "adyen", drop = true });
        await simulator.FaultAsync("drop_answer", "authorize", times: 1, vendor: "adyen");
        var basket = await FillAsync(shop);

        (await basket.PayAsync()).Status.ShouldBeOneOf(200, 202);

        await basket.UntilAsync("completed");
        (await simulator.ChargesOfAsync(basket.CheckoutId, "adyen")).ShouldHaveSingleItem();
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_who_confirms_is_known_by_the_notice_alone(string database)
    {
        await using var shop = await StartAsync(database);
        var basket = await FillAsync(shop);
        var asked = (await basket.PayAsync("pm_card_authenticationRequired")).ShouldAnswer(200);
        asked.Text("status").ShouldBe("action_required");

        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "succeed");

        await basket.OrderUntilAsync((await basket.UntilAsync("completed")).Text("orderId")!, "paid");
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_who_does_not_confirm_is_declined_and_may_try_again(string database)
    {
        await using var shop = await StartAsync(database);
        var basket = await FillAsync(shop);
        var asked = (await basket.PayAsync("pm_card_authenticationRequired")).ShouldAnswer(200);

        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "fail");

        (await basket.UntilAsync("ready")).Findings().ShouldContain("payment_declined");
    }

    [Theory, OnBothDatabases]
    public async Task A_checkout_that_is_called_off_gives_the_money_back_before_it_says_so(string database)
    {
        await using var shop = await StartAsync(database);
        var simulator = new Simulator(shop);
        var basket = await FillAsync(shop);
        (await basket.PayAsync("pm_card_authenticationRequired")).ShouldAnswer(200);

        (await basket.Client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/cancel", token: basket.Token, idempotency: "c1")).Status.ShouldBeOneOf(200, 202);

        await basket.UntilAsync("canceled");
        (await simulator.ChargesOfAsync(basket.CheckoutId, "adyen")).ShouldAllBe(charge => charge.Status == "voided" || charge.Status == "declined" || charge.Captured == 0);
        (await shop.AttemptsAsync(basket)).ShouldHaveSingleItem().Status.ShouldBeOneOf("voided", "failed");
    }

    [Theory, OnBothDatabases]
    public async Task The_provider_is_swapped_in_the_open_shop_and_every_order_is_paid_once(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 1_000);
        async Task<Basket> OrderAsync()
        {
            var basket = await client.FillAsync(sku);
            var paid = (await basket.PayAsync()).ShouldAnswer(200);
            await basket.OrderUntilAsync(paid.Text("orderId")!, "paid");
            return basket;
        }

        var before = Enumerable.Range(0, 12).Select(_ => OrderAsync()).ToList();
        (await client.RouteAsync("US", "payments", RoutedShop.Use("adyen"))).ShouldAnswer(201);
        var after = Enumerable.Range(0, 12).Select(_ => OrderAsync()).ToList();

        var baskets = await Task.WhenAll([.. before, .. after]);

        foreach (var basket in baskets) (await shop.AttemptsAsync(basket)).ShouldHaveSingleItem().Status.ShouldBe("captured");
        var simulator = new Simulator(shop);
        ((await simulator.ChargesAsync("stripe")).Count + (await simulator.ChargesAsync("adyen")).Count).ShouldBe(24);
        (await simulator.ChargesAsync("adyen")).Count.ShouldBeGreaterThanOrEqualTo(12, "who begins after the change gets the new provider");
    }

    private static async Task<TestShop> StartAsync(string database)
    {
        var shop = await TestShop.StartAsync(database);
        (await shop.Client().RouteAsync("US", "payments", RoutedShop.Use("adyen"))).ShouldAnswer(201);
        return shop;
    }

    private static async Task<Basket> FillAsync(TestShop shop) => await shop.Client().FillAsync(await shop.Client().SellAsync());

    private static async Task<(Basket Basket, string Order)> PaidAsync(TestShop shop)
    {
        var basket = await FillAsync(shop);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        return (basket, order);
    }

    /// <summary>The vendor's id of the transfer of this kind, once it has the status.</summary>
    private static async Task<string> TransferUntilAsync(TestShop shop, string kind, string status)
    {
        List<string> found = [];
        (await ShopFloor.EventuallyAsync(async () => (found = await shop.Database.QueryAsync<string>($"SELECT vendor_id FROM transfers WHERE kind = {kind} AND status = {status}", default)).Count == 1)).ShouldBeTrue($"a {kind} is {status}");
        return found[0];
    }
}
