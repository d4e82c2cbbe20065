using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

public sealed class RateLimitTests
{
    private static Task<TestShop> StrictAsync(int browse = 100_000, int checkout = 100_000, int admin = 100_000) => TestShop.StartAsync("sqlite",
        ("Limits:Window", "01:00:00"), ("Limits:Browse", $"{browse}"), ("Limits:Checkout", $"{checkout}"), ("Limits:Admin", $"{admin}"));

    [Fact]
    public async Task Every_answer_says_the_rule_and_what_is_left_of_it()
    {
        await using var shop = await StrictAsync(browse: 50, checkout: 60, admin: 70);
        var client = shop.Client();
        var browsed = await client.GetAsync("/v1/categories");
        browsed.Header("RateLimit-Policy").ShouldBe("\"browse\";q=50;w=3600");
        browsed.Header("RateLimit").ShouldBe("\"browse\";r=49");
        (await client.GetAsync("/v1/products/none")).ShouldAnswer(404).Header("RateLimit").ShouldBe("\"browse\";r=48", "a refusal costs as well");
        (await client.SendAsync(HttpMethod.Post, "/v1/carts", new { })).Header("RateLimit").ShouldBe("\"checkout\";r=59");
        (await client.StaffAsync(HttpMethod.Get, "/admin/orders")).Header("RateLimit").ShouldBe("\"admin\";r=69");
        (await client.GetAsync("/healthz")).Header("RateLimit").ShouldBeNull();
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        await using var shop = await StrictAsync(browse: 3);
        var client = shop.Client();
        for (var i = 0; i < 3; i++) (await client.GetAsync("/v1/categories")).ShouldAnswer(200);

        var refused = await client.GetAsync("/v1/categories");

        refused.ShouldBeProblem(429, "rate_limited", "the fourth");
        refused["retryable"].GetValue<bool>().ShouldBeTrue();
        var wait = int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture);
        wait.ShouldBeInRange(1, 3600);
        refused.Header("RateLimit").ShouldBe($"\"browse\";r=0;t={wait}");
        refused.Header("RateLimit-Policy").ShouldBe("\"browse\";q=3;w=3600");
    }

    [Fact]
    public async Task Who_is_signed_in_is_counted_wherever_they_come_from()
    {
        await using var shop = await StrictAsync(browse: 10);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var keys = new List<string>();
        foreach (var name in (string[])["one", "two", "three"]) keys.Add((await shop.Client().StaffAsync(HttpMethod.Post, "/admin/keys", new { name, kind = "publishable" })).ShouldAnswer(201).Text("key")!);
        Task<Reply> BrowseAsync(int turn) => shop.Client().SendAsync(HttpMethod.Get, "/v1/categories", key: keys[turn % 3], headers: ("Authorization", $"Bearer {shopper.Token}"));

        for (var turn = 0; turn < 10; turn++) (await BrowseAsync(turn)).ShouldAnswer(200).Header("RateLimit").ShouldBe($"\"browse\";r={9 - turn}");

        (await BrowseAsync(10)).ShouldAnswer(429, "rate_limited");
        (await shop.Client().SendAsync(HttpMethod.Get, "/v1/categories", key: keys[0])).ShouldAnswer(200);
    }

    [Fact]
    public async Task Browsing_cannot_use_up_what_buying_needs()
    {
        await using var shop = await StrictAsync(browse: 1);
        var client = shop.Client();
        var sku = await client.SellAsync();
        await client.GetAsync("/v1/categories");
        (await client.GetAsync("/v1/categories")).ShouldAnswer(429);

        (await (await client.FillAsync(sku)).PayAsync()).ShouldAnswer(200);
    }

    [Fact]
    public async Task A_secret_key_has_buckets_of_its_own()
    {
        await using var shop = await StrictAsync(browse: 1);
        var client = shop.Client();
        await client.GetAsync("/v1/categories");
        (await client.GetAsync("/v1/categories")).ShouldAnswer(429);

        (await client.StaffAsync(HttpMethod.Get, "/v1/categories")).ShouldAnswer(200);
    }

    [Fact]
    public async Task Neither_new_cart_tokens_nor_wrong_keys_make_new_room()
    {
        await using var shop = await StrictAsync(browse: 2, admin: 2);
        var client = shop.Client();
        for (var i = 0; i < 2; i++)
        {
            (await client.GetAsync("/v1/categories", token: $"ct_{i}")).ShouldAnswer(200);
            (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: $"sk_guess_{i}")).ShouldAnswer(401);
        }

        (await client.GetAsync("/v1/categories", token: "ct_fresh")).ShouldAnswer(429);
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: "sk_another")).ShouldAnswer(429);
    }

    [Fact]
    public async Task A_limit_of_nothing_is_refused_at_the_start() =>
        (await Should.ThrowAsync<Exception>(StrictAsync(browse: 0))).Message.ShouldContain("Browse");
}
