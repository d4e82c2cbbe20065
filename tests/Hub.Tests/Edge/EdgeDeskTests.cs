using Composable.Hub.Tests.Contracts;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Edge;

/// <summary>What staff do with the edge, and what answers tell the caches on their way.</summary>
public sealed class EdgeDeskTests
{
    private static readonly string[] Addresses = ["https://shop.example/a"];

    [Theory, OnBothDatabases]
    public async Task The_function_of_this_hub_is_deployed_with_what_it_must_know(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database, ("Edge:HubUrl", "https://hub.shop.example"));
        (await edge.Client.StaffAsync(HttpMethod.Get, "/admin/edge")).Json!["function"].ShouldBeNull();
        var deployed = (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/deploy", idempotency: "d1")).ShouldAnswer(200);

        var script = (await edge.LedgerAsync())["scripts"]!.AsArray().ShouldHaveSingleItem()!;
        script["name"]!.GetValue<string>().ShouldBe(deployed.Text("name"));
        (await edge.ScriptAsync("composable-edge")).ShouldBe(await File.ReadAllTextAsync(Path.Combine(ContractFilesTests.Root, "deploy", "edge", "worker.mjs")));
        var bindings = script["bindings"]!.AsArray().ToDictionary(binding => binding!["name"]!.GetValue<string>(), binding => (binding!["text"] ?? binding["namespace_id"])!.GetValue<string>());
        bindings["HUB"].ShouldBe("https://hub.shop.example");
        bindings["MARKET"].ShouldBe("US");
        bindings["KV"].ShouldBe("ns_1");
        bindings["KEYS"].ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("pk_demo"u8)));

        var status = await edge.Client.StaffAsync(HttpMethod.Get, "/admin/edge");
        (status.Text("function/hash"), status.Json.At("function/isCurrent")!.GetValue<bool>()).ShouldBe((deployed.Text("hash"), true));
        await edge.Vendors.FaultAsync("status", "deploy", 500, vendor: "cloudflare");
        (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/deploy", idempotency: "d1")).Header("Idempotent-Replayed").ShouldBe("true");
        (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/deploy", idempotency: "d2")).ShouldAnswer(503, "service_unavailable");
        await edge.Vendors.HealAsync();
        (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/deploy", idempotency: "d2")).ShouldAnswer(200);
        await edge.Vendors.FaultAsync("refuse", "deploy", vendor: "cloudflare");
        var refused = (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/deploy")).ShouldAnswer(502, "connector_failed");
        refused.Json!.ToJsonString().ShouldNotContain("cf_secret_token");
    }

    [Theory, OnBothDatabases]
    public async Task Nothing_is_deployed_to_nowhere_or_without_knowing_where_the_hub_is(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/deploy")).ShouldAnswer(409, "edge_hub_url_missing");
        (await edge.LedgerAsync())["scripts"]!.AsArray().ShouldBeEmpty();

        await using var shop = await TestShop.StartAsync(database, ("Edge:Connection", "not-there"), ("Edge:HubUrl", "https://hub.shop.example"));
        (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/edge/deploy")).ShouldAnswer(409, "edge_not_connected");
        (await shop.Client().StaffAsync(HttpMethod.Get, "/admin/edge")).Json!["connected"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory, OnBothDatabases]
    public async Task Staff_purge_by_tags_and_addresses_in_calls_that_the_vendor_takes(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var tags = Enumerable.Range(0, 95).Select(number => $"staff:{number}").ToList();
        var purged = (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/purge", new { tags, addresses = Addresses })).ShouldAnswer(200);
        (purged.Number("tags"), purged.Number("addresses")).ShouldBe((95, 1));
        (await edge.PurgedAsync()).Where(tag => tag.StartsWith("staff:", StringComparison.Ordinal)).ShouldBe(tags);
        foreach (var wrong in new object[] { new { }, new { tags = Array.Empty<string>() }, new { tags = new[] { "a b" } }, new { tags = new[] { "a,b" } }, new { addresses = new[] { "/a" } }, new { addresses = new[] { "ftp://a/" } } })
            (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/purge", wrong)).ShouldAnswer(400, "invalid_request");
        await edge.Vendors.FaultAsync("status", "purge", 429, vendor: "cloudflare");
        (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/purge", new { tags })).ShouldAnswer(503, "service_unavailable");
    }

    [Theory, OnBothDatabases]
    public async Task Answers_about_the_catalogue_name_what_they_are_about(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var slug = (await client.SellAsync()).ToLowerInvariant();
        var product = await client.GetAsync($"/v1/products/{slug}");
        product.Header("Cache-Tag").ShouldBe($"product:{product.Text("id")}");
        (await client.GetAsync("/v1/products?limit=1")).Header("Cache-Tag").ShouldBe("products");
        (await client.GetAsync("/v1/products?category=outdoor/tents")).Header("Cache-Tag").ShouldBe("category:outdoor/tents");
        (await client.GetAsync("/v1/products?category=a%0d%0ab,c")).Header("Cache-Tag").ShouldBe("products");
        (await client.GetAsync("/v1/categories")).Header("Cache-Tag").ShouldBe("categories");
        (await client.GetAsync("/v1/products/none")).Header("Cache-Tag").ShouldBeNull();
    }
}
