using Composable.Connectors.Remote;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Remote;

/// <summary>Search, content and edge through the protocol: what goes in at one end comes out at the other.</summary>
public sealed class RemotePortsTests : IAsyncLifetime
{
    private const string Secret = "a secret that two share 0123456789";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly MemoryPorts _there = new();
    private RemoteHost _host = null!;

    public async Task InitializeAsync() => _host = await RemoteHost.StartAsync(_there, Secret,
        new RemoteManifest("memory", "Memory", ["search", "content", "edge"], Limits: new(Search: new SearchLimits(10, 1000, 10, 100), Edge: new RemoteEdgeLimits(2, 1000, 2, 2, 60))));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Documents_and_queries_arrive_whole()
    {
        var search = Connect<ISearch>("search");
        (await search.CurrentAsync("goods", None), await search.CurrentAsync("other", None)).ShouldBe(("g1", null));
        await search.PrepareAsync("goods", "g2", [new SearchField("title", SearchFieldKind.Text, Weight: 3)], None);
        var document = new SearchDocument("1", 9_007_199_254_740_993, new Dictionary<string, object> { ["title"] = "Rød lampe", ["price"] = 1999L, ["sale"] = true, ["tags"] = new List<string> { "a", "b" } });
        (await search.WriteAsync("goods", "g2", [new SearchWrite.Upsert(document), new SearchWrite.Upsert(document with { Id = "2" }), new SearchWrite.Delete("2")], None))
            .ShouldBe([new RefusedWrite("x", true, "too_large")]);
        _there.Documents.Keys.ShouldBe(["1"]);
        _there.Documents["1"].Fields.ToDictionary(field => field.Key, field => field.Value is List<string> many ? string.Join('|', many) : field.Value.ToString())
            .ShouldBe(new Dictionary<string, string?> { ["title"] = "Rød lampe", ["price"] = "1999", ["sale"] = "True", ["tags"] = "a|b" }, ignoreOrder: true);
        (await search.VersionsAsync("goods", ["1", "2"], None)).ShouldBe(new Dictionary<string, long> { ["1"] = 9_007_199_254_740_993 });
        await search.SwitchAsync("goods", "g2", None);

        SearchFilter[] filters = [new SearchFilter.OneOf("brand", ["Acme"], Not: true), new SearchFilter.Between("price", null, 500), new SearchFilter.Flag("sale", true)];
        var page = await search.QueryAsync(new SearchQuery("goods", "red", filters, ["brand"], new SearchSort("price", true), 10, null), None);
        (page.Total, page.NextCursor, page.Hits[0].Id, page.Facets["brand"][0]).ShouldBe((3, "next", "1", new FacetCount("Acme", 2)));
        (await search.SuggestAsync("goods", "re", 1, None)).ShouldBe(["ren"]);
        var action = new ShopperAction("click", "1", "s1", null, MemoryPorts.Day);
        await search.RecordAsync("goods", [action], None);
        _there.Heard.ShouldContain(new SearchField("title", SearchFieldKind.Text, Weight: 3));
        _there.Heard.ShouldContain(action);
        _there.Heard.OfType<SearchFilter.Between>().ShouldBe([new SearchFilter.Between("price", null, 500)]);
        _there.Heard.OfType<SearchFilter.OneOf>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Values.ShouldBe(["Acme"]), one => one.Not.ShouldBeTrue());
    }

    [Fact]
    public async Task Pages_entries_and_assets_come_back_whole()
    {
        var content = Connect<IContent>("content");
        var page = (await content.PageAsync("/", "de", true, None))!;
        (page.Title, page.Description, page.Blocks[0].Data["markdown"]!.GetValue<string>(), page.Tags.Count).ShouldBe(("Home", "draft", "# Hi", 2));
        (await content.PageAsync("/nowhere", "de", false, None)).ShouldBeNull();
        (await content.EntriesAsync(new ContentQuery("post", "de", 5, null, false), None)).NextCursor.ShouldBe("more");
        (await content.AssetAsync("a1", "de", None)).ShouldBe(new ContentAsset("a1", "https://cdn.example/a1.png", "image/png", "A", 5));
        (await content.AssetAsync("a2", "de", None)).ShouldBeNull();
        (await content.ChangesAsync(null, None)).Everything.ShouldBeTrue();
    }

    [Fact]
    public async Task Values_are_bytes_and_long_lists_are_cut()
    {
        var edge = Connect<IEdge>("edge", new { maxWrites = 2, maxValueBytes = 1000, maxTags = 2, maxAddresses = 2, visibleWithinSeconds = 60 });
        edge.Limits.VisibleWithin.ShouldBe(TimeSpan.FromMinutes(1));
        await edge.DeployAsync(new EdgeFunction("shop", "export default {}", new Dictionary<string, string> { ["HUB"] = "https://hub.example" }), None);
        await edge.WriteAsync([new("a", new byte[] { 0, 255 }), new("b", new byte[] { 1 }, TimeSpan.FromSeconds(90)), new("c", null)], None);
        (await edge.ReadAsync("a", None))!.Value.ToArray().ShouldBe([0, 255]);
        (await edge.ReadAsync("c", None)).ShouldBeNull();
        await edge.PurgeAsync(["t1", "t2", "t3"], [new Uri("https://shop.example/x")], None);
        _there.Heard.ShouldBe(["shop", "export default {}", "https://hub.example", "for ever", TimeSpan.FromSeconds(90), "for ever", "t1", "t2", "t3", "https://shop.example/x"]);
        _host.Asked.Count(call => call.Path == "/edge/write").ShouldBe(2);
        _host.Asked.Where(call => call.Path == "/edge/purge").Select(call => call.Key).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task The_check_compares_port_and_limits_with_the_manifest()
    {
        await Connect<ISearch>("search", new { maxBatch = 10, maxDocumentBytes = 1000, maxPage = 10, maxDepth = 100 }).CheckAsync(None);
        await Connect<IContent>("content").CheckAsync(None);
        foreach (var wrong in new IPort[] { Connect<ISearch>("search"), Connect<ITax>("tax") })
            (await Should.ThrowAsync<VendorException>(() => wrong.CheckAsync(None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    private T Connect<T>(string port, object? limits = null)
        where T : class, IPort => (T)(limits is null
            ? Vendors.Connect($"remote-{port}", new { baseUrl = _host.Address, secret = Secret }, new HttpClient())
            : Vendors.Connect($"remote-{port}", new { baseUrl = _host.Address, secret = Secret, limits }, new HttpClient()));
}
