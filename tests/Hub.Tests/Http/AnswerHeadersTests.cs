using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

public sealed class AnswerHeadersTests
{
    private static void ShouldBeGuarded(Reply reply, string about)
    {
        reply.Header("X-Content-Type-Options").ShouldBe("nosniff", about);
        reply.Header("X-Frame-Options").ShouldBe("DENY", about);
        reply.Header("Content-Security-Policy").ShouldBe("default-src 'none'; frame-ancestors 'none'", about);
        reply.Header("Referrer-Policy").ShouldBe("no-referrer", about);
        reply.Header("Cross-Origin-Resource-Policy").ShouldBe("same-origin", about);
        reply.Header("Vary").ShouldNotBeNull(about).ShouldContain("Origin");
        reply.Header("Strict-Transport-Security").ShouldBeNull(about);
        reply.Raw.Content.Headers.ContentType?.MediaType.ShouldNotBe("text/html", about);
    }

    [Fact]
    public async Task Row_15_every_answer_of_every_route_tells_browsers_to_do_nothing_with_it()
    {
        var shop = await TestShop.OnAsync("sqlite");
        foreach (var route in ApiRoute.All(shop).Where(route => !route.Pattern.EndsWith("/events", StringComparison.Ordinal)))
        {
            ShouldBeGuarded(await shop.RawAsync(route.Method, route.Path(), headers: Wire.Key(route)), $"{route}");
            ShouldBeGuarded(await shop.RawAsync(route.Method, route.Path()), $"{route} without a key");
        }

        ShouldBeGuarded(await shop.RawAsync("GET", "/nowhere"), "nowhere");
        ShouldBeGuarded(await shop.RawAsync("PROPFIND", "/v1/carts"), "a wrong verb");
        ShouldBeGuarded(await shop.RawAsync("POST", "/v1/carts", "{"u8.ToArray(), headers: ("Hub-Key", "pk_demo")), "a wrong body");
    }

    [Fact]
    public async Task What_is_somebodys_own_is_not_kept_by_caches_and_the_catalogue_may_be()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        foreach (var path in new[] { $"/v1/carts/{basket.CartId}", $"/v1/checkouts/{basket.CheckoutId}", "/v1/orders?checkout=" + basket.CheckoutId })
            (await client.GetAsync(path, basket.Token)).ShouldAnswer(200).Header("Cache-Control").ShouldBe("no-store", path);
        (await client.StaffAsync(HttpMethod.Get, "/admin/orders")).ShouldAnswer(200).Header("Cache-Control").ShouldBe("no-store");
        (await client.GetAsync("/v1/products/none")).ShouldAnswer(404).Header("Cache-Control").ShouldBe("no-store");
        (await client.GetAsync("/v1/products")).ShouldAnswer(200).Header("Cache-Control").ShouldBeNull();
    }

    [Fact]
    public async Task Whose_word_counts_for_the_address_and_the_scheme_is_configured()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("Http:Proxies:0", "127.0.0.0/8"), ("Limits:Browse", "1"), ("Limits:Window", "01:00:00"));
        var client = shop.Client();
        Task<Reply> From(string address, string scheme = "https") =>
            client.SendAsync(HttpMethod.Get, "/v1/categories", headers: [("X-Forwarded-For", address), ("X-Forwarded-Proto", scheme)]);

        (await From("203.0.113.1")).ShouldAnswer(200).Header("Strict-Transport-Security").ShouldBe("max-age=31536000; includeSubDomains");
        (await From("203.0.113.1")).ShouldAnswer(429).Header("Strict-Transport-Security").ShouldNotBeNull();
        (await From("203.0.113.2", "http")).ShouldAnswer(200).Header("Strict-Transport-Security").ShouldBeNull();
        (await From("203.0.113.3, 203.0.113.1")).ShouldAnswer(429, "rate_limited");
    }

    [Fact]
    public async Task Row_11_nobody_is_believed_who_is_no_proxy_of_ours()
    {
        foreach (var proxies in new (string, string)[][] { [], [("Http:Proxies:0", "192.0.2.1")] })
        {
            await using var shop = await TestShop.StartAsync("sqlite", [.. proxies, ("Limits:Browse", "1"), ("Limits:Window", "01:00:00")]);
            var client = shop.Client();
            (await client.GetAsync("/v1/categories")).ShouldAnswer(200);
            foreach (var name in new[] { "X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP", "X-Original-For" })
                (await client.SendAsync(HttpMethod.Get, "/v1/categories", headers: [(name, name == "Forwarded" ? "for=203.0.113.9" : "203.0.113.9"), ("X-Forwarded-Proto", "https")])).ShouldAnswer(429).Header("Strict-Transport-Security").ShouldBeNull(name);
        }
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_is_named() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => TestShop.StartAsync("sqlite", ("Http:Proxies:0", "everyone")))).Message.ShouldContain("Http:Proxies:0");
}
