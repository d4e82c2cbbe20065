using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Connections.Routing;

/// <summary>A second tax connection is asked beside the first: it serves nobody, and every difference is written down field by field.</summary>
public sealed class ShadowTests
{
    [Theory, OnBothDatabases]
    public async Task Where_a_shadow_differs_is_recorded_and_the_shopper_gets_the_first_answer(string database)
    {
        await using var shop = await ShadowedAsync(database, rate: 0.01m);
        var client = shop.Client();

        var basket = await client.FillAsync(await client.SellAsync(10_000));

        basket.Ready.Amount("totals/tax").ShouldBe(800, "as the connection that serves says");
        var difference = (await DifferencesAsync(client, atLeast: 1))[0]!;
        (difference["servedBy"]!.GetValue<string>(), difference["shadow"]!.GetValue<string>(), difference["subject"]!.GetValue<string>()).ShouldBe(("taxjar", "other-tables", basket.CheckoutId));
        var total = difference["differences"]!.AsArray().Single(field => field!["pointer"]!.GetValue<string>() == "/total")!;
        (total["served"]!.GetValue<string>(), total["shadow"]!.GetValue<string>()).ShouldBe(("800", "100"));
    }

    [Fact]
    public async Task A_shadow_that_is_silent_keeps_nobody_waiting_and_that_is_recorded_too()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        await client.ConnectAsync("far", "taxjar", new { apiKey = "x", baseUrl = "http://127.0.0.1:9/taxjar", fromAddress = new { country = "US", region = "OR", postalCode = "97201", city = "Portland", line1 = "1" } });
        (await client.RouteAsync("US", "tax", new { rules = Array.Empty<object>(), shadow = new { connection = "far" } })).ShouldAnswer(201);

        (await client.FillAsync(await client.SellAsync())).Ready.Text("status").ShouldBe("ready");

        (await DifferencesAsync(client, atLeast: 1))[0]!["differences"]![0]!["shadow"]!.GetValue<string>().ShouldBe("a failure: Transient");
    }

    [Fact]
    public async Task A_checkout_is_taxed_by_the_next_connection_when_the_first_is_down()
    {
        await using var shop = await ShadowedAsync("sqlite", rate: 0.05m);
        var client = shop.Client();
        await client.RouteAsync("US", "tax", RoutedShop.Use("taxjar", "other-tables"), "*");
        await new Simulator(shop).FaultAsync("status", "quote", 503, vendor: "taxjar");

        var ready = (await client.FillAsync(await client.SellAsync(10_000))).Ready;

        ready.Amount("totals/tax").ShouldBe(500);
        ready.Findings().ShouldNotContain("tax_estimated", "it is an answer, not an estimate");
    }

    private static async Task<TestShop> ShadowedAsync(string database, decimal rate)
    {
        var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        await client.ConnectAsync("other-tables", "tax-tables", new { tables = new[] { new { country = "US", rate, title = "Another" } } });
        (await client.RouteAsync("US", "tax", new { rules = Array.Empty<object>(), shadow = new { connection = "other-tables" } })).ShouldAnswer(201);
        return shop;
    }

    private static async Task<List<JsonNode?>> DifferencesAsync(ShopClient client, int atLeast)
    {
        List<JsonNode?> found = [];
        (await ShopFloor.EventuallyAsync(async () => (found = (await client.StaffAsync(HttpMethod.Get, "/admin/routes/US/tax/differences")).List("items").ToList()).Count >= atLeast)).ShouldBeTrue();
        return found;
    }
}
