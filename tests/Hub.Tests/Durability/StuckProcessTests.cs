using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Durability;

public sealed class StuckProcessTests
{
    [Theory, OnBothDatabases]
    public async Task A_capture_the_provider_refuses_waits_for_staff_and_can_be_retried(string database)
    {
        var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        await simulator.FaultAsync("refuse", "capture");

        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;

        (await ShopFloor.EventuallyAsync(async () => await StuckAsync() is not null)).ShouldBeTrue("the order stands and the money waits for staff");
        var id = (await StuckAsync())!;
        var shown = (await client.StaffAsync(HttpMethod.Get, $"/admin/processes/{id}")).ShouldAnswer(200);
        shown.List("journal").Select(entry => entry!["phase"]!.GetValue<string>()).ShouldContain("stuck");
        (await client.StaffAsync(HttpMethod.Post, $"/admin/processes/{id}/undo", headers: ShopFloor.AnyVersion)).ShouldAnswer(409, "process_state");
        await simulator.HealAsync();
        (await client.StaffAsync(HttpMethod.Post, $"/admin/processes/{id}/retry", headers: ShopFloor.AnyVersion)).ShouldAnswer(200);

        await basket.OrderUntilAsync(order, "paid");
        (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Captured.ShouldBe(basket.Total);
        (await client.StaffAsync(HttpMethod.Post, $"/admin/processes/{id}/retry", headers: ShopFloor.AnyVersion)).ShouldAnswer(409, "process_state");

        async Task<string?> StuckAsync() => (await client.StaffAsync(HttpMethod.Get, "/admin/processes?status=stuck")).Text("items/0/id");
    }
}
