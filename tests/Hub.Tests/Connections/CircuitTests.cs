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

    [Fact]
    public async Task A_vendor_that_asks_to_be_left_alone_is_not_asked_before_its_time()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var (client, simulator) = (shop.Client(), new Simulator(shop));
        var sku = await client.SellAsync();
        await simulator.FaultAsync("status", "quote", 429, times: 1, vendor: "taxjar");
        (await client.FillAsync(sku)).Ready.Findings().ShouldContain("tax_estimated");
        var asked = await AskedAsync(simulator);

        (await client.FillAsync(sku)).Ready.Findings().ShouldContain("tax_estimated", "it is well again, but its second is not over");
        (await AskedAsync(simulator)).ShouldBe(asked);

        (await ShopFloor.EventuallyAsync(async () => !(await client.FillAsync(sku)).Ready.Findings().Contains("tax_estimated"))).ShouldBeTrue("then it is asked again");
    }

    [Fact]
    public async Task Repeats_are_at_most_a_tenth_of_all_calls()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var (client, simulator) = (shop.Client(), new Simulator(shop));
        await simulator.FaultAsync("status", "*", 500, vendor: "taxjar", rate: 0.4);
        var before = await AskedAsync(simulator);

        for (var tries = 0; tries < 150; tries++) await client.StaffAsync(HttpMethod.Post, "/admin/connections/taxjar/test");

        (await AskedAsync(simulator) - before).ShouldBeLessThanOrEqualTo(150 + 15 + 10);
    }

    private static async Task<long> AskedAsync(Simulator simulator) => (await simulator.TaxBooksAsync())["requests"]!.GetValue<long>();

    private static async Task<string?> CircuitAsync(ShopClient client) => (await client.StaffAsync(HttpMethod.Get, "/admin/connections/taxjar")).Text("circuit");
}
