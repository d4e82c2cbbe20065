using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Orders;

public sealed class RefundTests
{
    [Theory, OnBothDatabases]
    public async Task Refunds_in_parts_add_up_to_what_was_captured(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, basket, order) = await PaidAsync(shop);

        var part = (await client.StaffOrderAsync(order, "refund", Usd(777, "a scratch"))).ShouldAnswer(200);
        part.Text("payments/0/status").ShouldBe("partly_refunded");
        part.Text("payments/0/refunds/0/reason").ShouldBe("a scratch");
        (await client.StaffOrderAsync(order, "refund", Usd(basket.Total - 776))).ShouldAnswer(422, "amount_exceeds");
        (await client.StaffOrderAsync(order, "refund", Usd(1, "another currency", "EUR"))).ShouldAnswer(422, "currency_mismatch");
        var rest = (await client.StaffOrderAsync(order, "refund")).ShouldAnswer(200);
        rest.Text("payments/0/status").ShouldBe("refunded");
        rest.Amount("payments/0/refunded").ShouldBe(basket.Total);
        (await client.StaffOrderAsync(order, "refund", Usd(1))).ShouldAnswer(422, "amount_exceeds");

        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single().Refunded.ShouldBe(basket.Total);
        (await shop.BalanceAsync(order, "clearing:stripe")).ShouldBe(0);
        (await shop.BalanceAsync(order, "tax")).ShouldBe(0, "all refunds together give back exactly the tax");
        rest.List("timeline").Select(entry => entry!["type"]!.GetValue<string>()).ShouldBe(["order.placed", "order.paid", "order.refunded", "order.refunded"]);
    }

    [Theory, OnBothDatabases]
    public async Task The_tax_service_hears_of_the_same_tax_in_refunds_as_the_books(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, basket, order) = await PaidAsync(shop);
        var tax = basket.Ready.Amount("totals/tax");
        foreach (var amount in new[] { 333, 334, 335 }) (await client.StaffOrderAsync(order, "refund", Usd(amount))).ShouldAnswer(200);
        (await client.StaffOrderAsync(order, "refund")).ShouldAnswer(200);

        var simulator = new Simulator(shop);
        var refunds = (await client.OrderAsync(order)).List("payments/0/refunds").Select(refund => refund!["id"]!.GetValue<string>()).ToList();
        async Task<decimal> ReportedAsync() => (await simulator.TaxBooksAsync())["refunds"]!.AsArray()
            .Where(refund => refunds.Any(id => refund!.ToJsonString().Contains(id, StringComparison.Ordinal))).Sum(refund => Math.Abs(Tax(refund!)));

        (await ShopFloor.EventuallyAsync(async () => await ReportedAsync() * 100 == tax)).ShouldBeTrue($"the order's tax is {tax}, reported were {await ReportedAsync()}");
    }

    [Theory, OnBothDatabases]
    public async Task An_order_that_is_canceled_after_a_refund_in_part_owes_no_tax_and_none_is_owed_to_it(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, _, order) = await PaidAsync(shop);
        (await client.StaffOrderAsync(order, "refund", Usd(1000))).ShouldAnswer(200);
        (await client.StaffOrderAsync(order, "cancel")).ShouldAnswer(200);

        decimal? Net(System.Text.Json.Nodes.JsonNode books)
        {
            bool IsOfOrder(System.Text.Json.Nodes.JsonNode? row) => row!.ToJsonString().Contains(order, StringComparison.Ordinal);
            var (sales, refunds) = (books["transactions"]!.AsArray().Where(IsOfOrder).ToList(), books["refunds"]!.AsArray().Where(IsOfOrder).ToList());
            return refunds.Count < 2 ? null : sales.Sum(sale => Tax(sale!)) - refunds.Sum(refund => Math.Abs(Tax(refund!)));
        }

        var simulator = new Simulator(shop);
        (await ShopFloor.EventuallyAsync(async () => Net(await simulator.TaxBooksAsync()) == 0)).ShouldBeTrue((await simulator.TaxBooksAsync()).ToJsonString());
    }

    [Theory, OnBothDatabases]
    public async Task A_refund_that_fails_after_it_was_booked_leaves_the_books_and_can_be_made_again(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, basket, order) = await PaidAsync(shop);
        var simulator = new Simulator(shop);
        (await client.StaffOrderAsync(order, "refund", Usd(300))).ShouldAnswer(200);
        var refunded = (await client.StaffOrderAsync(order, "refund", Usd(500))).ShouldAnswer(200);
        var (tax, failing) = (await shop.BalanceAsync(order, "tax"), refunded.Text("payments/0/refunds/1/id"));
        var notice = Simulator.RefundNotice($"evt_{failing}", $"re_{failing}", (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Id, failing, 500, "failed");

        for (var time = 0; time < 2; time++) (await simulator.NotifyAsync(notice)).ShouldAnswer(200);

        (await simulator.NoticeUntilSettledAsync($"evt_{failing}")).Status.ShouldBe("applied");
        var after = await client.OrderAsync(order);
        (after.Text("payments/0/status"), after.Amount("payments/0/refunded")).ShouldBe(("partly_refunded", 300));
        after.List("payments/0/refunds").Select(refund => refund!["status"]!.GetValue<string>()).ShouldBe(["succeeded", "failed"]);
        after.List("timeline").Last()!["type"]!.GetValue<string>().ShouldBe("order.refund_failed");
        (await shop.BalanceAsync(order, "clearing:stripe")).ShouldBe(basket.Total - 300);
        (await client.StaffOrderAsync(order, "refund", Usd(500))).ShouldAnswer(200);
        (await shop.BalanceAsync(order, "tax")).ShouldBe(tax, "the same refund carries the same tax");
    }

    [Theory, OnBothDatabases]
    public async Task Row_06_a_hundred_refunds_at_once_never_exceed_what_was_captured(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, basket, order) = await PaidAsync(shop);
        var each = basket.Total / 20;

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.StaffOrderAsync(order, "refund", Usd(each))));

        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Status == 202 || answer.Status == 409 || answer.Status == 422 || answer.Status == 503);
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT refunding FROM payments WHERE order_id = {order}", default) == 0)).ShouldBeTrue("every refund that was begun ends");
        var charge = (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single();
        charge.Refunded.ShouldBeLessThanOrEqualTo(charge.Captured);
        charge.Refunded.ShouldBe(20 * each, "as many as fit go through");
        (await client.OrderAsync(order)).Amount("payments/0/refunded").ShouldBe(charge.Refunded);
        (await shop.BalanceAsync(order, "clearing:stripe")).ShouldBe(charge.Captured - charge.Refunded);
    }

    [Theory, OnBothDatabases]
    public async Task A_refund_repeated_with_its_key_is_one_refund(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, basket, order) = await PaidAsync(shop);
        var key = Guid.NewGuid().ToString("N");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.StaffOrderAsync(order, "refund", Usd(500), key)));

        answers.ShouldAllBe(answer => answer.Status == 200 || answer.Code == "idempotency_in_flight");
        (await client.StaffOrderAsync(order, "refund", Usd(500), key)).ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBe("true");
        (await client.StaffOrderAsync(order, "refund", Usd(501), key)).ShouldAnswer(422, "idempotency_conflict");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single().Refunded.ShouldBe(500);
    }

    [Theory, OnBothDatabases]
    public async Task Canceling_after_the_capture_refunds_what_is_left_and_restocks(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, basket, order) = await PaidAsync(shop);
        var sku = (await client.OrderAsync(order)).Text("lines/0/sku")!;
        (await client.StaffOrderAsync(order, "refund", Usd(500))).ShouldAnswer(200);

        var canceled = (await client.StaffOrderAsync(order, "cancel")).ShouldAnswer(200);

        canceled.Text("status").ShouldBe("canceled");
        canceled.Text("payments/0/status").ShouldBe("refunded");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single().Refunded.ShouldBe(basket.Total);
        (await shop.StockOfAsync(sku)).ShouldBe((10, 0));
        (await client.StaffOrderAsync(order, "refund")).Status.ShouldBeOneOf(409, 422);
    }

    [Theory, OnBothDatabases]
    public async Task Goods_that_do_not_come_back_stay_sold(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (client, _, order) = await PaidAsync(shop);
        var sku = (await client.OrderAsync(order)).Text("lines/0/sku")!;

        (await client.StaffOrderAsync(order, "cancel", new { restock = false })).ShouldAnswer(200);

        (await shop.StockOfAsync(sku)).ShouldBe((8, 0));
    }

    private static decimal Tax(System.Text.Json.Nodes.JsonNode refund) =>
        decimal.Parse(refund["salesTax"]!.ToJsonString().Trim('"'), System.Globalization.CultureInfo.InvariantCulture);

    private static object Usd(long amount, string? reason = null, string currency = "USD") => new { amount = new { amount, currency }, reason };

    private static async Task<(ShopClient Client, Basket Basket, string Order)> PaidAsync(TestShop shop)
    {
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync(2500, stock: 10), quantity: 2);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        return (client, basket, order);
    }
}
