using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Connections;

/// <summary>Staff see what vendors were asked for an order, and nothing that is nobody's business.</summary>
public sealed class CallLogTests
{
    [Theory, OnBothDatabases]
    public async Task The_calls_of_an_order_from_its_first_quote_to_its_refund_are_kept(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        (await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } })).ShouldAnswer(200);
        await (await client.FillAsync(await client.SellAsync())).PayAsync();

        string[] expected = ["POST /taxjar/v2/taxes", "POST /stripe/v1/payment_intents", "POST /stripe/v1/payment_intents/…/capture", "POST /taxjar/v2/transactions/orders", "GET /stripe/v1/refunds", "POST /stripe/v1/refunds", "POST /taxjar/v2/transactions/refunds"];
        var calls = await CallsUntilAsync(client, order, expected.Length);

        calls.Select(call => call["operation"]!.GetValue<string>()).Distinct().ShouldBe(expected, ignoreOrder: true);
        calls.ShouldAllBe(call => call["outcome"]!.GetValue<string>().StartsWith('2'));
        calls.ShouldAllBe(call => call["traceId"]!.GetValue<string>().Length == 32);
        calls.Count(call => call["operation"]!.GetValue<string>() == "POST /stripe/v1/payment_intents").ShouldBe(1, "those of the other order are not among them");
        calls.Select(call => call["at"]!.GetValue<DateTimeOffset>()).ShouldBeInOrder();
        var pages = await client.StaffAsync(HttpMethod.Get, $"/admin/orders/{order}/calls?limit=2");
        pages["items"].AsArray().Count.ShouldBe(2);
        pages["nextCursor"].GetValue<string>().ShouldNotBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_call_carries_what_was_agreed_that_it_costs(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("Connections:taxjar:Terms:PerThousandCalls:Amount", "1250"), ("Connections:taxjar:Terms:PerThousandCalls:Currency", "USD"));
        var client = shop.Client();
        (await client.StaffAsync(HttpMethod.Get, "/admin/connections/taxjar"))["terms"]["perThousandCalls"]!["amount"]!.GetValue<long>().ShouldBe(1250);
        var order = (await (await client.FillAsync(await client.SellAsync())).PayAsync()).ShouldAnswer(200).Text("orderId")!;

        var calls = await CallsUntilAsync(client, order, 4);

        var cost = calls.First(call => call["connection"]!.GetValue<string>() == "taxjar")["costPerThousand"]!;
        (cost["amount"]!.GetValue<long>(), cost["currency"]!.GetValue<string>()).ShouldBe((1250, "USD"));
        calls.First(call => call["connection"]!.GetValue<string>() == "stripe")["costPerThousand"].ShouldBeNull("nothing was agreed");
    }

    [Theory, OnBothDatabases]
    public async Task A_call_that_failed_says_how(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (client, simulator) = (shop.Client(), new Simulator(shop));
        await simulator.FaultAsync("status", "quote", 503, vendor: "taxjar");
        var basket = await client.FillAsync(await client.SellAsync());
        await simulator.HealAsync();
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;

        var calls = await CallsUntilAsync(client, order, 4);

        calls.ShouldContain(call => call["connection"]!.GetValue<string>() == "taxjar" && call["outcome"]!.GetValue<string>() == "503");
    }

    [Theory, OnBothDatabases]
    public async Task Nothing_that_identifies_anybody_is_in_the_log(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var paid = (await basket.PayAsync()).ShouldAnswer(200);
        await CallsUntilAsync(client, paid.Text("orderId")!, 4);

        var rows = string.Join('\n', await shop.Database.QueryAsync<string>($"SELECT coalesce(operation, '') || outcome || connection FROM vendor_calls", default));

        foreach (var secret in new[] { "sk_test", "pm_card", "ada@", "Austin", "78701", "pi_", "pay_", paid.Text("orderId")!, basket.CheckoutId }) rows.ShouldNotContain(secret, Case.Insensitive);
    }

    [Fact]
    public async Task The_calls_of_an_order_that_is_not_there_are_not_there() =>
        (await (await TestShop.OnAsync("sqlite")).Client().StaffAsync(HttpMethod.Get, "/admin/orders/ord_none/calls")).ShouldBeProblem(404, "not_found", "calls");

    [Theory, OnBothDatabases]
    public async Task Calls_are_forgotten_after_a_month(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        foreach (var days in new[] { 29, 31 })
        {
            await shop.Database.CommitAsync(new Composable.Hub.Storage.Commit().Add($"""
                INSERT INTO vendor_calls (subject, connection, operation, outcome, milliseconds, at)
                VALUES ('old', 'stripe', 'GET /', '200', {(long)days}, {Composable.Hub.Storage.Sql.Now} - {days * 86_400_000L})
                """), default);
        }

        await shop.Client().StaffAsync(HttpMethod.Post, "/admin/connections/stripe/test");

        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM vendor_calls WHERE subject = 'old'", default) == 1)).ShouldBeTrue();
        (await shop.Database.CountAsync($"SELECT milliseconds FROM vendor_calls WHERE subject = 'old'", default)).ShouldBe(29);
    }

    /// <summary>Nobody waits for the log, so a test does.</summary>
    private static async Task<IReadOnlyList<JsonNode>> CallsUntilAsync(ShopClient client, string order, int different)
    {
        List<JsonNode> calls = [];
        await ShopFloor.EventuallyAsync(async () =>
        {
            calls = [.. (await client.StaffAsync(HttpMethod.Get, $"/admin/orders/{order}/calls?limit=100"))["items"].AsArray().Select(call => call!)];
            return calls.DistinctBy(call => call["operation"]!.GetValue<string>()).Count() >= different;
        });
        return calls;
    }
}
