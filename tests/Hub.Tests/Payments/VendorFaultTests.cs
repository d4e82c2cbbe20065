using System.Globalization;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Payments;

/// <summary>Vendors that answer late, wrongly or not at all: nobody is charged twice and nobody who paid is left without an order.</summary>
public sealed class VendorFaultTests
{
    [Theory, OnBothDatabases]
    public async Task An_answer_lost_on_the_way_back_is_found_out(string database)
    {
        var (shop, simulator, basket) = await ReadyAsync(database);
        await using var ownShop = shop;
        await simulator.FaultAsync("drop_answer", "authorize", times: 1);

        var first = await basket.PayAsync(key: "only");

        first.Status.ShouldBeOneOf(200, 202);
        if (first.Status == 202) first.Text("status").ShouldBe("completing");
        await ShouldBeOnePaidOrderAsync(shop, simulator, basket);
        (await basket.PayAsync(key: "only")).ShouldAnswer(200).Text("status").ShouldBe("completed");
    }

    [Theory, OnBothDatabases]
    public async Task A_lost_answer_to_a_capture_is_found_out(string database)
    {
        var (shop, simulator, basket) = await ReadyAsync(database);
        await using var ownShop = shop;
        await simulator.FaultAsync("drop_answer", "capture", times: 2);

        (await basket.PayAsync()).ShouldAnswer(200).Text("status").ShouldBe("completed");

        await ShouldBeOnePaidOrderAsync(shop, simulator, basket);
    }

