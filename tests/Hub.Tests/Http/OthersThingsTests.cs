using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

/// <summary>What belongs to somebody else does not exist, on every verb.</summary>
public sealed class OthersThingsTests
{
    [Theory, OnBothDatabases]
    public async Task Row_02_anothers_cart_checkout_and_order_do_not_exist(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var (open, paid) = (await client.FillAsync(sku), await client.FillAsync(sku));
        var order = (await paid.PayAsync())["orderId"].GetValue<string>();
        var stranger = (await client.FillAsync(sku)).Token;
        var device = (await (await Shopper.RegisterAsync(client)).GetAsync("/v1/customers/me/sessions")).ShouldAnswer(200).Text("items/0/id")!;
        foreach (var route in ApiRoute.Of(shop).Where(route => route.Pattern.Contains("{id}", StringComparison.Ordinal) && !route.IsAdmin && !route.Pattern.Contains("product", StringComparison.Ordinal)))
        {
            var kind = route.Pattern.Split('/')[2];
            var id = kind switch { "carts" => open.CartId, "checkouts" => open.CheckoutId, "orders" => order, "customers" => route.Pattern.Contains("sessions", StringComparison.Ordinal) ? device : "adr_999", _ => throw new InvalidOperationException($"Whose is a {kind}?") };
            foreach (var token in new[] { stranger, "", "ct_wrong", open.Token[..^1] })
                (await shop.CallAsync(route, route.Sample(), route.Path(id), headers: ("Hub-Cart-Token", token))).ShouldBeProblem(404, "not_found", $"{route} with '{token}'");
            (await shop.CallAsync(route, route.Sample(), headers: ("Hub-Cart-Token", stranger))).ShouldBeProblem(404, "not_found", $"{route} of nothing");
        }

        (await open.CheckoutAsync())["status"].GetValue<string>().ShouldBe("ready");
        (await client.GetAsync($"/v1/orders?checkout={paid.CheckoutId}", stranger))["items"].AsArray().ShouldBeEmpty();
        (await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = open.CartId }, token: stranger)).ShouldBeProblem(404, "not_found", "a checkout of another's cart");
    }

    [Theory, OnBothDatabases]
    public async Task Anothers_canceled_checkout_is_not_told_even_to_who_knows_the_idempotency_key(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var path = $"/v1/checkouts/{basket.CheckoutId}/cancel";
        (await client.SendAsync(HttpMethod.Post, path, token: basket.Token, idempotency: "k1")).Status.ShouldBe(200);

        (await client.SendAsync(HttpMethod.Post, path, token: "ct_wrong", idempotency: "k1")).ShouldBeProblem(404, "not_found", "replay");
        (await client.SendAsync(HttpMethod.Post, path, token: basket.Token, idempotency: "k1")).Header("Idempotent-Replayed").ShouldBe("true");
    }
}
