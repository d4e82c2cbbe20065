using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Connections;

/// <summary>The notices of one payment in every order, each twice, before what they tell of and after it: the order ends the same.</summary>
public sealed class NoticeOrderTests
{
    private static readonly string[] Types = ["payment_intent.requires_action", "payment_intent.amount_capturable_updated", "payment_intent.succeeded", "charge.refunded"];
    private static readonly string[] Sums = ["authorized", "captured", "refunded"];

    [Theory, OnBothDatabases]
    public async Task All_orders_of_arrival_lead_to_the_same_order(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        await new Simulator(shop).NoticesAsync(new { vendor = "stripe", drop = true });
        var sku = await shop.Client().SellAsync(stock: 1000);
        var undisturbed = await BuyAndRefundAsync(shop, sku, []);

        foreach (var few in Permutations(Types).Chunk(12))
        {
            var ends = await Task.WhenAll(few.Select(async arrival => (Arrival: string.Join(", ", arrival), End: await BuyAndRefundAsync(shop, sku, arrival))));
            foreach (var (arrival, end) in ends) end.ShouldBe(undisturbed, arrival);
        }

        (await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status = 'applied'", default)).ShouldBe(24 * 2 * Types.Length);
        (await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status <> 'applied'", default)).ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task Notices_that_overtake_the_providers_answer_make_no_second_order(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        await simulator.NoticesAsync(new { vendor = "stripe", drop = true });
        var basket = await client.FillAsync(await client.SellAsync());
        await simulator.FaultAsync("drop_answer", "authorize", times: 1);
        var paying = basket.PayAsync();
        (await ShopFloor.EventuallyAsync(async () => (await simulator.ChargesOfAsync(basket.CheckoutId)).Count == 1)).ShouldBeTrue();

        await DeliverAsync(simulator, (await simulator.ChargesOfAsync(basket.CheckoutId)).Single(), Types.Take(3));

        (await paying).Status.ShouldBeOneOf(200, 202);
        var order = (await basket.UntilAsync("completed")).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(1);
        (await simulator.ChargesOfAsync(basket.CheckoutId)).ShouldHaveSingleItem().Captured.ShouldBe(basket.Total);
    }

    /// <summary>A confirmed payment and a refund, with notices while both are still to come and once more when all is over. What the order came to.</summary>
    private static async Task<string> BuyAndRefundAsync(TestShop shop, string sku, IReadOnlyList<string> arrival)
    {
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(sku);
        var asked = await basket.PayAsync("pm_card_authenticationRequired");
        asked.Text("status").ShouldBe("action_required");
        var charge = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single();
        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "succeed");
        await DeliverAsync(simulator, charge, arrival);
        var order = (await UntilCompletedAsync(basket)).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        (await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } })).ShouldAnswer(200);
        await DeliverAsync(simulator, charge, arrival);
        return await EndAsync(shop, order);
    }

    /// <summary>Without a notice the hub asks by itself, after a while.</summary>
    private static async Task<Reply> UntilCompletedAsync(Basket basket)
    {
        (await ShopFloor.EventuallyAsync(async () => (await basket.CheckoutAsync()).Text("status") == "completed", seconds: 40)).ShouldBeTrue();
        return await basket.CheckoutAsync();
    }

    /// <summary>Each notice twice, and then waits until all of them have been dealt with.</summary>
    private static async Task DeliverAsync(Simulator simulator, Charge charge, IEnumerable<string> types)
    {
        var sent = new List<string>();
        foreach (var type in types)
        {
            sent.Add($"evt_{Guid.NewGuid():N}");
            var notice = JsonNode.Parse(Simulator.Notice(sent[^1], type, charge.Id, charge.Reference, charge.Amount))!;
            if (type.StartsWith("charge.", StringComparison.Ordinal)) notice["data"]!["object"]!["payment_intent"] = charge.Id;
            for (var copy = 0; copy < 2; copy++) (await simulator.NotifyAsync(notice.ToJsonString())).ShouldAnswer(200);
        }

        foreach (var id in sent) (await simulator.NoticeUntilSettledAsync(id)).Status.ShouldBe("applied");
    }

    private static async Task<string> EndAsync(TestShop shop, string orderId)
    {
        var order = await shop.Client().OrderAsync(orderId);
        var payment = order.List("payments").ShouldHaveSingleItem();
        var money = Sums.Select(member => $"{member} {payment.At($"{member}/amount")}");
        var timeline = order.List("timeline").Select(entry => entry!["type"]!.GetValue<string>());
        var (receivable, clearing) = (await shop.BalanceAsync(orderId, "receivable"), await shop.BalanceAsync(orderId, "clearing:stripe"));
        return string.Join("; ", [order.Text("status")!, payment.At("status")!.GetValue<string>(), .. money, .. timeline, $"receivable {receivable}", $"clearing {clearing}"]);
    }

    private static IEnumerable<string[]> Permutations(string[] of) => of.Length <= 1
        ? [of]
        : of.SelectMany((first, index) => Permutations([.. of[..index], .. of[(index + 1)..]]).Select(rest => (string[])[first, .. rest]));
}
