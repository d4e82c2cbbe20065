using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http.CardData;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 1, numbers from clients: what a shopper pays follows from the catalogue, whatever number a client sends.</summary>
public sealed class ClientNumbersTests
{
    private static readonly string[] Odd = ["-1", "-2147483648", "1000000000", "1e9", "1e-9", "0.5", "NaN", "-NaN", "Infinity", "\"1\"", "\"-1\"", "9223372036854775808", "-9223372036854775809", "1e400", "-0.0", "0x1", "true", "null", "[1]", "{}"];

    /// <summary>Every number a storefront may send. Whoever adds one has it tried here.</summary>
    private static readonly string[] Numbers =
        ["PATCH /v1/carts/{id}/lines/{lineId} /quantity", "POST /v1/carts /lines/0/quantity", "POST /v1/carts/{id}/lines /quantity", "POST /v1/carts/{id}/operations /operations/0/quantity"];

    [Fact]
    public async Task Row_01_the_only_numbers_a_storefront_sends_are_quantities()
    {
        var found = from operation in await Canary.OperationsAsync(await TestShop.OnAsync("sqlite"))
                    where operation.Path.StartsWith("/v1", StringComparison.Ordinal)
                    from place in Canary.Bodies(operation.Operation, operation.Document)
                    where place.Body.Contains($":{Canary.Number}", StringComparison.Ordinal)
                    select $"{operation.Method} {operation.Path} {place.Pointer}";

        found.Distinct().Order(StringComparer.Ordinal).ShouldBe(Numbers);
    }

    [Theory, OnBothDatabases]
    public async Task Row_01_no_odd_number_changes_what_is_paid(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(2500, stock: 100);
        var basket = await client.FillAsync(sku, quantity: 2);
        var line = (await client.GetAsync($"/v1/carts/{basket.CartId}", basket.Token)).Text("lines/0/id");
        foreach (var number in Odd.Append("0"))
        {
            (HttpMethod Method, string Path, string Body)[] tries =
            [
                (HttpMethod.Post, "/v1/carts", $$"""{"lines":[{"sku":"{{sku}}","quantity":{{number}}}]}"""),
                (HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", $$"""{"sku":"{{sku}}","quantity":{{number}}}"""),
                (HttpMethod.Post, $"/v1/carts/{basket.CartId}/operations", $$"""{"operations":[{"type":"addLine","sku":"{{sku}}","quantity":{{number}}}]}"""),
                .. number == "0" ? [] : ((HttpMethod, string, string)[])
                [
                    (HttpMethod.Patch, $"/v1/carts/{basket.CartId}/lines/{line}", $$"""{"quantity":{{number}}}"""),
                    (HttpMethod.Post, $"/v1/carts/{basket.CartId}/operations", $$"""{"operations":[{"type":"setQuantity","lineId":"{{line}}","quantity":{{number}}}]}"""),
                ],
            ];
            foreach (var (method, path, body) in tries) (await client.SendAsync(method, path, body, token: basket.Token)).Status.ShouldBeOneOf([400, 422], $"{method} {path} {body}");
        }

        var paid = (await basket.PayAsync()).ShouldAnswer(200);
        paid.Amount("order/totals/items").ShouldBe(5000, "the quote of before still holds, so nothing has changed");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldHaveSingleItem().Amount.ShouldBe(basket.Total);
    }

    [Theory, OnBothDatabases]
    public async Task Row_01_no_odd_number_of_staff_moves_money_or_makes_a_price(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(2500, stock: 100);
        var basket = await client.FillAsync(sku);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        foreach (var number in Odd.Where(number => number is not "null" and not "1000000000").Append("0"))
        {
            var amount = $$$"""{"amount":{"amount":{{{number}}},"currency":"USD"}}""";
            foreach (var action in (string[])["refund", "capture"]) (await client.StaffOrderAsync(order, action, amount)).Status.ShouldBeOneOf([400, 409, 422], $"{action} {amount}");
            if (number == "0") continue;
            (await client.StaffAsync(HttpMethod.Post, "/admin/prices", $$"""{"sku":"{{sku}}","currency":"USD","amount":{{number}}}""")).Status.ShouldBeOneOf([400, 422], number);
            (await client.StaffAsync(HttpMethod.Post, "/admin/stock", $$"""{"sku":"{{sku}}","onHand":{{number}}}""")).Status.ShouldBeOneOf([400, 422], number);
            (await client.StaffAsync(HttpMethod.Put, $"/admin/promotions/N{Guid.NewGuid():N}"[..40], $$"""{"kind":"percentage","percent":{{number}}}""")).Status.ShouldBeOneOf([400, 422], number);
            (await client.StaffAsync(HttpMethod.Put, $"/admin/promotions/N{Guid.NewGuid():N}"[..40], $$$"""{"kind":"fixedAmount","amounts":{"USD":{{{number}}}}}""")).Status.ShouldBeOneOf([400, 422], number);
        }

        var charge = (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldHaveSingleItem();
        (charge.Captured, charge.Refunded).ShouldBe((basket.Total, 0));
        (await client.CartAsync("US", (sku, 1))).Amount("totals/items").ShouldBe(2500);
    }

    /// <summary>Members that a client might hope are read: every one of them is refused by name, and the price is the catalogue's.</summary>
    [Theory, OnBothDatabases]
    public async Task Row_01_a_price_that_a_client_sends_along_is_refused(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync(2500);
        var basket = await client.FillAsync(sku);
        foreach (var name in (string[])["price", "unitPrice", "amount", "total", "discount", "tax", "currency", "taxRate"])
        {
            (await client.SendAsync(HttpMethod.Post, "/v1/carts", new JsonObject { ["lines"] = new JsonArray(new JsonObject { ["sku"] = sku, ["quantity"] = 1, [name] = 1 }) })).ShouldAnswer(400, "invalid_request");
            (await client.SendAsync(HttpMethod.Patch, $"/v1/checkouts/{basket.CheckoutId}", new JsonObject { [name] = 1 }, token: basket.Token)).ShouldAnswer(400, "invalid_request");
            (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", new JsonObject { ["quoteToken"] = basket.Quote, ["payment"] = new JsonObject { ["method"] = new JsonObject { ["type"] = "card", ["token"] = "pm_card_visa" }, [name] = 1 } },
                token: basket.Token, idempotency: Guid.NewGuid().ToString("N"))).ShouldAnswer(400, "invalid_request");
        }

        (await basket.CheckoutAsync()).Amount("totals/total").ShouldBe(basket.Total);
    }
}
