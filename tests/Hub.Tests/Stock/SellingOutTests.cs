using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Stock;

public sealed class SellingOutTests
{
    [Theory, OnBothDatabases]
    public async Task A_hundred_buyers_of_ten_pieces_make_ten_orders(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 10);
        var baskets = new List<Basket>();
        foreach (var wave in Enumerable.Range(0, 100).Chunk(10)) baskets.AddRange(await Task.WhenAll(wave.Select(_ => client.FillAsync(sku))));

        var answers = await Task.WhenAll(baskets.Select(basket => basket.PayAsync()));

        answers.Count(answer => answer.Status == 200).ShouldBe(10);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "out_of_stock");
        (await shop.StockOfAsync(sku)).ShouldBe((0, 0));
        (await shop.MovementsOfAsync(sku)).ShouldBe((0, 0));
    }

    [Theory, OnBothDatabases]
    public async Task Carts_with_the_same_goods_in_another_order_do_not_block_each_other(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var (one, other) = (await client.SellAsync(stock: 1000), await client.SellAsync(stock: 1000));
        var baskets = await Task.WhenAll(Enumerable.Range(0, 20).Select(async index =>
        {
            var basket = await client.FillAsync(index % 2 == 0 ? one : other);
            (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", new { sku = index % 2 == 0 ? other : one, quantity = 2 }, token: basket.Token)).ShouldAnswer(200);
            return (basket, quote: (await basket.CheckoutAsync()).Text("quote/token"));
        }));

        var answers = await Task.WhenAll(baskets.Select(ready => ready.basket.PayAsync(quote: ready.quote)));

        answers.ShouldAllBe(answer => answer.Status == 200);
        (await shop.StockOfAsync(one)).ShouldBe((970, 0));
        (await shop.StockOfAsync(other)).ShouldBe((970, 0));
    }

    [Fact]
    public async Task Full_carts_of_the_same_goods_wait_for_each_other_but_never_in_a_circle()
    {
        if (TestShop.PostgresUrl is null && Environment.GetEnvironmentVariable("CI") != "true") return;
        await using var shop = await TestShop.StartAsync("postgres");
        var client = shop.Client();
        var skus = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.SellAsync(stock: 1000)));
        var baskets = await Task.WhenAll(Enumerable.Range(0, 48).Select(async _ =>
        {
            var goods = Random.Shared.GetItems(skus, 24).Distinct().ToList();
            var basket = await client.FillAsync(goods[0]);
            foreach (var sku in goods[1..]) (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", new { sku, quantity = 1 }, token: basket.Token)).ShouldAnswer(200);
            return (basket, quote: (await basket.CheckoutAsync()).Text("quote/token"));
        }));

        var answers = await Task.WhenAll(baskets.Select(ready => ready.basket.PayAsync(quote: ready.quote)));

        answers.ShouldAllBe(answer => answer.Status == 200);
        await Task.Delay(1500); // Sessions report to the server's statistics at most once a second.
        (await shop.Database.QueryAsync<long>($"SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", default)).ShouldBe([0]);
    }

    [Theory, OnBothDatabases]
    public async Task One_line_that_cannot_be_had_holds_none(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var (plenty, scarce) = (await client.SellAsync(stock: 100), await client.SellAsync(stock: 1));
        var basket = await client.FillAsync(plenty);
        (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", new { sku = scarce, quantity = 2 }, token: basket.Token)).ShouldAnswer(200);

        var refused = await basket.PayAsync(quote: (await basket.CheckoutAsync()).Text("quote/token"));

        refused.ShouldAnswer(409, "out_of_stock").List("shortages").Count.ShouldBe(1);
        refused.Text("shortages/0/sku").ShouldBe(scarce);
        (await shop.StockOfAsync(plenty)).ShouldBe((100, 0));
        (await shop.MovementsOfAsync(plenty)).ShouldBe((100, 0));
    }

    [Theory, OnBothDatabases]
    public async Task A_count_never_goes_below_what_is_promised(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 10);
        (await (await client.FillAsync(sku, quantity: 4)).PayAsync("pm_card_authenticationRequired")).Text("status").ShouldBe("action_required");

        (await client.StaffAsync(HttpMethod.Post, "/admin/stock", new { sku, onHand = 3 })).ShouldAnswer(409, "stock_reserved");
        await client.CountAsync(sku, 4);
        (await client.StaffAsync(HttpMethod.Post, "/admin/stock", new { sku, onHand = -1 })).ShouldAnswer(400);
        (await client.StaffAsync(HttpMethod.Post, "/admin/stock", new { sku = "NO-SUCH", onHand = 1 })).ShouldAnswer(404);

        (await shop.StockOfAsync(sku)).ShouldBe((4, 4));
        (await shop.MovementsOfAsync(sku)).ShouldBe((4, 4));
    }

    [Theory, OnBothDatabases]
    public async Task Goods_that_are_not_counted_never_sell_out(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync(stock: null), quantity: 1000, delivery: "express");

        (await basket.PayAsync()).ShouldAnswer(200);
    }
}
