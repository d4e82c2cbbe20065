using Composable.Hub.Checkout;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Composable.Hub.Tests.Checkout;

/// <summary>What becomes of checkouts that nobody finishes.</summary>
public sealed class ExpiryTests
{
    [Theory, OnBothDatabases]
    public async Task A_checkout_whose_time_is_over_is_closed_and_its_cart_is_free_for_another(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var (forgotten, other) = (await client.FillAsync(sku), await client.FillAsync(sku));
        await LetTimePassAsync(shop, forgotten);

        await SweepAsync(shop);

        (await forgotten.CheckoutAsync()).Text("status").ShouldBe("expired");
        (await forgotten.PayAsync()).ShouldAnswer(409, "checkout_closed");
        (await new Simulator(shop).ChargesAsync()).ShouldBeEmpty();
        (await other.CheckoutAsync()).Text("status").ShouldBe("ready", "its time is not over");
        var again = await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = forgotten.CartId }, token: forgotten.Token);
        again.ShouldAnswer(201).Text("id").ShouldNotBe(forgotten.CheckoutId);
        again.Text("status").ShouldBe("ready", "the cart has kept what the shopper chose");
    }

    [Theory, OnBothDatabases]
    public async Task Two_hubs_that_sweep_at_once_close_a_checkout_once(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = await shop.AnotherHubAsync();
        var client = shop.Client();
        var sku = await client.SellAsync();
        var forgotten = new List<Basket>();
        for (var i = 0; i < 5; i++) forgotten.Add(await client.FillAsync(sku));
        foreach (var basket in forgotten) await LetTimePassAsync(shop, basket);

        await Task.WhenAll(SweepAsync(shop), SweepAsync(other));

        foreach (var basket in forgotten)
        {
            (await basket.CheckoutAsync()).Text("status").ShouldBe("expired");
            (await shop.Database.CountAsync($"SELECT count(*) FROM events WHERE stream = {basket.CheckoutId} AND type = 'checkout.expired'", default)).ShouldBe(1);
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_checkout_that_is_being_paid_for_does_not_expire(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var asked = await basket.PayAsync("pm_card_authenticationRequired");
        await LetTimePassAsync(shop, basket);

        await SweepAsync(shop);

        (await basket.CheckoutAsync()).Text("status").ShouldBe("action_required");
        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "succeed");
        await basket.UntilAsync("completed");
    }

    private static Task LetTimePassAsync(TestShop shop, Basket basket) =>
        shop.Database.CommitAsync(new Commit().Add($"UPDATE checkouts SET expires_at = {Sql.Now} - 1 WHERE id = {basket.CheckoutId}"), default);

    private static Task SweepAsync(TestShop shop) => shop.Hub.Services.GetServices<IHostedService>().OfType<ExpireCheckouts>().Single().SweepAsync(default);
}
