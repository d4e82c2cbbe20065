using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Connections.Routing;

/// <summary>A newcomer among the connections is tried on a few, and goes by itself when it does worse.</summary>
public sealed class CanaryTests
{
    [Theory, OnBothDatabases]
    public async Task A_canary_that_fails_is_rolled_back_and_no_shopper_notices(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        await client.RouteAsync("US", "payments", new { rules = Array.Empty<object>(), canary = new { connection = "dead", percent = 100, calls = 5 } });

        for (var order = 0; order < 6; order++) (await (await client.FillAsync(sku)).PayAsync()).ShouldAnswer(200).Text("status").ShouldBe("completed");

        (await ShopFloor.EventuallyAsync(async () => await RolledBackAsync(client))).ShouldBeTrue();
        (await RouteAsync(client)).Text("canary/why")!.ShouldContain("failed or were declined");
        var after = await client.FillAsync(sku);
        (await after.PayAsync()).ShouldAnswer(200);
        (await shop.AttemptsAsync(after)).ShouldHaveSingleItem("the canary is not asked any more").Connection.ShouldBe("stripe");
        (await shop.Database.CountAsync($"SELECT count(*) FROM events WHERE type = 'route.rolled_back'", default)).ShouldBe(1);
    }

    [Fact]
    public async Task A_canary_that_declines_more_than_the_others_is_rolled_back()
    {
        await using var shop = await RoutedShop.StartAsync("sqlite");
        var client = shop.Client();
        var sku = await client.SellAsync();
        await client.RouteAsync("US", "payments", new { rules = Array.Empty<object>(), canary = new { connection = "second", percent = 100, calls = 5, worseBy = 0.3 } });

        for (var order = 0; order < 5; order++) (await (await client.FillAsync(sku)).PayAsync(order < 2 ? "pm_card_visa_chargeDeclined" : "pm_card_visa")).Status.ShouldBeOneOf(200, 402);
        (await RolledBackAsync(client)).ShouldBeFalse("it is judged when it fails, not when it works");
        (await (await client.FillAsync(sku)).PayAsync("pm_card_visa_chargeDeclined")).ShouldAnswer(402);

        (await ShopFloor.EventuallyAsync(async () => await RolledBackAsync(client))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_canary_that_does_as_well_as_the_others_stays()
    {
        await using var shop = await RoutedShop.StartAsync("sqlite");
        var client = shop.Client();
        var sku = await client.SellAsync();
        await client.RouteAsync("US", "payments", new { rules = Array.Empty<object>(), canary = new { connection = "second", percent = 100, calls = 5 } });

        for (var order = 0; order < 8; order++) (await (await client.FillAsync(sku)).PayAsync()).ShouldAnswer(200);

        (await RolledBackAsync(client)).ShouldBeFalse();
    }

    private static Task<Reply> RouteAsync(ShopClient client) => client.StaffAsync(HttpMethod.Get, "/admin/routes/US/payments");

    private static async Task<bool> RolledBackAsync(ShopClient client) => (await RouteAsync(client))["canary"]["rolledBack"]!.GetValue<bool>();
}
