using System.Net.ServerSentEvents;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Checkout;

public sealed class CheckoutEventsTests
{
    [Theory, OnBothDatabases]
    public async Task A_storefront_hears_when_a_confirmed_checkout_completes(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var asked = await basket.PayAsync("pm_card_authenticationRequired");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/checkouts/{basket.CheckoutId}/events");
        request.Headers.Add("Hub-Key", "pk_demo");
        request.Headers.Add("Hub-Cart-Token", basket.Token);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await shop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");

        var heard = new List<string>();
        await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(deadline.Token))
        {
            heard.Add(item.EventType);
            item.Data.ShouldContain(basket.CheckoutId);
            if (heard.Count == 1) await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "succeed");
        }

        heard[0].ShouldBe("action_required");
        heard[^1].ShouldBe("completed");
    }

    [Theory, OnBothDatabases]
    public async Task The_stream_ends_when_a_guest_signs_in_and_takes_the_cart_along(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var shopper = await Shopper.RegisterAsync(client);
        var cart = (await client.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku = await client.SellAsync(), quantity = 1 } } })).ShouldAnswer(201);
        var (cartId, token) = (cart.Text("id"), cart.Text("token"));
        var checkout = (await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId }, token: token)).ShouldAnswer(201).Text("id");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/checkouts/{checkout}/events");
        request.Headers.Add("Hub-Cart-Token", token);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var response = await shop.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);

        (await client.SendAsync(HttpMethod.Post, "/v1/sessions", new { email = shopper.Email, password = shopper.Password, cartId }, token: token)).ShouldAnswer(201);

        // Not cut off, which a storefront would take for a failure and try again.
        (await response.Content.ReadAsStringAsync(deadline.Token)).ShouldContain(checkout!);
    }

    [Theory, OnBothDatabases]
    public async Task Nobody_else_can_listen(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());

        (await client.GetAsync($"/v1/checkouts/{basket.CheckoutId}/events")).ShouldAnswer(404, "not_found");
    }
}
