using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Carts;

public sealed class CartLimitTests
{
    [Theory, OnBothDatabases]
    public async Task Row_01_quantities_that_make_no_sense_are_refused(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var cart = await client.CartAsync("US", (sku, 1));
        var line = cart.Text("lines/0/id");

        (await client.OperateAsync(cart, new { type = "addLine", sku, quantity = -1 })).ShouldAnswer(400, "invalid_request").Text("errors/0/pointer").ShouldBe("/operations/0/quantity");
        (await client.OperateAsync(cart, new { type = "addLine", sku, quantity = 0 })).ShouldAnswer(400, "invalid_request");
        (await client.OperateAsync(cart, new { type = "setQuantity", lineId = line, quantity = -1 })).ShouldAnswer(400, "invalid_request");
        (await client.OperateAsync(cart, new { type = "addLine", sku, quantity = 1_000_000_000 })).ShouldAnswer(422, "limit_exceeded");
        (await client.OperateAsync(cart, new { type = "addLine", sku, quantity = int.MaxValue })).ShouldAnswer(422, "limit_exceeded");
        (await client.OperateAsync(cart, new { type = "addLine", sku, quantity = 3_000_000_000 })).ShouldAnswer(400, "invalid_request");
        (await client.OperateAsync(cart, new { type = "addLine", sku, quantity = 1.5 })).ShouldAnswer(400, "invalid_request");
        (await client.CartAsync("US", (sku, 1_000_000_000))).ShouldAnswer(422, "limit_exceeded");
        (await client.ReadAsync(cart)).Number("lines/0/quantity").ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task The_dearest_possible_cart_still_adds_up(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var skus = new List<string>();
        for (var i = 0; i < 3; i++) skus.Add(await client.SellAsync(stock: null));
        foreach (var sku in skus) await client.PriceAsync(sku, 100_000_000_000);
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 33 });

        var cart = (await client.CartAsync("US", [.. skus.Select(sku => (sku, 100_000))])).ShouldAnswer(201);

        cart.Amount("totals/items").ShouldBe(30_000_000_000_000_000);
        (await client.OperateAsync(cart, new { type = "applyCode", code })).ShouldAnswer(200).Amount("totals/discount").ShouldBe(9_900_000_000_000_000);
    }

    [Theory, OnBothDatabases]
    public async Task A_percentage_of_a_very_dear_cart_is_exact(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var skus = new List<string>();
        for (var i = 0; i < 12; i++) skus.Add(await client.SellAsync(stock: null));
        foreach (var dear in skus) await client.PriceAsync(dear, 100_000_000_000);
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 99 });
        var cart = await client.CartAsync("US", [.. skus.Select(dear => (dear, 100_000))]);
        cart.ShouldAnswer(201).Amount("totals/items").ShouldBe(120_000_000_000_000_000);

        var discounted = await client.OperateAsync(cart, new { type = "applyCode", code });

        discounted.ShouldAnswer(200).Amount("totals/total").ShouldBe(1_200_000_000_000_000, "a percentage is computed without overflow");
    }

    [Theory, OnBothDatabases]
    public async Task An_unknown_product_or_market_is_named(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var cart = await client.CartAsync("US");

        (await client.OperateAsync(cart, new { type = "addLine", sku = "NO-SUCH-SKU", quantity = 1 })).ShouldAnswer(422, "unknown_sku");
        (await client.CartAsync("US", ("NO-SUCH-SKU", 1))).ShouldAnswer(422, "unknown_sku");
        (await client.CartAsync("GB", (await client.SellAsync(), 1))).ShouldAnswer(422, "unknown_sku");
        (await client.CartAsync("XX")).ShouldAnswer(422, "unknown_market");
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_is_told_what_is_left(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (scarce, gone) = (await client.SellAsync(stock: 2), await client.SellAsync(stock: 0));

        var cart = (await client.CartAsync("US", (scarce, 3), (gone, 1))).ShouldAnswer(201);

        cart.Findings().ShouldBe(["limited_stock", "out_of_stock"]);
        cart.Text("messages/0/text").ShouldBe("Only 2 left.");
        cart.Text("messages/0/path").ShouldBe("/lines/0");
    }

    [Theory, OnBothDatabases]
    public async Task Prices_follow_the_market_and_its_currency(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync(usd: 1999, eur: 1849, jpy: 2980);

        (await client.CartAsync("US", (sku, 1))).Text("totals/total/display").ShouldBe("$19.99");
        var german = await client.CartAsync("DE", (sku, 2));
        german.Text("totals/total/display").ShouldBe("€36.98");
        german.Json.At("totals/taxIncluded")!.GetValue<bool>().ShouldBeTrue();
        var japanese = await client.CartAsync("JP", (sku, 2));
        japanese.Amount("totals/total").ShouldBe(5960);
        japanese.Text("totals/total/display").ShouldBe("¥5,960");
    }
}
