using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composable.Hub.Tests.Fixture;

/// <summary>What a call was answered: status, headers and JSON.</summary>
public sealed record Reply(int Status, JsonNode? Json, HttpResponseMessage Raw)
{
    public JsonNode this[string member] => Json![member] ?? throw new InvalidOperationException($"No '{member}' in {Json}");

    public string? Code => Json?["code"]?.GetValue<string>();

    public string? Header(string name) => Raw.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}

/// <summary>Speaks to a shop as a storefront, a guest and staff do.</summary>
public sealed class ShopClient(TestShop shop)
{
    public static readonly object Austin = new { name = "Ada Byron", line1 = "1 Main St", city = "Austin", region = "TX", postalCode = "78701", country = "US" };
    public static readonly object Berlin = new { name = "Ada Byron", line1 = "Lindenweg 1", city = "Berlin", postalCode = "10115", country = "DE" };
    public static readonly object Tokyo = new { name = "Ada Byron", line1 = "1-1", city = "Tokyo", postalCode = "100-0001", country = "JP" };

    private readonly HttpClient http = shop.Http;

    public TestShop Shop { get; } = shop;

    public async Task<Reply> SendAsync(HttpMethod method, string path, object? body = null, string? key = "pk_demo", string? token = null, string? idempotency = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : JsonContent.Create(body);
        if (key is ['s' or 'a', 'k' or 's' or 't', '_', ..]) request.Headers.Authorization = new("Bearer", key);
        else if (key is not null) request.Headers.Add("Hub-Key", key);
        if (token is not null) request.Headers.Add("Hub-Cart-Token", token);
        if (idempotency is not null) request.Headers.Add("Idempotency-Key", idempotency);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.Ordinal) == true;
        return new Reply((int)response.StatusCode, isJson && answer.Length > 0 ? JsonNode.Parse(answer) : null, response);
    }

    public Task<Reply> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token: token);

    public Task<Reply> StaffAsync(HttpMethod method, string path, object? body = null, string? idempotency = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body, key: "sk_demo", idempotency: idempotency, headers: headers);

    /// <summary>A product of the test's own with one SKU; prices in minor units.</summary>
    public async Task<string> SellAsync(long usd = 2500, long? stock = 100, long eur = 2400, long jpy = 3000, long weightGrams = 500)
    {
        var sku = TestShop.NewSku();
        var product = new JsonObject
        {
            ["slug"] = sku.ToLowerInvariant(),
            ["title"] = $"Test product {sku}",
            ["variants"] = new JsonArray(new JsonObject
            {
                ["sku"] = sku,
                ["prices"] = new JsonObject { ["USD"] = usd, ["EUR"] = eur, ["JPY"] = jpy },
                ["weightGrams"] = weightGrams,
                ["stock"] = stock,
            }),
        };
        using var content = new StringContent(product.ToJsonString() + "\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/imports?format=jsonl") { Content = content };
        request.Headers.Authorization = new("Bearer", "sk_demo");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return sku;
    }

    /// <summary>A checkout that is ready to be completed.</summary>
    public async Task<Basket> FillAsync(string sku, int quantity = 1, string market = "US", object? address = null, string email = "ada@example.com", string[]? codes = null, string? delivery = null)
    {
        var cart = await SendAsync(HttpMethod.Post, "/v1/carts", new { market, lines = new[] { new { sku, quantity } } });
        cart.Status.ShouldBe(201, cart.Json?.ToString());
        var token = cart["token"].GetValue<string>();
        var cartId = cart["id"].GetValue<string>();
        foreach (var code in codes ?? [])
            (await SendAsync(HttpMethod.Post, $"/v1/carts/{cartId}/operations", new { operations = new[] { new { type = "applyCode", code } } }, token: token)).Status.ShouldBe(200);
        var checkout = await SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId }, token: token);
        var id = checkout["id"].GetValue<string>();
        var patched = await SendAsync(HttpMethod.Patch, $"/v1/checkouts/{id}", new { email, shippingAddress = address ?? AddressIn(market) }, token: token);
        patched.Status.ShouldBe(200, patched.Json?.ToString());
        var ready = await SendAsync(HttpMethod.Patch, $"/v1/checkouts/{id}", new { deliveryOption = delivery ?? patched["deliveryOptions"][0]!["id"]!.GetValue<string>() }, token: token);
        ready["status"].GetValue<string>().ShouldBe("ready", ready.Json?.ToString());
        return new Basket(this, cartId, id, token, ready);
    }

    public static object AddressIn(string market) => market switch { "DE" => Berlin, "JP" => Tokyo, _ => Austin };
}

/// <summary>A ready checkout in a guest's hands.</summary>
public sealed record Basket(ShopClient Client, string CartId, string CheckoutId, string Token, Reply Ready)
{
    public long Total => Ready["totals"]["total"]!["amount"]!.GetValue<long>();

    public string Quote => Ready["quote"]["token"]!.GetValue<string>();

    public Task<Reply> PayAsync(string method = "pm_card_visa", string? key = null, string? quote = null, string type = "card") => Client.SendAsync(
        HttpMethod.Post, $"/v1/checkouts/{CheckoutId}/complete", new { quoteToken = quote ?? Quote, payment = new { method = new { type, token = method } } }, token: Token, idempotency: key ?? Guid.NewGuid().ToString("N"));

    public Task<Reply> CheckoutAsync() => Client.GetAsync($"/v1/checkouts/{CheckoutId}", Token);

    /// <summary>Polls until the checkout has the status, for at most ten seconds.</summary>
    public async Task<Reply> UntilAsync(string status)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var now = await CheckoutAsync();
            if (now["status"].GetValue<string>() == status) return now;
            await Task.Delay(100);
        }

        throw new TimeoutException($"The checkout did not become {status}: {(await CheckoutAsync()).Json}");
    }

    public async Task<Reply> OrderUntilAsync(string orderId, string status)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var now = await Client.GetAsync($"/v1/orders/{orderId}", Token);
            if (now["status"].GetValue<string>() == status) return now;
            await Task.Delay(100);
        }

        throw new TimeoutException($"The order did not become {status}.");
    }
}
