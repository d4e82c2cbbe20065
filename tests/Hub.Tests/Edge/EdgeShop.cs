using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Edge;

/// <summary>A shop with the simulated Cloudflare at its edge.</summary>
public sealed class EdgeShop : IAsyncDisposable
{
    private const string Token = "cf_secret_token";

    private static readonly string[] Markets = ["US", "DE", "JP", "GB"];
    private static readonly HttpClient Direct = new();

    private EdgeShop(TestShop shop) => (Shop, Client, Vendors) = (shop, shop.Client(), new Simulator(shop));

    public TestShop Shop { get; }

    public ShopClient Client { get; }

    public Simulator Vendors { get; }

    public static async Task<EdgeShop> OpenAsync(string database, params (string Key, string Value)[] settings)
    {
        var edge = new EdgeShop(await TestShop.StartAsync(database, [("Edge:Connection", "edge"), .. settings]));
        var connection = new { connector = "cloudflare", settings = new { apiToken = Token, accountId = "acc_1", zoneId = "zone_1", namespaceId = "ns_1", baseUrl = new Uri(edge.Shop.SandboxUrl, "/cloudflare/client/v4") } };
        (await edge.Client.StaffAsync(HttpMethod.Put, "/admin/connections/edge", connection)).ShouldAnswer(201);
        return edge;
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();

    /// <summary>The value at the edge, byte for byte; null when there is none.</summary>
    public async Task<string?> ValueAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At($"/values/{Uri.EscapeDataString(key)}"));
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await Direct.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Writes a value behind the hub's back.</summary>
    public async Task WriteAsync(string key, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, At("/bulk")) { Content = JsonContent.Create(new[] { new { key, value } }) };
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await Direct.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Takes values away behind the hub's back.</summary>
    public async Task LoseAsync(params string[] keys)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, At("/bulk/delete")) { Content = JsonContent.Create(keys) };
        request.Headers.Authorization = new("Bearer", Token);
        using var answer = await Direct.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonNode> LedgerAsync() => (await Direct.GetFromJsonAsync<JsonNode>(new Uri(Shop.SandboxUrl, "/_ledger/cloudflare")))!;

    public async Task<string> ScriptAsync(string name) => await Direct.GetStringAsync(new Uri(Shop.SandboxUrl, $"/_script/cloudflare/{name}"));

    /// <summary>Every tag that was purged, as often as it was.</summary>
    public async Task<IReadOnlyList<string>> PurgedAsync() =>
        [.. (await LedgerAsync())["purges"]!.AsArray().SelectMany(purge => purge!["tags"]!.AsArray()).Select(tag => tag!.GetValue<string>())];

    /// <summary>What the storefront API answers, byte for byte.</summary>
    public async Task<string> AnswerAsync(string idOrSlug, string market = "US")
    {
        var reply = await Client.GetAsync($"/v1/products/{idOrSlug}?market={market}");
        reply.ShouldAnswer(200);
        return await reply.Raw.Content.ReadAsStringAsync();
    }

    /// <summary>Waits until the edge has of a product what the storefront API answers, in every market, by id and by slug.</summary>
    public async Task ShouldFollowAsync(string sku)
    {
        var slug = sku.ToLowerInvariant();
        var id = JsonNode.Parse(await AnswerAsync(slug))!["id"]!.GetValue<string>();
        (await ShopFloor.EventuallyAsync(async () =>
        {
            foreach (var market in Markets)
            {
                var answer = await AnswerAsync(slug, market);
                if (await ValueAsync($"product:{market}:{slug}") != answer || await ValueAsync($"product:{market}:{id}") != answer) return false;
            }

            return true;
        }, seconds: 40)).ShouldBeTrue(await ValueAsync($"product:US:{slug}"));
    }

    public async Task<Reply> StatusUntilAsync(Predicate<Reply> holds)
    {
        Reply? status = null;
        (await ShopFloor.EventuallyAsync(async () => holds(status = (await Client.StaffAsync(HttpMethod.Get, "/admin/edge")).ShouldAnswer(200)), seconds: 40)).ShouldBeTrue(status?.Json?.ToString());
        return status!;
    }

    public Task<Reply> InStepAsync() => StatusUntilAsync(status => status.Number("waiting") == 0 && status.Number("attempts") == 0 && status.Json!["inStepAt"] is not null);

    private Uri At(string path) => new(Shop.SandboxUrl, "/cloudflare/client/v4/accounts/acc_1/storage/kv/namespaces/ns_1" + path);
}
