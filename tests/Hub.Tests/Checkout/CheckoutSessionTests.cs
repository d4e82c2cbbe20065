using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Checkout;

public sealed class CheckoutSessionTests
{
    [Theory, OnBothDatabases]
    public async Task A_cart_has_one_live_checkout(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var cart = await client.CartAsync("US", (await client.SellAsync(), 1));

        var opened = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.OpenCheckoutAsync(cart)));

        opened.ShouldAllBe(checkout => checkout.Status == 201);
        var id = opened.Select(checkout => checkout.Text("id")).Distinct().ShouldHaveSingleItem();
        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{id}/cancel", token: cart.Text("token"), idempotency: "c")).ShouldAnswer(200).Text("status").ShouldBe("canceled");
        (await client.OpenCheckoutAsync(cart)).ShouldAnswer(201).Text("id").ShouldNotBe(id);
    }

    [Theory, OnBothDatabases]
    public async Task A_checkout_says_what_is_missing_until_it_is_ready(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var cart = await client.CartAsync("US", (await client.SellAsync(2500), 2));
        var opened = await client.OpenCheckoutAsync(cart);
        var id = opened.Text("id")!;
        opened.Text("status").ShouldBe("incomplete");
        opened.Findings().ShouldBe(["address_missing", "email_missing"], ignoreOrder: true);
        opened.List("deliveryOptions").ShouldBeEmpty();

        var addressed = await client.PatchCheckoutAsync(cart, id, new { email = "ada@example.com", shippingAddress = ShopClient.Austin, billingAddress = (object?)null });
        addressed.ShouldAnswer(200).Findings().ShouldBe(["delivery_missing"]);
        addressed.Text("status").ShouldBe("incomplete");
        addressed.Text("addresses/billing/city").ShouldBe("Austin");

        (await client.PatchCheckoutAsync(cart, id, new { deliveryOption = "teleport" })).ShouldAnswer(422, "unknown_delivery_option");
        var ready = await client.PatchCheckoutAsync(cart, id, new { deliveryOption = "standard" });
        ready.Text("status").ShouldBe("ready");
        ready.Amount("totals/items").ShouldBe(5000);
        ready.Amount("totals/shipping").ShouldBe(599);
        ready.Amount("totals/tax").ShouldBeGreaterThan(0);
        ready.Amount("totals/total").ShouldBe(ready.Amount("totals/items") + ready.Amount("totals/shipping") + ready.Amount("totals/tax"));
        ready.Amount("quote/parts/total").ShouldBe(ready.Amount("totals/total"));
        ready.Text("paymentOptions/0/publicData/publishableKey").ShouldBe("pk_test_sandbox");
    }

    [Theory, OnBothDatabases]
    public async Task Delivery_is_priced_flat_by_weight_or_free_from_an_amount_on(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync(usd: 2500, weightGrams: 900);

        (await PricesAsync(1)).ShouldBe(["standard 599", "express 1999", "freight 449"]);
        (await PricesAsync(2)).ShouldBe(["standard 599", "express 1999", "freight 899"]);
        (await PricesAsync(3)).ShouldBe(["standard 0", "express 1999", "freight 899"]);
        (await PricesAsync(34)).ShouldBe(["standard 0", "express 1999"], "34 pieces are too heavy for freight");

        async Task<IEnumerable<string>> PricesAsync(int quantity)
        {
            var cart = await client.CartAsync("US", (sku, quantity));
            var checkout = await client.OpenCheckoutAsync(cart);
            var addressed = await client.PatchCheckoutAsync(cart, checkout.Text("id")!, new { shippingAddress = ShopClient.Austin });
            return addressed.List("deliveryOptions").Select(option => $"{option!["id"]} {option["price"]!["amount"]}");
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_country_the_market_does_not_serve_is_said_so(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var cart = await client.CartAsync("US", (await client.SellAsync(), 1));
        var checkout = await client.OpenCheckoutAsync(cart);

        var abroad = await client.PatchCheckoutAsync(cart, checkout.Text("id")!, new { email = "ada@example.com", shippingAddress = ShopClient.Berlin, deliveryOption = "standard" });

        abroad.ShouldAnswer(200).Findings().ShouldContain("country_not_served");
        abroad.Text("status").ShouldBe("incomplete");
        abroad.Json.At("quote").ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task German_prices_contain_the_tax(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();

        var basket = await client.FillAsync(await client.SellAsync(eur: 2380), market: "DE");

        var totals = basket.Ready;
        totals.Amount("totals/total").ShouldBe(2380 + 490);
        totals.Amount("totals/tax").ShouldBe(380 + 78, "19 % is in 23.80 and in 4.90");
        var order = (await basket.PayAsync()).ShouldAnswer(200);
        order.Amount("order/totals/total").ShouldBe(2870);
        order.Amount("order/lines/0/total").ShouldBe(2380);
        order.List("order/taxLines").Sum(line => line!["amount"]!["amount"]!.GetValue<long>()).ShouldBe(458);
    }

    [Theory, OnBothDatabases]
    public async Task Yen_have_no_decimals_anywhere(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();

        var basket = await client.FillAsync(await client.SellAsync(jpy: 3333), market: "JP");
        (await basket.PayAsync()).ShouldAnswer(200);

        basket.Ready.Amount("totals/tax").ShouldBe(403, "10 % of 3,333 and of 700 for the delivery");
        basket.Ready.Text("totals/total/display").ShouldBe("¥4,436");
        var charge = await new Simulator(shop).ChargeUntilAsync(basket.CheckoutId, "captured");
        (charge.Amount, charge.Currency.ToUpperInvariant()).ShouldBe((4436, "JPY"));
    }

    [Theory, OnBothDatabases]
    public async Task Another_guests_checkout_does_not_exist(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var (mine, theirs) = (await client.FillAsync(sku), await client.FillAsync(sku));

        (await client.GetAsync($"/v1/checkouts/{theirs.CheckoutId}", mine.Token)).ShouldAnswer(404, "not_found");
        (await (theirs with { Token = mine.Token }).PayAsync()).ShouldAnswer(404, "not_found");
        var order = (await theirs.PayAsync()).ShouldAnswer(200).Text("orderId");
        (await client.GetAsync($"/v1/orders/{order}", mine.Token)).ShouldAnswer(404, "not_found");
        (await client.GetAsync($"/v1/orders?checkout={theirs.CheckoutId}", mine.Token)).List("items").ShouldBeEmpty();
        (await client.GetAsync($"/v1/orders?checkout={theirs.CheckoutId}", theirs.Token)).Text("items/0/id").ShouldBe(order);
    }
}
