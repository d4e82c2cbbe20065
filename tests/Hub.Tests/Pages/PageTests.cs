using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Pages;

public sealed class PageTests
{
    [Theory, OnBothDatabases]
    public async Task A_page_shows_goods_in_the_language_and_currency_of_the_market(string database)
    {
        await using var shop = await PageShop.StartAsync(database);
        var sku = await shop.Client.SellAsync(usd: 2500, eur: 2400, stock: 7);
        shop.Write("pages/sale.en.json", Sale("Sale", sku));
        shop.Write("pages/sale.de.json", Sale("Ausverkauf", sku));
        await shop.SettledAsync();
        var (us, de, jp) = (await shop.GetAsync("/sale"), await shop.GetAsync("/sale?market=DE"), await shop.GetAsync("/sale", ("Hub-Market", "JP")));
        (Text(us, "title"), Text(us, "locale"), Text(us, "market"), Text(us, "route")).ShouldBe(("Sale", "en", "US", "/sale"));
        (Text(de, "title"), Text(de, "locale"), Text(de, "market")).ShouldBe(("Ausverkauf", "de", "DE"));
        (Text(jp, "title"), Text(jp, "locale")).ShouldBe(("Sale", "en"));
        Price(us).ShouldBe((2500, "USD"));
        Price(de).ShouldBe((2400, "EUR"));
        Variant(us)["available"]!.GetValue<long>().ShouldBe(7);
        var blocks = us["blocks"].AsArray();
        blocks.Select(block => (block!["type"]!.GetValue<string>(), block["status"]!.GetValue<string>(), block["source"]!.GetValue<string>())).ShouldBe([("text", "ok", "embedded-content"), ("products", "ok", "catalog")]);
        blocks[1]!["data"]!["heading"]!.GetValue<string>().ShouldBe("Now");
        blocks[1]!["data"]!["items"]!.AsArray().Count.ShouldBe(1, "what is not sold is missing");
        us.Header("Server-Timing")!.ShouldContain("content;desc=\"embedded-content\"");
        us.Header("Server-Timing")!.ShouldContain("products;desc=\"catalog\"");
        us.Header("Hub-Degraded").ShouldBeNull();
        (await shop.GetAsync("/sale?locale=de")).Json!["title"]!.GetValue<string>().ShouldBe("Ausverkauf");
    }