    [Theory, OnBothDatabases]
    public async Task A_lost_answer_to_a_refund_is_found_out(string database)
    {
        var (shop, simulator, basket) = await ReadyAsync(database);
        await using var ownShop = shop;
        var order = await ShouldBeOnePaidOrderAsync(shop, simulator, basket, await basket.PayAsync());
        await simulator.FaultAsync("drop_answer", "refund", times: 2);

        var refund = await basket.Client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } });

        refund.Status.ShouldBeOneOf(200, 202);
        (await ShopFloor.EventuallyAsync(async () => (await basket.Client.OrderAsync(order)).Amount("payments/0/refunded") == 500)).ShouldBeTrue();
        (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Refunded.ShouldBe(500);
    }

    [Theory]
    [InlineData("sqlite", "status", 500)]
    [InlineData("sqlite", "status", 503)]
    [InlineData("sqlite", "status", 429)]
    [InlineData("sqlite", "garbage", "html")]
    [InlineData("sqlite", "garbage", "truncated")]
    [InlineData("sqlite", "garbage", "wrong_type")]
    [InlineData("sqlite", "slow", 2500)]
    [InlineData("sqlite", "hang", null)]
    public async Task A_trouble_while_paying_ends_in_one_order_or_in_nothing_held(string database, string fault, object? value)
    {
        var (shop, simulator, basket) = await ReadyAsync(database);
        await using var ownShop = shop;
        await simulator.FaultAsync(fault, "authorize", value, times: 1);

        var first = await basket.PayAsync();

        first.Status.ShouldBeOneOf(200, 202, 502, 503);
        if (first.Status >= 500)
        {
            (await simulator.ChargesOfAsync(basket.CheckoutId)).ShouldAllBe(charge => charge.Status == "voided");
            (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(0);
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(first.Header("Retry-After")!, CultureInfo.InvariantCulture)));
            first = (await basket.PayAsync(quote: (await basket.UntilAsync("ready")).Text("quote/token"))).ShouldAnswer(200);
        }

        await ShouldBeOnePaidOrderAsync(shop, simulator, basket);
    }

    [Theory]
    [InlineData("status", 500)]
    [InlineData("status", 503)]
    [InlineData("garbage", "html")]
    [InlineData("garbage", "truncated")]
    public async Task A_trouble_while_capturing_delays_the_money_and_not_the_order(string fault, object value)
    {
        var (shop, simulator, basket) = await ReadyAsync("sqlite");
        await using var ownShop = shop;
        await simulator.FaultAsync(fault, "capture", value, times: 3);

        (await basket.PayAsync()).ShouldAnswer(200).Text("status").ShouldBe("completed");

        await ShouldBeOnePaidOrderAsync(shop, simulator, basket);
    }

    [Theory, OnBothDatabases]
    public async Task A_provider_that_refuses_is_a_declined_payment(string database)
    {
        var (shop, simulator, basket) = await ReadyAsync(database);
        await using var ownShop = shop;
        await simulator.FaultAsync("refuse", "authorize", times: 1);

        (await basket.PayAsync()).ShouldAnswer(402, "payment_declined");

        (await simulator.ChargesOfAsync(basket.CheckoutId)).ShouldAllBe(charge => charge.Captured == 0 && charge.Status != "authorized");
        await ShouldBeOnePaidOrderAsync(shop, simulator, basket, await basket.PayAsync(quote: (await basket.CheckoutAsync()).Text("quote/token")));
    }

    [Theory, OnBothDatabases]
    public async Task Tax_is_estimated_when_the_service_is_down_or_slow(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var sku = await client.SellAsync(2000);
        await simulator.FaultAsync("status", "quote", 503, vendor: "taxjar");

        var down = await client.FillAsync(sku);
        down.Ready.Findings().ShouldContain("tax_estimated");
        down.Ready.Amount("totals/tax").ShouldBe(140, "7 % of the items");

        await simulator.HealAsync();
        await simulator.FaultAsync("slow", "quote", 4000, vendor: "taxjar");
        var slow = await client.FillAsync(sku);
        slow.Ready.Findings().ShouldContain("tax_estimated");

        await simulator.HealAsync();
        (await client.FillAsync(sku)).Ready.Findings().ShouldNotContain("tax_estimated");
        (await slow.PayAsync()).ShouldAnswer(200).Amount("order/totals/tax").ShouldBe(140);
    }

    [Theory, OnBothDatabases]
    public async Task Without_an_estimate_checkout_waits_for_the_tax_service(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("Markets:0:TaxEstimate", ""));
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var sku = await client.SellAsync(2000);
        var cart = await client.CartAsync("US", (sku, 1));
        var checkout = await client.OpenCheckoutAsync(cart);
        await simulator.FaultAsync("status", "quote", 503, vendor: "taxjar");
        var change = new { email = "ada@example.com", shippingAddress = ShopClient.Austin, deliveryOption = "standard" };

        var refused = await client.PatchCheckoutAsync(cart, checkout.Text("id")!, change);

        refused.ShouldAnswer(503, "service_unavailable");
        refused.Text("upstream/connector").ShouldBe("taxjar");
        refused.Header("Retry-After").ShouldNotBeNull();
        await simulator.HealAsync();
        (await client.PatchCheckoutAsync(cart, checkout.Text("id")!, change)).ShouldAnswer(200).Text("status").ShouldBe("ready");
    }

    [Theory, OnBothDatabases]
    public async Task A_tax_service_that_is_down_later_does_not_hold_the_order_up(string database)
    {
        var (shop, simulator, basket) = await ReadyAsync(database);
        await using var ownShop = shop;
        await simulator.FaultAsync("status", "commit", 503, times: 3, vendor: "taxjar");

        var order = await ShouldBeOnePaidOrderAsync(shop, simulator, basket, await basket.PayAsync());

        (await ShopFloor.EventuallyAsync(async () => (await simulator.TaxBooksAsync())["transactions"]!.ToJsonString().Contains(order, StringComparison.Ordinal))).ShouldBeTrue("the sale is recorded in the end");
    }

    private static async Task<(TestShop Shop, Simulator Simulator, Basket Basket)> ReadyAsync(string database)
    {
        var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        return (shop, new Simulator(shop), await client.FillAsync(await client.SellAsync(2500, stock: 10), quantity: 2));
    }

    /// <summary>Waits for the order; then there is one, paid, with one charge of its total and its pieces gone once.</summary>
    private static async Task<string> ShouldBeOnePaidOrderAsync(TestShop shop, Simulator simulator, Basket basket, Reply? completed = null)
    {
        completed?.ShouldAnswer(200);
        (await ShopFloor.EventuallyAsync(async () => (await basket.CheckoutAsync()).Text("status") == "completed", seconds: 40)).ShouldBeTrue((await basket.CheckoutAsync()).Json!.ToString());
        var order = (await basket.CheckoutAsync()).Text("orderId")!;
        (await ShopFloor.EventuallyAsync(async () => (await basket.Client.OrderAsync(order)).Text("status") == "paid", seconds: 40)).ShouldBeTrue();
        var charge = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single(charge => charge.Status is not ("voided" or "declined"));
        charge.Captured.ShouldBe(basket.Total);
        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(1);
        (await shop.StockOfAsync((await basket.Client.OrderAsync(order)).Text("lines/0/sku")!)).ShouldBe((8, 0));
        (await shop.BalanceAsync(order, "receivable")).ShouldBe(0);
        return order;
    }
}
