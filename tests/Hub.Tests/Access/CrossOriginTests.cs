using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Access;

/// <summary>Pages of other origins read what the publishable key they use allows them to.</summary>
public sealed class CrossOriginTests
{
    private const string Theirs = "https://shop.example", Another = "https://other.example";

    private static Task<TestShop> ShopAsync() => TestShop.StartAsync("sqlite",
        ("Access:Keys:2:Name", "theirs"), ("Access:Keys:2:Key", "pk_theirs"), ("Access:Keys:2:Kind", "publishable"), ("Access:Keys:2:Origins:0", Theirs),
        ("Access:Keys:3:Name", "closed"), ("Access:Keys:3:Key", "pk_closed"), ("Access:Keys:3:Kind", "publishable"));

    private static Task<Reply> PreflightAsync(TestShop shop, string origin, string path = "/v1/carts") =>
        shop.RawAsync("OPTIONS", path, headers: [("Origin", origin), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "hub-key, content-type, idempotency-key")]);

    private static string? Allowed(Reply reply) => reply.Header("Access-Control-Allow-Origin");

    [Fact]
    public async Task A_browser_that_asks_first_is_answered_before_it_has_a_key()
    {
        await using var shop = await ShopAsync();
        var yes = await PreflightAsync(shop, Theirs);
        yes.Status.ShouldBe(204);
        Allowed(yes).ShouldBe(Theirs);
        yes.Header("Access-Control-Allow-Methods").ShouldNotBeNull().ShouldContain("POST");
        foreach (var name in new[] { "Hub-Key", "Content-Type", "Idempotency-Key", "Hub-Cart-Token", "If-Match" }) yes.Header("Access-Control-Allow-Headers").ShouldNotBeNull().ShouldContain(name);
        yes.Header("Vary").ShouldNotBeNull().ShouldContain("Origin");

        foreach (var origin in new[] { Another, "null", "http://shop.example", "https://shop.example:8443", "https://shop.example.evil.example", "https://evil-shop.example", "https://SHOP.example", "*", "http://localhost.evil.example:1", "http://localhost:80a" })
        {
            var no = await PreflightAsync(shop, origin);
            Allowed(no).ShouldBeNull(origin);
            no.Status.ShouldBe(405, origin);
        }
    }

    [Fact]
    public async Task An_answer_is_shown_to_the_origins_of_the_key_that_was_used()
    {
        await using var shop = await ShopAsync();
        async Task<string?> ShownAsync(string key, string origin, string path = "/v1/categories") => Allowed(await shop.RawAsync("GET", path, headers: [("Hub-Key", key), ("Origin", origin)]));

        (await ShownAsync("pk_theirs", Theirs)).ShouldBe(Theirs);
        (await ShownAsync("pk_theirs", Theirs, "/v1/carts/none_1")).ShouldBe(Theirs, "a refusal is shown as well");
        (await ShownAsync("pk_theirs", Another)).ShouldBeNull();
        (await ShownAsync("pk_closed", Theirs)).ShouldBeNull("of another key");
        (await ShownAsync("pk_unknown", Theirs)).ShouldBeNull();
        (await ShownAsync("pk_demo", "http://localhost:3000")).ShouldBe("http://localhost:3000");
        (await ShownAsync("pk_demo", "http://localhost")).ShouldBe("http://localhost");
        (await ShownAsync("pk_demo", Theirs)).ShouldBeNull();
        Allowed(await shop.RawAsync("GET", "/admin/orders", headers: [("Authorization", "Bearer sk_demo"), ("Origin", Theirs)])).ShouldBeNull("staff's key");
        Allowed(await shop.RawAsync("GET", "/v1/categories", headers: ("Hub-Key", "pk_theirs"))).ShouldBeNull("no origin");
    }

    [Fact]
    public async Task What_is_shown_are_the_headers_a_storefront_needs_and_never_a_wildcard()
    {
        await using var shop = await ShopAsync();
        var reply = await shop.RawAsync("GET", "/v1/categories", headers: [("Hub-Key", "pk_theirs"), ("Origin", Theirs)]);
        foreach (var name in new[] { "ETag", "Trace-Id", "RateLimit", "RateLimit-Policy", "Retry-After", "Idempotent-Replayed", "Location", "Server-Timing", "Hub-Degraded" })
            reply.Header("Access-Control-Expose-Headers")!.Split(", ").ShouldContain(name);
        reply.Header("Access-Control-Allow-Credentials").ShouldBe("true");
        reply.Header("Vary").ShouldNotBeNull().ShouldContain("Origin");
    }

    [Theory, InlineData("*"), InlineData("https://*.shop.example"), InlineData("https://shop.example/"), InlineData("shop.example"), InlineData("ftp://shop.example"), InlineData("https://a@shop.example"), InlineData("null"), InlineData("https://shop.example:*")]
    public async Task What_is_no_exact_origin_is_refused_by_name(string origin) => (await Should.ThrowAsync<InvalidOperationException>(() => TestShop.StartAsync("sqlite",
        ("Access:Keys:2:Name", "theirs"), ("Access:Keys:2:Key", "pk_theirs"), ("Access:Keys:2:Kind", "publishable"), ("Access:Keys:2:Origins:0", origin)))).Message.ShouldContain("Access:Keys:2:Origins");

    [Fact]
    public async Task A_secret_key_has_no_origins() => (await Should.ThrowAsync<InvalidOperationException>(() => TestShop.StartAsync("sqlite",
        ("Access:Keys:2:Name", "theirs"), ("Access:Keys:2:Key", "sk_theirs"), ("Access:Keys:2:Kind", "secret"), ("Access:Keys:2:Origins:0", Theirs)))).Message.ShouldContain("Access:Keys:2:Origins");
}
