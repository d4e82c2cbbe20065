using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Checkout;

/// <summary>What the shopper agreed to is what is charged, or nothing is.</summary>
public sealed class QuoteTests
{
    [Theory, OnBothDatabases]
    public async Task An_expired_quote_is_answered_with_a_new_one(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("Checkout:QuoteLife", "00:00:05"));
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        await Task.Delay(TimeSpan.FromSeconds(5.2));

        var late = await basket.PayAsync();

        late.ShouldAnswer(409, "quote_changed");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldBeEmpty();
        late.Text("newQuote/token").ShouldNotBe(basket.Quote);
        (await basket.PayAsync(quote: late.Text("newQuote/token"))).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task Row_01_a_cart_edited_after_the_quote_is_not_charged(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(2500);
        var basket = await client.FillAsync(sku);
        (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", new { sku, quantity = 1 }, token: basket.Token)).ShouldAnswer(200);

        var refused = await basket.PayAsync();

        await ShouldShowBothOffersAsync(shop, basket, refused, oldItems: 2500, newItems: 5000);
        (await basket.PayAsync(quote: refused.Text("newQuote/token"))).ShouldAnswer(200).Amount("order/totals/items").ShouldBe(5000);
    }

    [Theory, OnBothDatabases]
    public async Task Row_01_a_price_changed_after_the_quote_is_not_charged(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(2500);
        var basket = await client.FillAsync(sku);
        await client.PriceAsync(sku, 2600);

        var refused = await basket.PayAsync();

        await ShouldShowBothOffersAsync(shop, basket, refused, oldItems: 2500, newItems: 2600);
        (await shop.StockOfAsync(sku)).ShouldBe((100, 0));
        (await basket.PayAsync(quote: refused.Text("newQuote/token"))).ShouldAnswer(200).Amount("order/totals/items").ShouldBe(2600);
    }

    [Theory, OnBothDatabases]
    public async Task A_price_changed_at_another_hub_is_noticed_too(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = (await shop.AnotherHubAsync()).Client();
        var client = shop.Client();
        var sku = await client.SellAsync(2500);
        var basket = await client.FillAsync(sku);
        await other.PriceAsync(sku, 2600);

        await ShouldShowBothOffersAsync(shop, basket, await basket.PayAsync(), oldItems: 2500, newItems: 2600);
    }

    [Theory, OnBothDatabases]
    public async Task A_code_used_up_after_the_quote_is_not_given(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(2500);
        var code = await client.PromiseAsync(new { kind = "fixedAmount", amounts = ShopFloor.Usd(500), maxUses = 1 });
        var (basket, faster) = (await client.FillAsync(sku, codes: [code]), await client.FillAsync(sku, email: "b@example.com", codes: [code]));
        (await faster.PayAsync()).ShouldAnswer(200);

        var refused = await basket.PayAsync();

        await ShouldShowBothOffersAsync(shop, basket, refused, oldItems: 2500, newItems: 2500);
        refused.Amount("oldQuote/parts/discount").ShouldBe(500);
        refused.Amount("newQuote/parts/discount").ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task Goods_sold_out_after_the_quote_are_named(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 5);
        var basket = await client.FillAsync(sku, quantity: 3);
        await client.CountAsync(sku, 2);

        var refused = await basket.PayAsync();

        refused.ShouldAnswer(409, "out_of_stock");
        refused.Text("shortages/0/sku").ShouldBe(sku);
        (refused.Number("shortages/0/requested"), refused.Number("shortages/0/available")).ShouldBe((3, 2));
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldBeEmpty();
        (await shop.StockOfAsync(sku)).ShouldBe((2, 0));
        (await basket.CheckoutAsync()).Text("status").ShouldBe("ready");
    }

    [Theory, OnBothDatabases]
    public async Task Row_16_a_quote_of_another_checkout_or_of_nobody_is_refused(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var (basket, other) = (await client.FillAsync(sku), await client.FillAsync(sku));
        var parts = basket.Quote.Split('.');
        var later = string.Join('.', [.. parts[..^3], (long.Parse(parts[^3], System.Globalization.CultureInfo.InvariantCulture) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), .. parts[^2..]]);

        foreach (var forged in new[] { other.Quote, later, "", "q1.1.2.3", "q2.first-quotes.1.2.3", "q2.first-secrets.1.2.3", "q2.knone.1.2.3", basket.Quote[..^1] + (basket.Quote[^1] == '0' ? '1' : '0'), "\0" })
            (await basket.PayAsync(quote: forged)).ShouldAnswer(400, "invalid_request").Text("errors/0/pointer").ShouldBe("/quoteToken");

        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldBeEmpty();
        (await basket.PayAsync()).ShouldAnswer(200);
    }

    private static async Task ShouldShowBothOffersAsync(TestShop shop, Basket basket, Reply refused, long oldItems, long newItems)
    {
        refused.ShouldAnswer(409, "quote_changed");
        refused.Amount("oldQuote/parts/items").ShouldBe(oldItems);
        refused.Amount("newQuote/parts/items").ShouldBe(newItems);
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldBeEmpty();
        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(0);
    }
}
