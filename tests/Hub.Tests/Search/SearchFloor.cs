using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Contracts;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Search;

/// <summary>Shops to search in.</summary>
internal static class SearchFloor
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<TestShop>>> Demos = new();

    /// <summary>No machine is so busy that an answer comes too late for a test.</summary>
    public static readonly (string, string) Patient = ("Search:Deadline", "00:00:20");

    /// <summary>One shop with the demo's catalogue for all tests that only look.</summary>
    public static async Task<ShopClient> DemoAsync(string database) => (await Demos.GetOrAdd(database, name => new(async () =>
    {
        var shop = await TestShop.StartAsync(name, Patient);
        await shop.Client().ImportAsync(await File.ReadAllTextAsync(Path.Combine(ContractFilesTests.Root, "src", "AllInOne", "Demo", "products.jsonl")));
        await shop.Client().IndexedAsync();
        return shop;
    })).Value).Client();

    public static async Task ImportAsync(this ShopClient client, string lines) =>
        (await client.SendAsync(HttpMethod.Post, "/admin/imports?format=jsonl", lines, "sk_demo")).ShouldAnswer(200).Number("rejected").ShouldBe(0);

    /// <summary>Waits until the engine has heard of everything.</summary>
    public static async Task IndexedAsync(this ShopClient client, string connection = "embedded-search", string state = "serving") => (await ShopFloor.EventuallyAsync(async () =>
        await client.EngineAsync(connection) is { } engine && engine["state"]!.GetValue<string>() == state && engine["waiting"]!.GetValue<long>() == 0
            && engine["documents"]!.GetValue<long>() + engine["refused"]!.AsArray().Count == await client.Shop.Database.CountAsync($"SELECT count(*) FROM products", default), seconds: 60))
        .ShouldBeTrue((await client.StatusAsync()).Json?.ToString());

    public static Task<Reply> StatusAsync(this ShopClient client) => client.StaffAsync(HttpMethod.Get, "/admin/search");

    public static async Task<JsonNode?> EngineAsync(this ShopClient client, string connection = "embedded-search") =>
        (await client.StatusAsync()).ShouldAnswer(200).List("engines").SingleOrDefault(engine => engine!["connection"]!.GetValue<string>() == connection);

    public static async Task<List<string>> SlugsAsync(this ShopClient client, string query)
    {
        var reply = await client.GetAsync($"/v1/search?{query.Replace(" ", "%20", StringComparison.Ordinal)}");
        reply.ShouldAnswer(200);
        return [.. reply.List("items").Select(item => item!["product"]!["slug"]!.GetValue<string>())];
    }

    public static async Task FindsAsync(this ShopClient client, string query, params string[] slugs) =>
        (await ShopFloor.EventuallyAsync(async () => (await client.SlugsAsync(query)).Order().SequenceEqual(slugs.Order()))).ShouldBeTrue($"{query}: {string.Join(", ", await client.SlugsAsync(query))}");
}
