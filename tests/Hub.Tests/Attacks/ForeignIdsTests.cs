using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http.CardData;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 3, ids inside bodies: each is looked for among what the caller owns, and nobody's is not everybody's.</summary>
public sealed class ForeignIdsTests
{
    /// <summary>Every id a storefront may name in a body. Whoever adds one has it swapped here.</summary>
    private static readonly string[] Ids =
    [
        "POST /v1/carts/{id}/operations /operations/0/lineId", "POST /v1/carts/{id}/operations /operations/0/optionId", "POST /v1/checkouts /cartId", "POST /v1/checkouts/{id}/complete /payment/connection",
        "POST /v1/checkouts/{id}/complete /quoteToken", "POST /v1/customers/me/orders/claims /order", "POST /v1/sessions /cartId",
        // Tried where the authenticator and the other provider are.
        "POST /v1/sessions/passkey /cartId", "POST /v1/sign-ins/finish /cartId",
    ];

    private static readonly string[] NamesOfIds = ["connection", "order", "quoteToken", "checkout", "customer", "address"];

    [Fact]
    public async Task Row_03_the_ids_in_bodies_are_those_that_are_swapped_here()
    {
        var found = from operation in await Canary.OperationsAsync(await TestShop.OnAsync("sqlite"))
                    where operation.Path.StartsWith("/v1", StringComparison.Ordinal)
                    from place in Canary.Bodies(operation.Operation, operation.Document)
                    let name = place.Pointer.Split('/')[^1]
                    where name.EndsWith("Id", StringComparison.Ordinal) || NamesOfIds.Contains(name)
                    select $"{operation.Method} {operation.Path} {place.Pointer}";

        found.Distinct().Order(StringComparer.Ordinal).ShouldBe(Ids);
    }

    [Theory, OnBothDatabases]
    public async Task Row_03_a_guest_who_names_another_guests_things_gets_nothing(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var (mine, foreign, bought) = (await client.FillAsync(sku), await client.FillAsync(sku), await client.FillAsync(sku));
        var order = (await bought.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        // Lines are counted in each cart, so it takes one that is only in the other's.
        var line = (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{foreign.CartId}/lines", new { sku = await client.SellAsync(), quantity = 1 }, token: foreign.Token)).ShouldAnswer(200).Text("lines/1/id")!;
        var before = (await client.GetAsync($"/v1/carts/{foreign.CartId}", foreign.Token)).Json!.ToJsonString();

        foreach (var token in (string?[])[mine.Token, null, ""])
        {
            (await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = foreign.CartId }, token: token)).Status.ShouldBe(404);
            (await client.GetAsync($"/v1/orders/{order}", token)).Status.ShouldBe(404);
            (await client.GetAsync($"/v1/orders?checkout={bought.CheckoutId}", token)).List("items").ShouldBeEmpty();
        }

        foreach (var operation in (object[])[new { type = "setQuantity", lineId = line, quantity = 9 }, new { type = "removeLine", lineId = line }])
            (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{mine.CartId}/operations", new { operations = new[] { operation } }, token: mine.Token)).ShouldAnswer(404);
        foreach (var method in (HttpMethod[])[HttpMethod.Patch, HttpMethod.Delete])
            (await client.SendAsync(method, $"/v1/carts/{mine.CartId}/lines/{line}", method == HttpMethod.Patch ? new { quantity = 9 } : null, token: mine.Token)).ShouldAnswer(404);
        (await mine.PayAsync(quote: foreign.Quote)).ShouldAnswer(400, "invalid_request");
        (await client.SendAsync(HttpMethod.Post, "/v1/sessions", new { email = Shopper.NewEmail(), password = "none", cartId = foreign.CartId }, token: mine.Token)).Status.ShouldBeOneOf(401, 404);

        (await client.GetAsync($"/v1/carts/{foreign.CartId}", foreign.Token)).Json!.ToJsonString().ShouldBe(before);
        (await mine.PayAsync()).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task Row_03_a_customer_who_names_another_customers_things_gets_nothing(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var (me, other) = (await Shopper.RegisterAsync(client), await Shopper.RegisterAsync(client));
        var address = (await other.SendAsync(HttpMethod.Post, "/v1/customers/me/addresses", new { address = ShopClient.Austin })).ShouldAnswer(201).Text("id");
        var basket = await client.FillAsync(sku);
        other = other with { Token = (await client.SendAsync(HttpMethod.Post, "/v1/sessions", new { email = other.Email, password = other.Password, cartId = basket.CartId, strategy = "keep_guest" }, token: basket.Token)).ShouldAnswer(201).Text("token")! };
        var bought = await client.FillAsync(sku);
        var order = (await bought.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        (await other.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, bought.Token)).ShouldAnswer(200);

        (await me.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = basket.CartId }, basket.Token)).ShouldAnswer(404);
        (await me.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, bought.Token)).ShouldAnswer(404);
        (await me.SendAsync(HttpMethod.Put, $"/v1/customers/me/addresses/{address}", new { address = ShopClient.Berlin })).ShouldAnswer(404);
        (await me.SendAsync(HttpMethod.Delete, $"/v1/customers/me/addresses/{address}")).ShouldAnswer(404);
        (await client.SendAsync(HttpMethod.Post, "/v1/sessions", new { email = me.Email, password = me.Password, cartId = basket.CartId, strategy = "keep_guest" }, token: basket.Token)).Status.ShouldBeOneOf(201, 404);

        (await me.GetAsync("/v1/customers/me/cart")).ShouldAnswer(404);
        (await me.GetAsync("/v1/customers/me/orders")).List("items").ShouldBeEmpty();
        (await other.GetAsync("/v1/customers/me/cart")).Text("id").ShouldBe(basket.CartId);
        (await other.GetAsync("/v1/customers/me/addresses")).Text("items/0/address/city").ShouldBe("Austin");
    }
}
