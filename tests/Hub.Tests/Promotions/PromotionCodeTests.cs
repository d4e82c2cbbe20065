using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Promotions;

public sealed class PromotionCodeTests
{
    [Theory, OnBothDatabases]
    public async Task A_percentage_comes_off_the_items_and_its_parts_add_up(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (first, second, third) = (await client.SellAsync(333), await client.SellAsync(333), await client.SellAsync(335));
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 10 });
        var cart = await client.CartAsync("US", (first, 1), (second, 1), (third, 1));

        var discounted = (await client.OperateAsync(cart, new { type = "applyCode", code = $" {code.ToLowerInvariant()} " })).ShouldAnswer(200);

        discounted.List("codes").Single()!.GetValue<string>().ShouldBe(code);
        discounted.Amount("totals/items").ShouldBe(1001);
        discounted.Amount("totals/discount").ShouldBe(100);
        discounted.Amount("totals/total").ShouldBe(901);
        (await client.OperateAsync(cart, new { type = "removeCode", code })).Amount("totals/total").ShouldBe(1001);
    }

    [Theory, InlineData("1"), InlineData("Percentage, FixedAmount"), InlineData("-1"), InlineData(" percentage"), InlineData("")]
    public async Task A_kind_is_known_by_its_name_only(string kind)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var refused = await client.StaffAsync(HttpMethod.Put, "/admin/promotions/KIND", new { kind, percent = 10, amounts = ShopFloor.Usd(1000) });
        refused.ShouldAnswer(400, "invalid_request").Text("errors/0/pointer").ShouldBe("/kind");
    }

    [Theory, OnBothDatabases]
    public async Task A_fixed_amount_never_takes_more_than_the_items_cost(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync(usd: 800, eur: 800);
        var code = await client.PromiseAsync(new { kind = "fixedAmount", amounts = ShopFloor.Usd(1000) });

        var cart = await client.CartAsync("US", (sku, 1));
        (await client.OperateAsync(cart, new { type = "applyCode", code })).Amount("totals/total").ShouldBe(0);
        (await client.OperateAsync(cart, new { type = "addLine", sku, quantity = 1 })).Amount("totals/total").ShouldBe(600);

        var german = await client.CartAsync("DE", (sku, 1));
        var elsewhere = await client.OperateAsync(german, new { type = "applyCode", code });
        elsewhere.Findings().ShouldBe(["code_not_applicable"]);
        elsewhere.Amount("totals/discount").ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task Codes_apply_one_after_the_other_to_what_is_left(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var half = await client.PromiseAsync(new { kind = "percentage", percent = 50 });
        var ten = await client.PromiseAsync(new { kind = "fixedAmount", amounts = ShopFloor.Usd(1000) });
        var cart = await client.CartAsync("US", (await client.SellAsync(5000), 1));

        (await client.OperateAsync(cart, new { type = "applyCode", code = half }, new { type = "applyCode", code = ten })).Amount("totals/total").ShouldBe(1500);
    }

    [Theory, OnBothDatabases]
    public async Task A_code_says_why_it_gives_nothing(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var cart = await client.CartAsync("US", (await client.SellAsync(2500), 1));
        var minimum = await client.PromiseAsync(new { kind = "percentage", percent = 10, minimumItems = ShopFloor.Usd(2501) });
        var past = await client.PromiseAsync(new { kind = "percentage", percent = 10, endsAt = "2020-01-01T00:00:00Z" });
        var future = await client.PromiseAsync(new { kind = "percentage", percent = 10, startsAt = "2999-01-01T00:00:00Z" });
        var empty = await client.PromiseAsync(new { kind = "percentage", percent = 10, maxUses = 0 });
        foreach (var code in new[] { minimum, past, future, empty, "NEVER-HEARD-OF" }) (await client.OperateAsync(cart, new { type = "applyCode", code })).ShouldAnswer(200);

        var now = await client.ReadAsync(cart);

        now.Findings().ShouldBe(Enumerable.Repeat("code_not_applicable", 5));
        now.Text("messages/0/text").ShouldBe("The items are worth too little for this code.");
        now.Text("messages/3/text").ShouldBe("The code has been used up.");
        now.Text("messages/4/text").ShouldBe("There is no such code.");
        now.Amount("totals/discount").ShouldBe(0);
        (await client.OperateAsync(cart, new { type = "applyCode", code = "ONE-TOO-MANY" })).ShouldAnswer(422, "limit_exceeded");
    }

    [Theory, OnBothDatabases]
    public async Task Free_delivery_makes_every_option_free(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var code = await client.PromiseAsync(new { kind = "freeDelivery" });

        var basket = await client.FillAsync(await client.SellAsync(2500), codes: [code], delivery: "express");

        basket.Ready.Amount("totals/shipping").ShouldBe(0);
        basket.Ready.List("deliveryOptions").ShouldAllBe(option => option!["price"]!["amount"]!.GetValue<long>() == 0);
    }

    [Theory, OnBothDatabases]
    public async Task A_customer_uses_a_code_as_often_as_is_allowed(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync(2500);
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 10, maxUsesPerCustomer = 1 });
        var customer = $"{Guid.NewGuid():N}@example.com";

        var first = await client.FillAsync(sku, email: customer, codes: [code]);
        first.Ready.Amount("totals/discount").ShouldBe(250);
        (await first.PayAsync()).ShouldAnswer(200);

        var second = await client.FillAsync(sku, email: customer.ToUpperInvariant(), codes: [code]);
        second.Ready.Amount("totals/discount").ShouldBe(0);
        second.Ready.Findings().ShouldContain("code_not_applicable");
        (await client.FillAsync(sku, email: $"{Guid.NewGuid():N}@example.com", codes: [code])).Ready.Amount("totals/discount").ShouldBe(250);
    }

    [Theory, OnBothDatabases]
    public async Task Row_05_two_hundred_shoppers_and_one_use_left_make_one_discounted_order(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(2500, stock: 1000);
        var code = await client.PromiseAsync(new { kind = "fixedAmount", amounts = ShopFloor.Usd(500), maxUses = 1 });
        var baskets = new List<Basket>();
        foreach (var some in Enumerable.Range(0, 200).Chunk(8)) baskets.AddRange(await Task.WhenAll(some.Select(i => client.FillAsync(sku, email: $"b{i}@example.com", codes: [code]))));
        baskets.ShouldAllBe(basket => basket.Ready.Amount("totals/discount") == 500);

        var answers = await Task.WhenAll(baskets.Select(basket => basket.PayAsync()));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "quote_changed");
        (await client.StaffAsync(HttpMethod.Get, $"/admin/promotions/{code}")).Number("used").ShouldBe(1);
        (await shop.StockOfAsync(sku)).ShouldBe((999, 0));
    }

    [Theory, OnBothDatabases]
    public async Task A_declined_payment_gives_the_use_back(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 10, maxUses = 1, maxUsesPerCustomer = 1 });
        var basket = await client.FillAsync(await client.SellAsync(), codes: [code]);

        (await basket.PayAsync("pm_card_visa_chargeDeclined")).ShouldAnswer(402, "payment_declined");
        (await client.StaffAsync(HttpMethod.Get, $"/admin/promotions/{code}")).Number("used").ShouldBe(0);

        var again = await basket.CheckoutAsync();
        again.Amount("totals/discount").ShouldBe(basket.Ready.Amount("totals/discount"));
        (await basket.PayAsync(quote: again.Text("quote/token"))).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task Changing_a_code_needs_the_version_that_was_read(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 10 });
        Task<Reply> Change(params (string, string)[] headers) => client.StaffAsync(HttpMethod.Put, $"/admin/promotions/{code}", new { kind = "percentage", percent = 20 }, null, headers);

        (await Change()).ShouldAnswer(428);
        (await Change(("If-Match", "\"v9\""))).ShouldAnswer(412);
        (await Change(("If-Match", "\"v1\""))).ShouldAnswer(200).Number("percent").ShouldBe(20);
        (await client.StaffAsync(HttpMethod.Put, $"/admin/promotions/{code}X", new { kind = "percentage", percent = 101 })).ShouldAnswer(400);
        (await client.StaffAsync(HttpMethod.Put, $"/admin/promotions/{code}X", new { kind = "fixedAmount" })).ShouldAnswer(400);
    }
}
