using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Orders;

public sealed class FulfillmentTests
{
    [Theory, OnBothDatabases]
    public async Task Goods_are_sent_in_parts_until_all_are_gone(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (order, sku) = await PaidAsync(client, quantity: 3);

        var part = (await client.StaffOrderAsync(order, "fulfill", Lines(sku, 1, "TRACK-1"))).ShouldAnswer(200);
        part.Text("status").ShouldBe("fulfilling");
        part.Text("fulfillments/0/trackingNumber").ShouldBe("TRACK-1");
        (await client.StaffOrderAsync(order, "fulfill", Lines(sku, 3))).ShouldAnswer(422, "amount_exceeds");
        (await client.StaffOrderAsync(order, "fulfill", Lines(sku, 0))).ShouldAnswer(422);
        (await client.StaffOrderAsync(order, "fulfill", Lines("OTHER", 1))).ShouldAnswer(422);
        (await client.StaffOrderAsync(order, "cancel")).ShouldAnswer(409, "order_state");
        var rest = (await client.StaffOrderAsync(order, "fulfill")).ShouldAnswer(200);
        rest.Text("status").ShouldBe("fulfilled");
        rest.Number("fulfillments/1/lines/0/quantity").ShouldBe(2);
        (await client.StaffOrderAsync(order, "fulfill")).ShouldAnswer(409, "order_state");
        (await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 100, currency = "USD" } })).ShouldAnswer(200).Text("status").ShouldBe("fulfilled");
    }

    [Theory, OnBothDatabases]
    public async Task Ten_parcels_at_once_send_no_piece_twice(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (order, sku) = await PaidAsync(client, quantity: 4);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.StaffOrderAsync(order, "fulfill", Lines(sku, 1))));

        answers.Count(answer => answer.Status == 200).ShouldBe(4, string.Join(" ", answers.Select(answer => answer.Status)));
        var now = await client.OrderAsync(order);
        now.Text("status").ShouldBe("fulfilled");
        now.List("fulfillments").Sum(sent => sent!["lines"]![0]!["quantity"]!.GetValue<long>()).ShouldBe(4);
    }

    [Theory, OnBothDatabases]
    public async Task An_order_that_is_being_canceled_is_not_sent(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var (order, _) = await PaidAsync(client, quantity: 2);
        await simulator.FaultAsync("slow", "refund", 2000, times: 1);

        var canceling = client.StaffOrderAsync(order, "cancel");
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM processes WHERE kind = 'cancel'", default) == 1)).ShouldBeTrue();
        var sent = await client.StaffOrderAsync(order, "fulfill");

        sent.ShouldAnswer(409, "order_state");
        (await canceling).Status.ShouldBeOneOf(200, 202);
        (await ShopFloor.EventuallyAsync(async () => (await client.OrderAsync(order)).Text("status") == "canceled")).ShouldBeTrue();
        (await client.OrderAsync(order)).List("fulfillments").ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_timeline_tells_the_order_in_its_order(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (order, _) = await PaidAsync(client, quantity: 1);
        (await client.StaffOrderAsync(order, "fulfill")).ShouldAnswer(200);

        var timeline = (await client.StaffAsync(HttpMethod.Get, $"/admin/orders/{order}/timeline")).ShouldAnswer(200);

        timeline.List("items").Select(entry => entry!["type"]!.GetValue<string>()).ShouldBe(["order.placed", "order.paid", "order.fulfilled"]);
    }

    [Theory, OnBothDatabases]
    public async Task Parts_of_an_order_add_up(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 7 });
        var basket = await client.FillAsync(await client.SellAsync(3333), quantity: 3, codes: [code]);

        var order = (await basket.PayAsync()).ShouldAnswer(200);

        long Total(string part) => order.Amount($"order/totals/{part}");
        Total("total").ShouldBe(Total("items") - Total("discount") + Total("shipping") + Total("tax"));
        order.List("order/taxLines").Sum(line => line!["amount"]!["amount"]!.GetValue<long>()).ShouldBe(Total("tax"));
        order.List("order/lines").Sum(line => line!["discount"]!["amount"]!.GetValue<long>()).ShouldBe(Total("discount"));
        order.Amount("order/lines/0/total").ShouldBe(order.Amount("order/lines/0/unitPrice") * 3 - order.Amount("order/lines/0/discount") + order.Amount("order/lines/0/tax"));
    }

    private static object Lines(string sku, int quantity, string? trackingNumber = null) => new { lines = new[] { new { sku, quantity } }, trackingNumber };

    private static async Task<(string Order, string Sku)> PaidAsync(ShopClient client, int quantity)
    {
        var sku = await client.SellAsync(2500, stock: 10);
        var basket = await client.FillAsync(sku, quantity);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        return (order, sku);
    }

    [Theory, OnBothDatabases]
    public async Task Canceling_and_sending_at_the_same_moment_do_not_both_happen(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var orders = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PaidAsync(client, quantity: 1)));

        await Task.WhenAll(orders.Select(async paid =>
        {
            var both = await Task.WhenAll(client.StaffOrderAsync(paid.Order, "cancel"), client.StaffOrderAsync(paid.Order, "fulfill"));
            both.Count(answer => answer.Status == 200).ShouldBe(1, string.Join(" ", both.Select(answer => $"{answer.Status} {answer.Code}")));
        }));

        foreach (var (order, _) in orders)
        {
            var now = await client.OrderAsync(order);
            (now.Text("status") == "canceled").ShouldBe(now.List("fulfillments").Count == 0, now.Json!.ToString());
        }
    }
}
