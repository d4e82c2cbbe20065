using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Durability;

public sealed class StuckProcessTests
{
    [Theory, OnBothDatabases]
    public async Task A_capture_the_provider_refuses_waits_for_staff_and_can_be_retried(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
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

    [Theory, OnBothDatabases]
    public async Task A_capture_that_staff_skip_is_not_booked_and_the_order_can_be_called_off(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        await simulator.FaultAsync("refuse", "capture", times: 1);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        string? id = null;
        (await ShopFloor.EventuallyAsync(async () => (id = (await client.StaffAsync(HttpMethod.Get, "/admin/processes?status=stuck")).Text("items/0/id")) is not null)).ShouldBeTrue();

        (await client.StaffAsync(HttpMethod.Post, $"/admin/processes/{id}/skip", headers: ShopFloor.AnyVersion)).ShouldAnswer(200);
        (await ShopFloor.EventuallyAsync(async () => (await client.StaffAsync(HttpMethod.Get, $"/admin/processes/{id}")).Text("status") == "completed")).ShouldBeTrue();

        var shown = await client.OrderAsync(order);
        shown.Text("status").ShouldBe("placed");
        shown.Text("payments/0/status").ShouldBe("authorized");
        (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Captured.ShouldBe(0);
        (await client.StaffOrderAsync(order, "cancel")).ShouldAnswer(200).Text("status").ShouldBe("canceled");
        (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Status.ShouldBe("voided");
    }
}
