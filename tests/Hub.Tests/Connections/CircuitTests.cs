using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Connections;

/// <summary>A vendor that fails again and again is left alone for a while, and taken back when it has recovered.</summary>
public sealed class CircuitTests
{
    [Fact]
    public async Task A_tax_service_that_keeps_failing_is_left_alone_and_taken_back_when_it_is_well()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var (client, simulator) = (shop.Client(), new Simulator(shop));
        var sku = await client.SellAsync();
        await simulator.FaultAsync("status", "quote", 503, vendor: "taxjar");
        for (var tries = 0; tries < 20 && await CircuitAsync(client) == "closed"; tries++) (await client.FillAsync(sku)).Ready.Findings().ShouldContain("tax_estimated");
        (await CircuitAsync(client)).ShouldBe("open");
        var asked = (await simulator.TaxBooksAsync())["requests"]!.GetValue<long>();

        (await client.FillAsync(sku)).Ready.Findings().ShouldContain("tax_estimated", "the shop stays open");
        (await simulator.TaxBooksAsync())["requests"]!.GetValue<long>().ShouldBe(asked, "nobody asks a vendor that is left alone");

        await simulator.HealAsync();
        (await ShopFloor.EventuallyAsync(async () => !(await client.FillAsync(sku)).Ready.Findings().Contains("tax_estimated"), seconds: 30)).ShouldBeTrue("it is asked again");
        (await CircuitAsync(client)).ShouldBe("closed");
    }

    [Fact]
    public async Task One_vendor_that_is_left_alone_does_not_keep_others_from_being_asked()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var (client, simulator) = (shop.Client(), new Simulator(shop));
        await simulator.FaultAsync("status", "*", 503, vendor: "taxjar");
        for (var tries = 0; tries < 20; tries++) await client.StaffAsync(HttpMethod.Post, "/admin/connections/taxjar/test");
        (await CircuitAsync(client)).ShouldBe("open");

        (await (await client.FillAsync(await client.SellAsync())).PayAsync()).ShouldAnswer(200).Text("status").ShouldBe("completed");
    }

    private static async Task<string?> CircuitAsync(ShopClient client) => (await client.StaffAsync(HttpMethod.Get, "/admin/connections/taxjar")).Text("circuit");
}
