using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Orders;

/// <summary>Markets where staff collect the money.</summary>
public sealed class CaptureTests
{
    [Theory, OnBothDatabases]
    public async Task Staff_capture_once_and_never_more_than_was_authorized(string database)
    {
        var (shop, client, basket, order) = await AuthorizedAsync(database);
        await using var ownShop = shop;
        (await client.OrderAsync(order)).Text("status").ShouldBe("placed");

        (await client.StaffOrderAsync(order, "capture", Usd(basket.Total + 1))).ShouldAnswer(422, "amount_exceeds");
        (await client.StaffOrderAsync(order, "capture", new { amount = new { amount = 100, currency = "EUR" } })).ShouldAnswer(422, "currency_mismatch");
        (await client.StaffOrderAsync(order, "capture", Usd(0))).ShouldAnswer(400, "invalid_request");
        (await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{order}/capture", new { })).ShouldAnswer(400, "idempotency_key_required");
        var captured = (await client.StaffOrderAsync(order, "capture", key: $"{order}-capture")).ShouldAnswer(200);
        captured.Text("status").ShouldBe("paid");
        captured.Amount("payments/0/captured").ShouldBe(basket.Total);
        (await client.StaffOrderAsync(order, "capture", key: $"{order}-capture")).ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBe("true");
        (await client.StaffOrderAsync(order, "capture")).ShouldAnswer(409, "order_state");

        (await new Simulator(shop).ChargeUntilAsync(basket.CheckoutId, "captured")).Captured.ShouldBe(basket.Total);
        (await shop.BalanceAsync(order, "receivable")).ShouldBe(0);
        (await shop.BalanceAsync(order, "clearing:stripe")).ShouldBe(basket.Total);
    }

    [Theory, OnBothDatabases]
    public async Task A_part_can_be_captured_and_then_no_more(string database)
    {
        var (shop, client, basket, order) = await AuthorizedAsync(database);
        await using var ownShop = shop;

        (await client.StaffOrderAsync(order, "capture", Usd(1000))).ShouldAnswer(200).Amount("payments/0/captured").ShouldBe(1000);

        (await client.StaffOrderAsync(order, "capture", Usd(1))).ShouldAnswer(409, "order_state");
        (await client.StaffOrderAsync(order, "refund", Usd(1001))).ShouldAnswer(422, "amount_exceeds");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single().Captured.ShouldBe(1000);
    }

    [Theory, OnBothDatabases]
    public async Task Ten_captures_at_once_collect_once(string database)
    {
        var (shop, client, basket, order) = await AuthorizedAsync(database);
        await using var ownShop = shop;

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.StaffOrderAsync(order, "capture")));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 409 && answer.Code == "order_state");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single().Captured.ShouldBe(basket.Total);
    }

    [Theory, OnBothDatabases]
    public async Task Canceling_before_the_capture_voids_and_restocks(string database)
    {
        var (shop, client, basket, order) = await AuthorizedAsync(database);
        await using var ownShop = shop;
        var sku = (await client.OrderAsync(order)).Text("lines/0/sku")!;
        (await shop.StockOfAsync(sku)).ShouldBe((8, 0));

        var canceled = (await client.StaffOrderAsync(order, "cancel", new { reason = "changed my mind" })).ShouldAnswer(200);

        canceled.Text("status").ShouldBe("canceled");
        canceled.Text("payments/0/status").ShouldBe("voided");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single().Status.ShouldBe("voided");
        (await shop.StockOfAsync(sku)).ShouldBe((10, 0));
        (await shop.MovementsOfAsync(sku)).ShouldBe((10, 0));
        (await shop.BalanceAsync(order, "receivable")).ShouldBe(0);
        (await client.StaffOrderAsync(order, "capture")).ShouldAnswer(409, "order_state");
        (await client.StaffOrderAsync(order, "cancel")).ShouldAnswer(409, "order_state");
        (await client.StaffOrderAsync(order, "fulfill")).ShouldAnswer(409, "order_state");
    }

    [Theory, OnBothDatabases]
    public async Task Capturing_and_canceling_at_once_never_does_both(string database)
    {
        var (shop, client, basket, order) = await AuthorizedAsync(database);
        await using var ownShop = shop;

        var answers = await Task.WhenAll(client.StaffOrderAsync(order, "capture"), client.StaffOrderAsync(order, "cancel"));

        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 409);
        answers.ShouldContain(answer => answer.Status == 200);
        var charge = (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single();
        var now = await client.OrderAsync(order);
        (now.Text("status"), charge.Captured - charge.Refunded).ShouldBeOneOf(("paid", basket.Total), ("canceled", 0L));
        now.Amount("payments/0/captured").ShouldBe(charge.Captured);
    }

    private static object Usd(long amount) => new { amount = new { amount, currency = "USD" } };

    private static async Task<(TestShop Shop, ShopClient Client, Basket Basket, string Order)> AuthorizedAsync(string database)
    {
        var shop = await TestShop.StartAsync(database, ("Markets:0:CaptureOnOrder", "false"));
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync(2500, stock: 10), quantity: 2);
        var completed = (await basket.PayAsync()).ShouldAnswer(200);
        return (shop, client, basket, completed.Text("orderId")!);
    }
}
