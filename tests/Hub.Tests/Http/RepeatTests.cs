using System.Net;
using System.Net.Sockets;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

/// <summary>A request that was accepted once keeps its first answer, whatever became of the shop since.</summary>
public sealed class RepeatTests
{
    private static string NewKey() => Guid.NewGuid().ToString("N");

    private static void ShouldReplay(Reply again, Reply first, string about)
    {
        again.Status.ShouldBe(first.Status, $"{about}: {again.Json}");
        again.Json?.ToJsonString().ShouldBe(first.Json?.ToJsonString(), about);
        again.Header("Idempotent-Replayed").ShouldBe("true", about);
    }

    [Theory, OnBothDatabases]
    public async Task A_shoppers_requests_are_answered_as_at_first_when_the_order_is_long_placed(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var (cart, token, key) = await CartAsync(client, sku);
        var steps = new List<(HttpMethod Method, string Path, object? Body, Reply First)>();
        async Task<Reply> StepAsync(HttpMethod method, string path, object? body)
        {
            var reply = await client.SendAsync(method, path, body, token: token, idempotency: key);
            steps.Add((method, path, body, reply));
            return reply;
        }

        var line = (await StepAsync(HttpMethod.Post, $"/v1/carts/{cart}/lines", new { sku, quantity = 1 })).ShouldAnswer(200).Text("lines/0/id");
        (await StepAsync(HttpMethod.Patch, $"/v1/carts/{cart}/lines/{line}", new { quantity = 2 })).ShouldAnswer(200);
        var other = (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{cart}/lines", new { sku = await client.SellAsync(), quantity = 1 }, token: token)).Text("lines/1/id");
        (await StepAsync(HttpMethod.Delete, $"/v1/carts/{cart}/lines/{other}", null)).ShouldAnswer(200);
        var checkout = (await StepAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart })).ShouldAnswer(201).Text("id");
        var ready = (await StepAsync(HttpMethod.Patch, $"/v1/checkouts/{checkout}", new { email = "a@example.com", shippingAddress = ShopClient.Austin, deliveryOption = "standard" })).ShouldAnswer(200);
        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{checkout}/complete",
            new { quoteToken = ready.Text("quote/token"), payment = new { method = new { type = "card", token = "pm_card_visa" } } }, token: token, idempotency: NewKey())).ShouldAnswer(200);

        foreach (var (method, path, body, first) in steps) ShouldReplay(await client.SendAsync(method, path, body, token: token, idempotency: key), first, $"{method} {path}");
        foreach (var (method, path, body, _) in steps) (await client.SendAsync(method, path, body, token: token, idempotency: NewKey())).Status.ShouldBe(409, $"{method} {path}");
    }

    [Theory, OnBothDatabases]
    public async Task The_answer_with_a_checkout_that_was_open_already_is_kept_too(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (cart, token, key) = await CartAsync(client, await client.SellAsync());
        var checkout = (await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart }, token: token)).ShouldAnswer(201).Text("id");
        var same = await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart }, token: token, idempotency: key);
        same.ShouldAnswer(201).Text("id").ShouldBe(checkout);
        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{checkout}/cancel", token: token, idempotency: key)).ShouldAnswer(200);

        ShouldReplay(await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart }, token: token, idempotency: key), same, "opening");
    }

    [Theory, OnBothDatabases]
    public async Task Giving_up_what_is_given_up_already_is_kept_too(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var key = NewKey();
        (await CancelAsync(NewKey())).ShouldAnswer(200);
        var second = (await CancelAsync(key)).ShouldAnswer(200);

        ShouldReplay(await CancelAsync(key), second, "canceling");

        Task<Reply> CancelAsync(string with) => client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/cancel", token: basket.Token, idempotency: with);
    }

    [Theory, OnBothDatabases]
    public async Task A_refusal_is_not_kept(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (sku, key) = (TestShop.NewSku(), NewKey());
        (await client.StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency = "USD", amount = 5 }, key)).ShouldAnswer(404);
        sku = await client.SellAsync();
        (await client.StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency = "USD", amount = 5 }, key)).ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task The_version_a_repeat_was_made_for_may_be_gone(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (cart, token, key) = await CartAsync(client, await client.SellAsync());
        var body = new { operations = new[] { new { type = "setEmail", email = "a@example.com" } } };
        var first = await client.SendAsync(HttpMethod.Post, $"/v1/carts/{cart}/operations", body, token: token, idempotency: key, headers: ("If-Match", "\"v1\""));

        ShouldReplay(await client.SendAsync(HttpMethod.Post, $"/v1/carts/{cart}/operations", body, token: token, idempotency: key, headers: ("If-Match", "\"v1\"")), first, "operations");
        (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{cart}/operations", body, token: token, idempotency: NewKey(), headers: ("If-Match", "\"v1\""))).ShouldAnswer(412);
    }

    [Theory, OnBothDatabases]
    public async Task A_promotion_is_created_once_per_key(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (path, body, key) = ($"/admin/promotions/P{NewKey()}"[..30], new { kind = "percentage", percent = 10 }, NewKey());
        var created = (await client.StaffAsync(HttpMethod.Put, path, body, key)).ShouldAnswer(201);

        ShouldReplay(await client.StaffAsync(HttpMethod.Put, path, body, key), created, path);
        (await client.StaffAsync(HttpMethod.Put, path, body)).ShouldAnswer(428);
    }

    [Theory, OnBothDatabases]
    public async Task Guests_from_two_addresses_do_not_get_each_others_cart_by_the_same_key(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (one, other) = (From(shop, "127.0.0.1"), From(shop, "127.0.0.2"));
        var key = NewKey();
        var first = await CreateAsync(one, key);
        var second = await CreateAsync(other, key);

        second.Id.ShouldNotBe(first.Id);
        second.Token.ShouldNotBe(first.Token);
        (await CreateAsync(one, key)).ShouldBe(first, "a repeat is known without a token");
        (await CreateAsync(one, key, ("Cookie", $"hub_cart_token={first.Token}"))).ShouldBe(first, "and with the cookie of the first answer");
        (await CreateAsync(one, key, ("Hub-Cart-Token", second.Token))).ShouldBe(first);
    }

    [Theory, OnBothDatabases]
    public async Task A_guest_is_the_holder_of_the_token_whoever_knows_the_key_and_from_wherever(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var (cart, token, key) = await CartAsync(client, await client.SellAsync());
        var (path, body) = ($"/v1/carts/{cart}/operations", new { operations = new[] { new { type = "setEmail", email = "a@example.com" } } });
        var first = (await client.SendAsync(HttpMethod.Post, path, body, token: token, idempotency: key)).ShouldAnswer(200);

        (await client.SendAsync(HttpMethod.Post, path, body, token: "ct_stranger", idempotency: key)).ShouldBeProblem(404, "not_found", "another guest");
        (await client.SendAsync(HttpMethod.Post, path, body, idempotency: key)).ShouldBeProblem(404, "not_found", "nobody's guest");
        ShouldReplay(await client.SendAsync(HttpMethod.Post, path, body, key: null, token: token, idempotency: key), first, "without the publishable key");
    }

    private static HttpClient From(TestShop shop, string address) => new(new SocketsHttpHandler
    {
        UseCookies = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = shop.Url };

    private static async Task<(string Id, string Token)> CreateAsync(HttpClient from, string key, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/carts") { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers.Append(("Hub-Key", "pk_demo")).Append(("Idempotency-Key", key))) request.Headers.Add(name, value);
        using var response = await from.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var cart = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return (cart["id"]!.GetValue<string>(), cart["token"]!.GetValue<string>());
    }

    private static async Task<(string Id, string Token, string Key)> CartAsync(ShopClient client, string sku)
    {
        var cart = (await client.CartAsync("US", (sku, 1))).ShouldAnswer(201);
        return (cart.Text("id")!, cart.Text("token")!, NewKey());
    }
}
