using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Pages;

/// <summary>A shop with pages of the test's own: in a folder, or in the simulated Contentful.</summary>
internal sealed class PageShop : IAsyncDisposable
{
    private static readonly HttpClient Direct = new();
    private readonly string folder;

    private PageShop(TestShop shop, string folder) => (Shop, this.folder, Client) = (shop, folder, shop.Client());

    public TestShop Shop { get; }

    public ShopClient Client { get; }

    /// <summary>Pages stay fresh and connections are asked rarely, unless the settings say otherwise: what changes, changes for another reason.</summary>
    public static async Task<PageShop> StartAsync(string database = "sqlite", Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("composable-pages-").FullName;
        (string, string)[] all = [("Connections:embedded-content:Settings:Folder", folder), ("Pages:Deadline", "00:00:10"), ("Pages:FreshFor", "01:00:00"), ("Pages:WatchEvery", "01:00:00"), ("Pages:NegativeFor", "00:00:00.100"), .. settings];
        return new(await TestShop.StartAsync(database, services ?? (_ => { }), all), folder);
    }

    /// <summary>The same with pages from Contentful.</summary>
    public static Task<PageShop> WithContentfulAsync(params (string Key, string Value)[] settings) => StartAsync(settings:
    [
        ("Connections:contentful:Connector", "contentful"), ("Connections:contentful:Settings:SpaceId", "space_1"),
        ("Connections:contentful:Settings:DeliveryToken", "token_1"), ("Connections:contentful:Settings:PreviewToken", "preview_1"), ("Connections:contentful:Settings:WebhookSecret", "secret_1"),
        ("Connections:contentful:Settings:BaseUrl", "{sandbox}/contentful"), ("Connections:contentful:Settings:PreviewUrl", "{sandbox}/contentful/preview"),
        ("Pages:Connection", "contentful"), .. settings,
    ]);

    public void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Waits until what was written is what the hub reads: it looks at the folder now and then.</summary>
    public Task SettledAsync()
    {
        var name = $"settled-{Guid.NewGuid():N}";
        Write($"pages/{name}.md", "---\ntitle: Settled\n---\n");
        return UntilAsync("/" + name, reply => reply.Status == 200);
    }

    /// <summary>A page with one block of each type, whose ids are the types.</summary>
    public void WritePage(string name, params string[] types) =>
        Write($"pages/{name}.json", new JsonObject { ["title"] = name, ["blocks"] = new JsonArray([.. types.Select((type, index) => new JsonObject { ["id"] = $"{type}-{index}", ["type"] = type, ["data"] = new JsonObject() })]) }.ToJsonString());

    public Task<Reply> GetAsync(string route, params (string Name, string Value)[] headers) => Client.SendAsync(HttpMethod.Get, "/v1/pages" + route, headers: headers);

    public async Task<Reply> UntilAsync(string route, Predicate<Reply> isSo)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var now = await GetAsync(route);
            if (isSo(now)) return now;
            await Task.Delay(100);
        }

        throw new TimeoutException($"{route} did not become what was expected: {(await GetAsync(route)).Json}");
    }

    /// <summary>What editors do at the simulated vendor.</summary>
    public async Task EditAsync(string path, object body)
    {
        using var answer = await Direct.PostAsJsonAsync(new Uri(Shop.SandboxUrl, path), body);
        answer.EnsureSuccessStatusCode();
    }

    public Task EditPageAsync(string slug, string title, string text, string state = "published") => EditAsync("/contentful/_entries", new
    {
        id = "page_" + slug,
        contentType = "page",
        state,
        fields = new Dictionary<string, object> { ["slug"] = En(slug), ["title"] = En(title), ["blocks"] = En(new[] { new { sys = new { type = "Link", linkType = "Entry", id = "text_" + slug } } }) },
    }).ContinueWith(_ => EditAsync("/contentful/_entries", new { id = "text_" + slug, contentType = "text", fields = new Dictionary<string, object> { ["markdown"] = En(text) } }), TaskScheduler.Default).Unwrap();

    public async Task<long> CallsAsync(string operation) =>
        (await Direct.GetFromJsonAsync<JsonNode>(new Uri(Shop.SandboxUrl, "/_ledger/contentful")))!["operations"]![operation]?.GetValue<long>() ?? 0;

    public async ValueTask DisposeAsync()
    {
        await Shop.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Dictionary<string, object> En(object value) => new() { ["en-US"] = value };
}
