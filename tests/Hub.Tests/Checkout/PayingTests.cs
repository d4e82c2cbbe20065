using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Checkout;

public sealed class PayingTests
{
    [Theory, OnBothDatabases]
    public async Task A_declined_card_leaves_everything_as_it_was_and_another_one_pays(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 3);
        var basket = await client.FillAsync(sku, quantity: 3);

        var declined = await basket.PayAsync("pm_card_visa_chargeDeclinedInsufficientFunds");

        declined.ShouldAnswer(402, "payment_declined");
        declined.Text("errors/0/code").ShouldBe("insufficient_funds");
        (await shop.StockOfAsync(sku)).ShouldBe((3, 0));
        (await client.GetAsync($"/v1/carts/{basket.CartId}", basket.Token)).Text("status").ShouldBe("open");
        var open = await basket.CheckoutAsync();
        open.Text("status").ShouldBe("ready");
        open.Findings().ShouldBe(["payment_declined"]);

        var paid = (await basket.PayAsync("pm_card_mastercard")).ShouldAnswer(200);
        paid.Text("id").ShouldBe(basket.CheckoutId);
        (await shop.StockOfAsync(sku)).ShouldBe((0, 0));
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Count(charge => charge.Status is "captured" or "authorized").ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_who_confirms_gets_the_order(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 5);
        var basket = await client.FillAsync(sku, quantity: 2);

        var asked = await basket.PayAsync("pm_card_authenticationRequired");
        asked.ShouldAnswer(200).Text("status").ShouldBe("action_required");
        asked.Text("actions/0/type").ShouldBe("redirect");
        (await shop.StockOfAsync(sku)).ShouldBe((5, 2), "the goods are held meanwhile");
        (await basket.PayAsync()).ShouldAnswer(409, "checkout_completing");

        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "succeed");
        var completed = await basket.UntilAsync("completed");

        await basket.OrderUntilAsync(completed.Text("orderId")!, "paid");
        (await shop.StockOfAsync(sku)).ShouldBe((3, 0));
        (await new Simulator(shop).ChargeUntilAsync(basket.CheckoutId, "captured")).Captured.ShouldBe(basket.Total);
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_who_fails_to_confirm_can_pay_otherwise(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 5);
        var basket = await client.FillAsync(sku);
        var asked = await basket.PayAsync("pm_card_authenticationRequired");

        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "fail");
        var reopened = await basket.UntilAsync("ready");

        reopened.Findings().ShouldBe(["payment_declined"]);
        reopened.List("actions").ShouldBeEmpty();
        (await shop.StockOfAsync(sku)).ShouldBe((5, 0));
        (await basket.PayAsync(quote: reopened.Text("quote/token"))).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task What_is_never_confirmed_is_released(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("Checkout:ConfirmationWindow", "00:00:05"));
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 5);
        var basket = await client.FillAsync(sku, quantity: 2);
        (await basket.PayAsync("pm_card_authenticationRequired")).Text("status").ShouldBe("action_required");

        (await ShopFloor.EventuallyAsync(async () => (await basket.CheckoutAsync()).Text("status") == "ready", seconds: 40)).ShouldBeTrue("the deadline and a minute have passed");

        (await shop.StockOfAsync(sku)).ShouldBe((5, 0));
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldAllBe(charge => charge.Status == "voided");
        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task Canceling_while_the_shopper_should_confirm_voids_the_payment(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 5);
        var basket = await client.FillAsync(sku, quantity: 2);
        var asked = await basket.PayAsync("pm_card_authenticationRequired");

        var canceled = await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/cancel", token: basket.Token, idempotency: Guid.NewGuid().ToString("N"));

        canceled.ShouldAnswer(200).Text("status").ShouldBe("canceled");
        asked.Text("status").ShouldBe("action_required");
        (await shop.StockOfAsync(sku)).ShouldBe((5, 0));
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldAllBe(charge => charge.Status == "voided");
        (await client.GetAsync($"/v1/carts/{basket.CartId}", basket.Token)).Text("status").ShouldBe("open");
        (await basket.PayAsync()).ShouldAnswer(409, "checkout_closed");
    }

    [Theory, OnBothDatabases]
    public async Task An_order_that_costs_nothing_needs_no_payment(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var (all, free) = (await client.PromiseAsync(new { kind = "percentage", percent = 100 }), await client.PromiseAsync(new { kind = "freeDelivery" }));
        var basket = await client.FillAsync(await client.SellAsync(), codes: [all, free]);
        basket.Total.ShouldBe(0);

        var completed = await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", new { quoteToken = basket.Quote }, token: basket.Token, idempotency: Guid.NewGuid().ToString("N"));

        completed.ShouldAnswer(200).Text("order/status").ShouldBe("paid");
        completed.List("order/payments").ShouldBeEmpty();
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_german_customer_may_pay_by_invoice(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync(), market: "DE");
        var kinds = basket.Ready.List("paymentOptions").Where(option => option!["connection"]!.GetValue<string>() == "manual").Select(option => option!["kind"]!.GetValue<string>()).ToList();
        kinds.ShouldNotBeEmpty();

        var completed = (await basket.PayAsync(method: "", type: kinds[0])).ShouldAnswer(200);

        completed.Text("order/payments/0/connection").ShouldBe("manual");
        completed.Amount("order/payments/0/authorized").ShouldBe(basket.Total);
    }

    [Theory, OnBothDatabases]
    public async Task A_way_to_pay_that_is_not_offered_is_refused(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());

        (await basket.PayAsync(type: "seashells")).ShouldAnswer(400, "invalid_request");
        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", new { quoteToken = basket.Quote }, token: basket.Token, idempotency: "k")).ShouldAnswer(400, "invalid_request");
        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", new { quoteToken = basket.Quote }, token: basket.Token)).ShouldAnswer(400, "idempotency_key_required");
        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", new { quoteToken = basket.Quote, payment = new { connection = "manual", method = new { type = "invoice" } } }, token: basket.Token, idempotency: "m")).ShouldAnswer(400, "invalid_request");
    }
}
