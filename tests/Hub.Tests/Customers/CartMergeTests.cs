using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

public sealed class CartMergeTests
{
    [Theory, OnBothDatabases]
    public async Task The_cart_of_a_guest_becomes_the_customers_and_its_token_opens_it_no_more(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var sku = await shop.Client().SellAsync();
        var (id, token) = await FillAsync(shop.Client(), (sku, 2));

        var session = await SignInAsync(shopper, id, token);

        Lines(session["cart"]!).ShouldBe([(sku, 2)]);
        session["dropped"].AsArray().ShouldBeEmpty();
        (await shop.Client().GetAsync($"/v1/carts/{id}", token)).ShouldAnswer(404);
        var now = shopper with { Token = session["token"].GetValue<string>() };
        (await now.GetAsync($"/v1/carts/{id}")).ShouldAnswer(200)["email"].GetValue<string>().ShouldBe(shopper.Email);
    }

    [Theory, OnBothDatabases]
    public async Task Two_carts_add_up_and_what_is_too_much_is_reported(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("Carts:MaxLines", "3"), ("Carts:MaxQuantity", "10"));
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var (both, own, fits, toomuch) = (await shop.Client().SellAsync(), await shop.Client().SellAsync(), await shop.Client().SellAsync(), await shop.Client().SellAsync());
        (await shopper.SendAsync(HttpMethod.Post, "/v1/carts", Cart((both, 8), (own, 1)))).ShouldAnswer(201);
        var (id, token) = await FillAsync(shop.Client(), (both, 5), (fits, 1), (toomuch, 3));

        var session = await SignInAsync(shopper, id, token);