    [Theory, OnBothDatabases]
    public async Task A_price_and_a_count_show_on_the_page_at_once_though_it_is_fresh(string database)
    {
        await using var shop = await PageShop.StartAsync(database);
        var sku = await shop.Client.SellAsync(usd: 2500, stock: 7);
        shop.Write("pages/sale.json", Sale("Sale", sku));
        Price(await shop.UntilAsync("/sale", reply => reply.Status == 200)).ShouldBe((2500, "USD"));
        (await shop.Client.StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency = "USD", amount = 1900 })).Status.ShouldBe(200);
        await shop.UntilAsync("/sale", reply => Price(reply) == (1900, "USD"));
        (await shop.Client.StaffAsync(HttpMethod.Post, "/admin/stock", new { sku, onHand = 3 })).Status.ShouldBe(200);
        await shop.UntilAsync("/sale", reply => Variant(reply)["available"]!.GetValue<long>() == 3);
        await (await shop.Client.FillAsync(sku, 2)).PayAsync();
        await shop.UntilAsync("/sale", reply => Variant(reply)["available"]!.GetValue<long>() == 1);
    }

    [Fact]
    public async Task An_edited_file_shows_without_a_restart_and_so_does_a_new_one()
    {
        await using var shop = await PageShop.StartAsync(settings: [("Pages:WatchEvery", "00:00:00.200"), ("Pages:NegativeFor", "00:10:00")]);
        shop.Write("pages/a.md", "---\ntitle: First\n---\nHello");
        await shop.UntilAsync("/a", reply => reply.Status == 200);
        (await shop.GetAsync("/b")).Status.ShouldBe(404);
        shop.Write("pages/a.md", "---\ntitle: Second\n---\nHello");
        shop.Write("pages/b.md", "---\ntitle: New\n---\n");
        await shop.UntilAsync("/a", reply => Text(reply, "title") == "Second");
        await shop.UntilAsync("/b", reply => reply.Status == 200);
    }

    [Fact]
    public async Task Who_has_the_page_gets_304_and_HEAD_has_the_headers()
    {
        await using var shop = await PageShop.StartAsync();
        shop.Write("pages/a.md", "---\ntitle: First\n---\nHello");
        await shop.SettledAsync();
        var first = await shop.GetAsync("/a");
        var tag = first.Raw.Headers.GetValues("ETag").Single();
        var again = await shop.GetAsync("/a", ("If-None-Match", tag));
        (again.Status, again.Raw.Content.Headers.ContentLength ?? 0, again.Header("ETag")).ShouldBe((304, 0, tag));
        (await shop.GetAsync("/a", ("If-None-Match", "\"other\""))).Status.ShouldBe(200);
        var head = await shop.Client.SendAsync(HttpMethod.Head, "/v1/pages/a");
        (head.Status, head.Header("ETag"), head.Raw.Content.Headers.ContentLength).ShouldBe((200, tag, first.Raw.Content.Headers.ContentLength));
        (await shop.GetAsync("/a")).Header("Server-Timing").ShouldBe("cache;desc=\"kept\"");
    }

    [Theory]
    [InlineData("/../../etc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/a%5c..%5cb")]
    [InlineData("/a%0d%0aSet-Cookie:x=y")]
    [InlineData("/%00")]
    [InlineData("/a//b")]
    [InlineData("/assets/secret")]
    [InlineData("/'%22%3E%3Cscript%3E")]
    public async Task A_hostile_route_finds_nothing(string route)
    {
        var shop = await TestShop.OnAsync("sqlite");
        ((await shop.Client().GetAsync("/v1/pages" + route)).Status is 404 or 400).ShouldBeTrue();
    }

    [Fact]
    public async Task A_route_that_is_too_long_finds_nothing_and_a_locale_that_is_none_is_refused()
    {
        var shop = await TestShop.OnAsync("sqlite");
        (await shop.Client().GetAsync("/v1/pages/" + new string('a', 5_000))).Status.ShouldBe(404);
        (await shop.Client().GetAsync("/v1/pages/?locale=../../x")).Code.ShouldBe("invalid_request");
        (await shop.Client().GetAsync("/v1/pages/?preview=maybe")).Status.ShouldBe(400);
        (await shop.Client().SendAsync(HttpMethod.Get, "/v1/pages/", key: null)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_draft_is_shown_to_who_may_see_it_and_never_kept()
    {
        await using var shop = await PageShop.StartAsync(settings:
        [
            ("Access:Keys:2:Name", "staff"), ("Access:Keys:2:Key", "sk_other"), ("Access:Keys:2:Kind", "secret"), ("Access:Keys:2:Scopes:0", "catalog:write"),
            ("Access:Keys:3:Name", "editor"), ("Access:Keys:3:Key", "sk_editor"), ("Access:Keys:3:Kind", "secret"), ("Access:Keys:3:Scopes:0", "content:preview"),
        ]);
        shop.Write("pages/soon.md", "---\ntitle: Soon\ndraft: true\n---\nHello");
        await shop.SettledAsync();
        (await shop.GetAsync("/soon")).Status.ShouldBe(404);
        (await shop.GetAsync("/soon?preview=true")).Code.ShouldBe("forbidden");
        (await shop.Client.SendAsync(HttpMethod.Get, "/v1/pages/soon?preview=true", key: "sk_other")).Code.ShouldBe("forbidden");
        var draft = await shop.Client.SendAsync(HttpMethod.Get, "/v1/pages/soon?preview=true", key: "sk_editor");
        (draft.Status, Text(draft, "title"), draft.Header("Cache-Control"), draft.Header("ETag")).ShouldBe((200, "Soon", "no-store", null));
        (await shop.GetAsync("/soon")).Status.ShouldBe(404);
        (await shop.Client.SendAsync(HttpMethod.Get, "/v1/pages/soon", key: "sk_editor")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("/", "US", 5)]
    [InlineData("/", "DE", 5)]
    [InlineData("/outdoor", "DE", 2)]
    [InlineData("/summer/sale", "US", 5)]
    [InlineData("/summer/sale", "DE", 5)]
    [InlineData("/summer%2Fsale", "US", 5)]
    [InlineData("/summer/sale/", "US", 5)]
    public async Task The_sample_pages_are_whole(string route, string market, int blocks)
    {
        var shop = await TestShop.OnAsync("sqlite");
        var page = await shop.Client().GetAsync($"/v1/pages{route}?market={market}");
        page.Status.ShouldBe(200, page.Json?.ToString());
        page["blocks"].AsArray().Select(block => block!["status"]!.GetValue<string>()).ShouldBe(Enumerable.Repeat("ok", blocks));
        Text(page, "locale").ShouldBe(market == "DE" ? "de" : "en");
    }

    private static string Sale(string title, string sku) => new JsonObject
    {
        ["title"] = title,
        ["blocks"] = new JsonArray(
            new JsonObject { ["type"] = "text", ["data"] = new JsonObject { ["markdown"] = "# Hi" } },
            new JsonObject { ["id"] = "goods", ["type"] = "products", ["data"] = new JsonObject { ["heading"] = "Now", ["skus"] = new JsonArray(sku, "NOT-SOLD"), ["items"] = new JsonArray("a lie") } }),
    }.ToJsonString();

    private static string Text(Reply reply, string member) => reply[member].GetValue<string>();

    private static JsonNode Variant(Reply reply) => reply["blocks"].AsArray().Single(block => block!["type"]!.GetValue<string>() == "products")!["data"]!["items"]![0]!["variants"]![0]!;

    private static (long, string) Price(Reply reply) => (Variant(reply)["price"]!["amount"]!.GetValue<long>(), Variant(reply)["price"]!["currency"]!.GetValue<string>());
}
