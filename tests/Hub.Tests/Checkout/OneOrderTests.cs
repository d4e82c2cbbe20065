using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Checkout;

/// <summary>However often and wherever completing is asked for, there is one order and one charge.</summary>
public sealed class OneOrderTests
{
    [Theory, OnBothDatabases]
    public async Task The_same_key_twice_makes_one_order_and_gives_one_answer(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());

        var first = await basket.PayAsync(key: "once");
        var second = await basket.PayAsync(key: "once");
        var other = await basket.PayAsync(key: "once", method: "pm_card_mastercard");

        second.ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBe("true");
        second.Json!.ToJsonString().ShouldBe(first.Json!.ToJsonString());
        other.ShouldAnswer(422, "idempotency_conflict");
        await ShouldBeOneAsync(shop, basket);
    }

    [Theory, OnBothDatabases]
    public async Task A_declined_answer_is_replayed_without_another_try(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());

        (await basket.PayAsync("pm_card_visa_chargeDeclined", key: "no")).ShouldAnswer(402);
        (await basket.PayAsync("pm_card_visa_chargeDeclined", key: "no")).ShouldAnswer(402).Header("Idempotent-Replayed").ShouldBe("true");

        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Count.ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task Ten_shoppers_with_one_key_hear_one_answer(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => basket.PayAsync(key: "together")));

        answers.ShouldAllBe(answer => answer.Status == 200 || (answer.Status == 409 && answer.Code == "idempotency_in_flight"));
        answers.Count(answer => answer.Status == 200).ShouldBeGreaterThan(0);
        await ShouldBeOneAsync(shop, basket);
        (await basket.PayAsync(key: "together")).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task Ten_completes_with_ten_keys_make_one_order(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 10);
        var basket = await client.FillAsync(sku);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => basket.PayAsync()));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409 && (answer.Code == "checkout_completing" || answer.Code == "checkout_closed"));
        await ShouldBeOneAsync(shop, basket);
        (await shop.StockOfAsync(sku)).ShouldBe((9, 0));
    }

    [Theory, OnBothDatabases]
    public async Task Two_hubs_completing_the_same_checkout_make_one_order(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = await shop.AnotherHubAsync();
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 20);
        for (var round = 0; round < 5; round++)
        {
            var basket = await client.FillAsync(sku);
            var elsewhere = basket with { Client = other.Client() };

            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => (index % 2 == 0 ? basket : elsewhere).PayAsync()));

            answers.Count(answer => answer.Status == 200).ShouldBe(1, string.Join("\n", answers.Select(answer => $"{answer.Status} {answer.Code}")));
            answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409);
            await ShouldBeOneAsync(shop, basket);
            (await elsewhere.CheckoutAsync()).Text("status").ShouldBe("completed");
        }

        (await shop.StockOfAsync(sku)).ShouldBe((15, 0));
    }

    [Theory, OnBothDatabases]
    public async Task Two_hubs_and_one_key_give_one_answer(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = await shop.AnotherHubAsync();
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var elsewhere = basket with { Client = other.Client() };
        var first = (await basket.PayAsync(key: "here and there")).ShouldAnswer(200);

        var again = (await elsewhere.PayAsync(key: "here and there")).ShouldAnswer(200);

        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Text("orderId").ShouldBe(first.Text("orderId"));
        await ShouldBeOneAsync(shop, basket);
    }

    private static async Task ShouldBeOneAsync(TestShop shop, Basket basket)
    {
        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(1);
        var simulator = new Simulator(shop);
        (await simulator.ChargeUntilAsync(basket.CheckoutId, "captured")).Captured.ShouldBe(basket.Total);
        (await simulator.ChargesOfAsync(basket.CheckoutId)).Count.ShouldBe(1);
    }
}