        Lines(session["cart"]!).ShouldBe([(both, 10), (own, 1), (fits, 1)]);
        Dropped(session).ShouldBe([(both, 3, "limit_exceeded"), (toomuch, 3, "limit_exceeded")]);
        (await shop.Client().GetAsync($"/v1/carts/{id}", token)).ShouldAnswer(404);
    }

    [Theory, OnBothDatabases]
    public async Task The_strategy_decides_which_cart_stays(string database)
    {
        var shop = await TestShop.OnAsync(database);
        foreach (var strategy in (string[])["keep_guest", "keep_customer"])
        {
            var shopper = await Shopper.RegisterAsync(shop.Client());
            var (own, guest) = (await shop.Client().SellAsync(), await shop.Client().SellAsync());
            (await shopper.SendAsync(HttpMethod.Post, "/v1/carts", Cart((own, 1)))).ShouldAnswer(201);
            var (id, token) = await FillAsync(shop.Client(), (guest, 2));

            var session = await SignInAsync(shopper, id, token, strategy);

            var now = shopper with { Token = session["token"].GetValue<string>() };
            Lines(session["cart"]!).ShouldBe(strategy == "keep_guest" ? [(guest, 2)] : [(own, 1)]);
            Dropped(session).ShouldBe(strategy == "keep_guest" ? [(own, 1, "not_kept")] : [(guest, 2, "not_kept")]);
            Lines((await now.GetAsync("/v1/customers/me/cart")).ShouldAnswer(200).Json!).ShouldBe(Lines(session["cart"]!));
        }
    }

    [Theory, OnBothDatabases]
    public async Task Row_03_nobody_takes_a_cart_whose_token_they_do_not_have(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var eve = await Shopper.RegisterAsync(shop.Client());
        var (id, token) = await FillAsync(shop.Client(), (await shop.Client().SellAsync(), 1));
        var (_, other) = await FillAsync(shop.Client(), (await shop.Client().SellAsync(), 1));

        foreach (var wrong in (string?[])[null, other])
        {
            var session = await SignInAsync(eve, id, wrong);
            session["messages"]![0]!["code"]!.GetValue<string>().ShouldBe("cart_not_taken");
            session.Json!["cart"].ShouldBeNull();
        }

        (await shop.Client().GetAsync($"/v1/carts/{id}", token)).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task A_checkout_goes_along_with_its_cart_and_its_order_is_the_customers(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var session = await SignInAsync(shopper, basket.CartId, basket.Token);
        var now = shopper with { Token = session["token"].GetValue<string>() };
        (await shop.Client().GetAsync($"/v1/checkouts/{basket.CheckoutId}", basket.Token)).ShouldAnswer(404);

        var checkout = (await now.GetAsync($"/v1/checkouts/{basket.CheckoutId}")).ShouldAnswer(200);
        var paid = await now.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", new { quoteToken = checkout["quote"]!["token"]!.GetValue<string>(), payment = new { method = new { type = "card", token = "pm_card_visa" } } }, idempotency: Guid.NewGuid().ToString());

        var order = paid.ShouldAnswer(200)["orderId"].GetValue<string>();
        (await now.GetAsync($"/v1/orders/{order}")).ShouldAnswer(200);
        (await shop.Client().GetAsync($"/v1/orders/{order}", basket.Token)).ShouldAnswer(404);
        (await now.GetAsync("/v1/customers/me/orders")).ShouldAnswer(200).Json!["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()).ShouldBe([order]);
    }

    [Theory, OnBothDatabases]
    public async Task A_cart_that_was_left_cannot_be_bought_any_more(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        (await shopper.SendAsync(HttpMethod.Post, "/v1/carts", Cart((await shop.Client().SellAsync(), 1)))).ShouldAnswer(201);
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var now = shopper with { Token = (await SignInAsync(shopper, basket.CartId, basket.Token))["token"].GetValue<string>() };

        var checkout = (await now.GetAsync($"/v1/checkouts/{basket.CheckoutId}")).ShouldAnswer(200);
        var token = checkout.Json!["quote"]?["token"]?.GetValue<string>() ?? "none";
        (await now.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", new { quoteToken = token, payment = new { method = new { type = "card", token = "pm_card_visa" } } }, idempotency: Guid.NewGuid().ToString()))
            .ShouldAnswer(409, "cart_closed");
        (await now.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = basket.CartId })).ShouldAnswer(409, "cart_closed");
        (await now.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/operations", new { operations = new[] { new { type = "setEmail", email = "a@example.com" } } })).ShouldAnswer(409, "cart_closed");
    }

    [Theory, OnBothDatabases]
    public async Task Eight_devices_that_sign_in_at_once_take_one_cart_once(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var sku = await shop.Client().SellAsync();
        (await shopper.SendAsync(HttpMethod.Post, "/v1/carts", Cart((sku, 1)))).ShouldAnswer(201);
        var (id, token) = await FillAsync(shop.Client(), (sku, 2));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignInAsync(shopper, id, token)));

        Lines((await (await shopper.SignInAsync()).GetAsync("/v1/customers/me/cart")).ShouldAnswer(200).Json!).ShouldBe([(sku, 3)]);
    }

    private static object Cart(params (string Sku, int Quantity)[] lines) => new { market = "US", lines = lines.Select(line => new { sku = line.Sku, quantity = line.Quantity }) };

    private static async Task<(string Id, string Token)> FillAsync(ShopClient client, params (string Sku, int Quantity)[] lines)
    {
        var cart = (await client.SendAsync(HttpMethod.Post, "/v1/carts", Cart(lines))).ShouldAnswer(201);
        return (cart["id"].GetValue<string>(), cart["token"].GetValue<string>());
    }

    private static async Task<Reply> SignInAsync(Shopper shopper, string cartId, string? token, string? strategy = null) =>
        (await shopper.Client.SendAsync(HttpMethod.Post, "/v1/sessions", new { email = shopper.Email, password = shopper.Password, cartId, strategy }, token: token)).ShouldAnswer(201);

    private static IEnumerable<(string, int)> Lines(JsonNode cart) => cart["lines"]!.AsArray().Select(line => (line!["sku"]!.GetValue<string>(), line["quantity"]!.GetValue<int>()));

    private static IEnumerable<(string, int, string)> Dropped(Reply session) =>
        session["dropped"].AsArray().Select(line => (line!["sku"]!.GetValue<string>(), line["quantity"]!.GetValue<int>(), line["reason"]!.GetValue<string>()));
}
