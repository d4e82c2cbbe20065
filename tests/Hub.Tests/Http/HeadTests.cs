using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

public sealed class HeadTests
{
    private static readonly string[] Changing = ["Date", "Trace-Id", "Content-Length", "Transfer-Encoding", "Server-Timing", "RateLimit"];
    private static readonly string[] Answering = ["/healthz", "/metrics", "/v1/products", "/v1/carts/{id}", "/v1/checkouts/{id}", "/v1/orders/{id}", "/admin/orders/{id}"];

    [Fact]
    public async Task HEAD_answers_like_GET_without_a_body_on_every_route()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        var found = new HashSet<string>();
        foreach (var route in ApiRoute.All(shop).Where(route => route.Method == "GET"))
        {
            foreach (var path in new[] { route.Path(), route.Path(Known(route, basket, order)) }.Distinct())
            {
                var (get, head) = (await AskAsync(shop, HttpMethod.Get, route, path, basket.Token), await AskAsync(shop, HttpMethod.Head, route, path, basket.Token));
                head.ShouldBe(get, path);
                if (get.StartsWith("200", StringComparison.Ordinal)) found.Add(route.Pattern);
            }
        }

        foreach (var pattern in Answering) found.ShouldContain(pattern);
    }

    private static string Known(ApiRoute route, Basket basket, string order) => route.Pattern.Split('/') switch
    {
        [_, "v1", "carts", ..] => basket.CartId,
        [_, "v1", "checkouts", ..] => basket.CheckoutId,
        [_, _, "orders", ..] => order,
        _ => "none_1",
    };

    /// <summary>The status and the headers, one per line; a body after HEAD would be read as the beginning of the next answer.</summary>
    private static async Task<string> AskAsync(TestShop shop, HttpMethod method, ApiRoute route, string path, string token)
    {
        using var request = new HttpRequestMessage(method, path);
        var (name, value) = Wire.Key(route);
        request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.Add("Hub-Cart-Token", token);
        using var answer = await shop.Http.SendAsync(request);
        if (method == HttpMethod.Head) (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty(path);
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => !Changing.Contains(header.Key)).OrderBy(header => header.Key, StringComparer.Ordinal);
        return string.Join('\n', headers.Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Prepend($"{(int)answer.StatusCode}"));
    }
}
