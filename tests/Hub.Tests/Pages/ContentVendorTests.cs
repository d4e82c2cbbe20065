using Composable.Hub.Tests.Connections.Routing;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Pages;

public sealed class ContentVendorTests
{
    [Fact]
    public async Task Many_shoppers_and_markets_are_one_call_to_the_vendor()
    {
        await using var shop = await PageShop.WithContentfulAsync();
        await shop.EditPageAsync("a", "First", "Hello");
        await new Simulator(shop.Shop).FaultAsync("slow", "entries", 300, vendor: "contentful");
        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => shop.GetAsync($"/a?locale=en&market={(number % 2 == 0 ? "US" : "DE")}")));
        replies.ShouldAllBe(reply => reply.Status == 200);
        replies.Select(reply => reply["market"].GetValue<string>()).Distinct().Order().ShouldBe(["DE", "US"]);
        (await shop.CallsAsync("entries")).ShouldBe(1);
        (await shop.GetAsync("/a")).Status.ShouldBe(200);
        (await shop.CallsAsync("entries")).ShouldBe(1);
    }

    [Theory]
    [InlineData("status", 500)]
    [InlineData("hang", null)]
    public async Task When_one_vendor_fails_the_next_of_the_route_has_the_page(string fault, int? value)
    {
        await using var shop = await PageShop.WithContentfulAsync(("Pages:Deadline", "00:00:03"));
        shop.Write("pages/about.md", "---\ntitle: From the folder\n---\n");
        (await shop.Client.StaffAsync(HttpMethod.Put, "/admin/routes/US/content", RoutedShop.Use("contentful", "embedded-content"))).ShouldAnswer(201);
        await new Simulator(shop.Shop).FaultAsync(fault, value: value, vendor: "contentful");

        (await shop.UntilAsync("/about", reply => reply.Status == 200)).Text("title").ShouldBe("From the folder");
    }

    [Theory]
    [InlineData("status", 503)]
    [InlineData("status", 429)]
    [InlineData("status", 401)]
    [InlineData("garbage", "html")]
    [InlineData("hang", null)]
    public async Task While_the_vendor_fails_shoppers_see_what_it_said_before(string fault, object? value)
    {
        await using var shop = await PageShop.WithContentfulAsync(("Pages:FreshFor", "00:00:00"), ("Pages:NegativeFor", "00:00:00"), ("Pages:Deadline", "00:00:03"));
        await shop.EditPageAsync("a", "First", "Hello");
        await shop.UntilAsync("/a", reply => reply.Status == 200 && reply.Header("Hub-Degraded") is null);
        var simulator = new Simulator(shop.Shop);
        await simulator.FaultAsync(fault, "*", value, vendor: "contentful");
        var stale = await shop.UntilAsync("/a", reply => reply.Header("Hub-Degraded") is not null);
        (stale.Status, stale["title"].GetValue<string>(), stale["blocks"][0]!["status"]!.GetValue<string>(), stale["blocks"][0]!["data"]!["markdown"]!.GetValue<string>()).ShouldBe((200, "First", "stale", "Hello"));
        stale.Header("Hub-Degraded")!.ShouldContain("page;source=\"contentful\";status=stale");
        await simulator.HealAsync();
        await shop.UntilAsync("/a", reply => reply.Header("Hub-Degraded") is null);
    }

    [Theory]
    [InlineData("status", 503, 503, "service_unavailable", "transient")]
    [InlineData("hang", null, 503, "service_unavailable", "transient")]
    [InlineData("status", 429, 503, "service_unavailable", "rateLimited")]
    [InlineData("status", 401, 502, "connector_failed", "misconfigured")]
    public async Task Without_a_copy_the_answer_is_honest(string fault, object? value, int status, string code, string kind)
    {
        await using var shop = await PageShop.WithContentfulAsync(("Pages:Deadline", fault == "hang" ? "00:00:01" : "00:00:10"));
        await shop.EditPageAsync("a", "First", "Hello");
        await new Simulator(shop.Shop).FaultAsync(fault, "*", value, vendor: "contentful");
        var reply = await shop.GetAsync("/a");
        (reply.Status, reply.Code).ShouldBe((status, code));
        (reply["upstream"]["connector"]!.GetValue<string>(), reply["upstream"]["kind"]!.GetValue<string>()).ShouldBe(("contentful", kind));
        (reply.Header("Retry-After") is not null).ShouldBe(status == 503);
    }

    [Fact]
    public async Task A_signed_notice_renews_the_page_though_it_is_fresh()
    {
        await using var shop = await PageShop.WithContentfulAsync();
        await shop.EditPageAsync("a", "First", "Hello");
        (await shop.GetAsync("/a"))["title"].GetValue<string>().ShouldBe("First");
        await shop.EditAsync("/contentful/_webhooks", new { url = new Uri(shop.Shop.Url, "/webhooks/contentful").ToString(), secret = "secret_1" });
        await shop.EditPageAsync("a", "Second", "Bye");
        await shop.UntilAsync("/a", reply => reply["title"].GetValue<string>() == "Second" && reply["blocks"][0]!["data"]!["markdown"]!.GetValue<string>() == "Bye");
        await shop.EditAsync("/contentful/_entries/text_a/unpublish", new { });
        await shop.UntilAsync("/a", reply => reply["blocks"].AsArray().Count == 0);
        (await shop.Shop.Database.QueryAsync<string>($"SELECT data FROM events WHERE type = 'content.changed' ORDER BY position", default))[0].ShouldBe("""{"connection":"contentful","tags":["page_a"]}""");
    }

    [Fact]
    public async Task A_notice_with_a_wrong_signature_is_refused()
    {
        await using var shop = await PageShop.WithContentfulAsync();
        await shop.EditPageAsync("a", "First", "Hello");
        (await shop.GetAsync("/a")).Status.ShouldBe(200);
        var refused = await shop.Client.SendAsync(HttpMethod.Post, "/webhooks/contentful", """{"sys":{"type":"Entry","id":"page_a"}}""", key: null, headers:
        [
            ("x-contentful-topic", "ContentManagement.Entry.publish"), ("x-contentful-timestamp", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("x-contentful-signed-headers", "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic"), ("x-contentful-signature", new string('0', 64)),
        ]);
        refused.Code.ShouldBe("invalid_signature");
    }

    [Fact]
    public async Task The_vendors_feed_renews_pages_without_notices()
    {
        await using var shop = await PageShop.WithContentfulAsync(("Pages:WatchEvery", "00:00:00.300"));
        await shop.EditPageAsync("a", "First", "Hello");
        (await shop.GetAsync("/a"))["title"].GetValue<string>().ShouldBe("First");
        var asked = await shop.CallsAsync("sync");
        for (var tries = 0; await shop.CallsAsync("sync") < asked + 2; tries++)
        {
            tries.ShouldBeLessThan(200);
            await Task.Delay(50);
        }

        await shop.EditPageAsync("a", "Second", "Bye");
        await shop.UntilAsync("/a", reply => reply["title"].GetValue<string>() == "Second");
        await shop.EditAsync("/contentful/_entries/page_a/delete", new { });
        await shop.UntilAsync("/a", reply => reply.Status == 404);
    }

    [Fact]
    public async Task A_draft_comes_from_the_preview_each_time()
    {
        await using var shop = await PageShop.WithContentfulAsync();
        await shop.EditPageAsync("a", "First", "Hello", state: "draft");
        (await shop.GetAsync("/a")).Status.ShouldBe(404);
        for (var time = 1; time <= 2; time++)
        {
            var before = await shop.CallsAsync("entries");
            (await shop.Client.StaffAsync(HttpMethod.Get, "/v1/pages/a?preview=true"))["title"].GetValue<string>().ShouldBe("First");
            (await shop.CallsAsync("entries")).ShouldBeGreaterThan(before);
        }
    }
}
