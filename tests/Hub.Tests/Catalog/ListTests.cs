using System.Buffers.Text;
using System.Text;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Catalog;

public sealed class ListTests
{
    private static async Task<List<string>> WalkAsync(ShopClient client, string path, int limit)
    {
        var ids = new List<string>();
        var cursor = "";
        for (var pages = 0; pages < 500; pages++)
        {
            var page = await client.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}&cursor={cursor}");
            page.Status.ShouldBe(200, page.Json?.ToString());
            var items = page["items"].AsArray();
            items.Count.ShouldBeLessThanOrEqualTo(limit);
            ids.AddRange(items.Select(item => item!["id"]!.GetValue<string>()));
            if (page.Json!["nextCursor"] is not { } next) return ids;
            items.Count.ShouldBe(limit);
            cursor = next.GetValue<string>();
        }

        throw new InvalidOperationException("The list does not end.");
    }

    private static async Task<string> SellInAsync(ShopClient client, string category, int count)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var sku = TestShop.NewSku();
            lines.AppendLine($$$"""{"slug":"{{{sku.ToLowerInvariant()}}}","title":"Thing {{{i}}}","categories":["{{{category}}}"],"variants":[{"sku":"{{{sku}}}","prices":{"USD":100}}]}""");
        }

        (await client.SendAsync(HttpMethod.Post, "/admin/imports?format=jsonl", lines.ToString(), "sk_demo"))["accepted"].GetValue<int>().ShouldBe(count);
        return category.Split('>')[0].Trim().ToLowerInvariant();
    }

    [Theory, OnBothDatabases]
    public async Task A_walk_through_all_pages_sees_every_product_once(string database)
    {
        await using var shop = await (await TestShop.StartAsync(database)).SeedAsync(57);
        var client = shop.Client();
        var all = await WalkAsync(client, "/v1/products", 100);
        all.Count.ShouldBe(57);
        all.Distinct().Count().ShouldBe(57);
        (await WalkAsync(client, "/v1/products", 19)).ShouldBe(all);
        (await WalkAsync(client, "/v1/products", 7)).ShouldBe(all);
        (await WalkAsync(client, "/v1/products", 1)).ShouldBe(all);
        (await client.GetAsync("/v1/products"))["items"].AsArray().Count.ShouldBe(24);
    }

    [Theory, OnBothDatabases]
    public async Task A_category_holds_its_products_and_those_of_its_subcategories(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var top = $"C{Guid.NewGuid():N}";
        var slug = await SellInAsync(client, top + " > Tents", 7);
        (await WalkAsync(client, $"/v1/products?category={slug}", 3)).Distinct().Count().ShouldBe(7);
        (await WalkAsync(client, $"/v1/products?category={slug}/tents", 3)).Count.ShouldBe(7);
        (await client.GetAsync("/v1/products?category=no-such-category"))["items"].AsArray().ShouldBeEmpty();
        var category = (await client.GetAsync("/v1/categories"))["items"].AsArray().Single(item => item!["slug"]!.GetValue<string>() == slug + "/tents")!;
        category["parent"]!.GetValue<string>().ShouldBe(slug);
        category["products"]!.GetValue<int>().ShouldBe(7);
    }

    [Theory, InlineData("1", 200), InlineData("100", 200), InlineData("0", 400), InlineData("101", 400), InlineData("-1", 400), InlineData("1.5", 400), InlineData("a", 400), InlineData("", 400), InlineData("%2B5", 400), InlineData("99999999999", 400)]
    public async Task A_limit_is_from_1_to_100(string limit, int status)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        foreach (var (path, key) in new[] { ("/v1/products", "pk_demo"), ("/admin/orders", "sk_demo"), ("/admin/promotions", "sk_demo"), ("/admin/processes", "sk_demo"), ("/admin/events/dead-letters", "sk_demo") })
        {
            var reply = await client.SendAsync(HttpMethod.Get, $"{path}?limit={limit}", key: key);
            reply.Status.ShouldBe(status, path);
            if (status == 400) reply.ShouldBeProblem(400, "invalid_request", path);
        }
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("[null]")]
    [InlineData("[\"1\"]")]
    [InlineData("[\"x\",\"y\"]")]
    [InlineData("[\"1\",\"2\",\"3\"]")]
    [InlineData("[\"99999999999999999999\",\"a\"]")]
    [InlineData("[\"1\",\"\\u0000\"]")]
    [InlineData("[\"1\",\"\\ud800\"]")]
    public async Task A_cursor_that_this_list_did_not_give_out_is_refused(string content)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var cursor = content == "nonsense" ? content : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content));
        (await client.GetAsync($"/v1/products?cursor={cursor}")).ShouldBeProblem(400, "invalid_request", content);
        (await client.SendAsync(HttpMethod.Get, $"/admin/orders?cursor={cursor}", key: "sk_demo")).ShouldBeProblem(400, "invalid_request", content);
    }

    [Fact]
    public async Task A_cursor_of_another_list_with_as_many_keys_is_refused()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        for (var product = 0; product < 2; product++) await client.SellAsync();
        var cursor = (await client.GetAsync("/v1/products?limit=1")).Text("nextCursor");
        (await client.GetAsync($"/v1/products/?limit=1&cursor={cursor}")).ShouldAnswer(200);
        (await client.StaffAsync(HttpMethod.Get, $"/admin/orders?cursor={cursor}")).ShouldBeProblem(400, "invalid_request", "two keys here and there");
    }

    [Theory, InlineData("/admin/orders"), InlineData("/admin/processes"), InlineData("/admin/notices")]
    public async Task A_status_that_nothing_can_have_is_refused(string path)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        foreach (var status in (string[])["nope", "Paid", "%20", "completed'"]) (await client.StaffAsync(HttpMethod.Get, $"{path}?status={status}")).ShouldBeProblem(400, "invalid_request", status);
    }

    [Theory, InlineData("/admin/orders", "placed,paid,fulfilling,fulfilled,closed,canceled"), InlineData("/admin/processes", "running,waiting,undoing,stuck,completed,undone")]
    public async Task A_list_is_narrowed_to_each_status_there_is(string path, string statuses)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        await (await client.FillAsync(await client.SellAsync())).PayAsync();
        foreach (var status in statuses.Split(','))
            (await client.StaffAsync(HttpMethod.Get, $"{path}?status={status}")).ShouldAnswer(200).List("items").ShouldAllBe(item => item!["status"]!.GetValue<string>() == status);
        (await client.StaffAsync(HttpMethod.Get, path)).ShouldAnswer(200).List("items").ShouldNotBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task A_product_is_found_by_id_and_by_slug(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var slug = (await client.SellAsync()).ToLowerInvariant();
        var bySlug = await client.GetAsync($"/v1/products/{slug}");
        var byId = await client.GetAsync($"/v1/products/{bySlug["id"].GetValue<string>()}");
        byId.Json!.ToJsonString().ShouldBe(bySlug.Json!.ToJsonString());
        (await client.GetAsync($"/v1/products/{slug}x")).ShouldBeProblem(404, "not_found", "product");
    }

    [Theory, OnBothDatabases]
    public async Task A_market_fixes_the_currency(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var path = $"/v1/products/{(await client.SellAsync(usd: 2500, eur: 2400, jpy: 3000)).ToLowerInvariant()}";
        foreach (var (query, header, currency, amount) in new[] { ("", "", "USD", 2500), ("?market=DE", "", "EUR", 2400), ("", "JP", "JPY", 3000), ("?market=DE", "JP", "EUR", 2400), ("?market=", "", "USD", 2500) })
        {
            var reply = await client.SendAsync(HttpMethod.Get, path + query, headers: header.Length == 0 ? [] : [("Hub-Market", header)]);
            var price = reply["variants"][0]!["price"]!;
            price["currency"]!.GetValue<string>().ShouldBe(currency);
            price["amount"]!.GetValue<int>().ShouldBe(amount);
        }

        (await client.GetAsync(path + "?market=GB"))["variants"][0]!["price"].ShouldBeNull();
    }

    [Fact]
    public async Task An_unknown_market_is_refused_everywhere()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        (await client.GetAsync("/v1/products?market=XX")).ShouldBeProblem(422, "unknown_market", "list");
        (await client.GetAsync("/v1/products/none?market=us")).ShouldBeProblem(422, "unknown_market", "product");
        (await client.SendAsync(HttpMethod.Get, "/v1/products", headers: ("Hub-Market", "XX"))).ShouldBeProblem(422, "unknown_market", "header");
        (await client.SendAsync(HttpMethod.Post, "/v1/carts", """{"market":"XX"}""")).ShouldBeProblem(422, "unknown_market", "cart");
    }
}

internal static class Seeding
{
    /// <summary>Puts products into a shop that has none.</summary>
    public static async Task<TestShop> SeedAsync(this TestShop shop, int count)
    {
        for (var i = 0; i < count; i++) await shop.Client().SellAsync();
        return shop;
    }
}
