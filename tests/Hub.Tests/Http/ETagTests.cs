using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

public sealed class ETagTests
{
    private static string TagOf(Reply reply) => reply.Raw.Headers.ETag?.ToString() ?? throw new InvalidOperationException($"No ETag on {reply.Json}");

    [Theory, OnBothDatabases]
    public async Task What_the_caller_has_already_is_not_sent_again(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var basket = await client.FillAsync(sku);
        var order = (await basket.PayAsync())["orderId"].GetValue<string>();
        await basket.OrderUntilAsync(order, "paid");
        foreach (var path in new[] { $"/v1/carts/{basket.CartId}", $"/v1/checkouts/{basket.CheckoutId}", $"/v1/orders/{order}", $"/v1/products/{sku.ToLowerInvariant()}" })
        {
            var tag = TagOf(await client.GetAsync(path, basket.Token));
            foreach (var known in new[] { tag, "\"other\", " + tag, "W/" + tag.Replace("W/", "", StringComparison.Ordinal), "*" })
            {
                var same = await client.SendAsync(HttpMethod.Get, path, token: basket.Token, headers: ("If-None-Match", known));
                same.Status.ShouldBe(304, $"{path} {known}");
                TagOf(same).ShouldBe(tag);
                (await same.Raw.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
            }

            (await client.SendAsync(HttpMethod.Get, path, token: basket.Token, headers: ("If-None-Match", "\"v0\""))).Status.ShouldBe(200);
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_product_gets_a_new_tag_with_its_price(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var path = $"/v1/products/{sku.ToLowerInvariant()}";
        var tag = TagOf(await client.GetAsync(path));
        (await client.StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency = "USD", amount = 1234 })).Status.ShouldBe(200);
        (await client.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", tag))).Status.ShouldBe(200);
    }

    [Theory, OnBothDatabases]
    public async Task A_change_for_an_older_version_is_refused_with_the_current_tag(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var basket = await client.FillAsync(sku);
        var paid = await client.FillAsync(sku);
        var order = (await paid.PayAsync())["orderId"].GetValue<string>();
        await paid.OrderUntilAsync(order, "paid");
        foreach (var (method, path, body, token, key) in new (HttpMethod, string, string, string, string)[]
        {
            (HttpMethod.Post, $"/v1/carts/{basket.CartId}/operations", """{"operations":[{"type":"setEmail","email":"b@example.com"}]}""", basket.Token, "pk_demo"),
            (HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", $$"""{"sku":"{{sku}}","quantity":1}""", basket.Token, "pk_demo"),
            (HttpMethod.Patch, $"/v1/checkouts/{basket.CheckoutId}", """{"email":"c@example.com"}""", basket.Token, "pk_demo"),
            (HttpMethod.Post, $"/admin/orders/{order}/refund", """{"amount":{"amount":1,"currency":"USD"}}""", "", "sk_demo"),
        })
        {
            var read = path.Replace("/operations", "", StringComparison.Ordinal).Replace("/lines", "", StringComparison.Ordinal).Replace("/refund", "", StringComparison.Ordinal);
            var tag = TagOf(await client.SendAsync(HttpMethod.Get, read, key: key, token: token));
            var stale = await client.SendAsync(method, path, body, key, token, Guid.NewGuid().ToString("N"), ("If-Match", "\"v0\""));
            stale.ShouldBeProblem(412, "precondition_failed", path);
            TagOf(stale).ShouldBe(tag, path);
            var current = await client.SendAsync(method, path, body, key, token, Guid.NewGuid().ToString("N"), ("If-Match", tag));
            current.Status.ShouldBe(200, $"{path}: {current.Json}");
            TagOf(await client.SendAsync(HttpMethod.Get, read, key: key, token: token)).ShouldNotBe(tag, path);
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_promotion_is_changed_only_by_who_has_read_it(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var path = $"/admin/promotions/P{Guid.NewGuid():N}"[..30];
        var body = new { kind = "percentage", percent = 10 };
        var created = await client.StaffAsync(HttpMethod.Put, path, body);
        created.Status.ShouldBe(201, created.Json?.ToString());

        var blind = await client.StaffAsync(HttpMethod.Put, path, body);
        blind.ShouldBeProblem(428, "precondition_required", path);
        TagOf(blind).ShouldBe(TagOf(created));
        var changed = await client.StaffAsync(HttpMethod.Put, path, body, headers: ("If-Match", TagOf(created)));
        changed.Status.ShouldBe(200);
        (await client.StaffAsync(HttpMethod.Put, path, body, headers: ("If-Match", TagOf(created)))).ShouldBeProblem(412, "precondition_failed", path);
    }
}
