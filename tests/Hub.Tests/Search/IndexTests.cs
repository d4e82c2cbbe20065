using Composable.Connectors.Sdk;
using Composable.Hub.Search;
using Composable.Hub.Search.Embedded;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Search;

/// <summary>The index follows the shop, whatever happens to either.</summary>
public sealed class IndexTests
{
    private static (string, string)[] Settings(params (string, string)[] others) => [SearchFloor.Patient, ("Search:CheckEvery", "00:00:00.300"), .. others];

    private static string Line(string slug, string title, long usd = 1000, long? stock = 5, string brand = "Acme") =>
        $$"""{"slug":"{{slug}}","title":"{{title}}","brand":"{{brand}}","categories":["Home"],"variants":[{"sku":"{{slug.ToUpperInvariant()}}","prices":{"USD":{{usd}},"EUR":{{usd}}},"stock":{{stock?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}}}]}""" + "\n";

    [Theory, OnBothDatabases]
    public async Task The_index_follows_products_prices_and_stock(string database)
    {
        await using var shop = await TestShop.StartAsync(database, SearchFloor.Patient);
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp", stock: 1) + Line("chair", "Chair", usd: 5000));
        await client.FindsAsync("q=lamp", "lamp");

        await client.ImportAsync(Line("lamp", "Floor lantern", stock: 1));
        await client.FindsAsync("q=lantern", "lamp");
        await client.FindsAsync("q=desk");

        await client.PriceAsync("LAMP", 9000);
        await client.FindsAsync("filter=price:8000..", "lamp");

        (await (await client.FillAsync("LAMP")).PayAsync()).ShouldAnswer(200);
        await client.FindsAsync("filter=available:true", "chair");
        await client.CountAsync("LAMP", 3);
        await client.FindsAsync("filter=available:true", "chair", "lamp");
    }

    [Theory, OnBothDatabases]
    public async Task Sales_leave_the_index_alone_until_a_product_is_sold_out(string database)
    {
        await using var shop = await TestShop.StartAsync(database, SearchFloor.Patient);
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp", stock: 3));
        await client.IndexedAsync();
        var before = await VersionAsync();
        (await (await client.FillAsync("LAMP", 2)).PayAsync()).ShouldAnswer(200);
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM inbox i JOIN events e ON e.id = i.event_id WHERE i.consumer = 'search-index' AND e.type = 'order.placed'", default) == 1)).ShouldBeTrue();
        await client.IndexedAsync();
        (await VersionAsync()).ShouldBe(before);

        var placed = await (await client.FillAsync("LAMP")).PayAsync();
        await client.FindsAsync("filter=available:false", "lamp");
        (await VersionAsync()).ShouldBe(before + 1);

        (await client.StaffOrderAsync(placed.ShouldAnswer(200).Text("order/id")!, "cancel", new { reason = "x", restock = true })).Status.ShouldBeOneOf(200, 202);
        await client.FindsAsync("filter=available:true", "lamp");

        Task<long> VersionAsync() => shop.Database.CountAsync($"SELECT version FROM search_documents WHERE title = 'Desk lamp'", default);
    }

    [Theory, OnBothDatabases]
    public async Task An_index_that_lags_never_sells(string database)
    {
        await using var shop = await TestShop.StartAsync(database, SearchFloor.Patient);
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp", usd: 1000, stock: 5) + Line("lost", "Lost lamp"));
        await client.IndexedAsync();
        await StopIndexingAsync(shop);
        await client.PriceAsync("LAMP", 7700);
        await client.CountAsync("LAMP", 0);
        await shop.Database.CommitAsync(new Commit().Add($"DELETE FROM products WHERE slug = 'lost'"), default);

        var reply = await client.GetAsync("/v1/search?q=lamp&filter=available:true");

        var product = reply.ShouldAnswer(200).List("items").ShouldHaveSingleItem()!["product"]!;
        product["variants"]![0]!["price"]!["amount"]!.GetValue<long>().ShouldBe(7700);
        product["variants"]![0]!["available"]!.GetValue<long>().ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task What_was_lost_on_the_way_is_found_by_the_check_and_healed(string database)
    {
        await using var shop = await TestShop.StartAsync(database, Settings());
        var client = shop.Client();
        await client.ImportAsync(Line("stale", "Stale lamp") + Line("missing", "Missing lamp") + Line("gone", "Gone lamp") + Line("moved", "Moved lamp"));
        await client.IndexedAsync();
        var engine = shop.Hub.Services.GetRequiredService<EmbeddedSearch>().Connect();
        var generation = (await engine.CurrentAsync(ProductDocuments.Index, default))!;
        var stale = (await client.GetAsync("/v1/products/stale")).Text("id")!;
        var missing = (await client.GetAsync("/v1/products/missing")).Text("id")!;

        await engine.WriteAsync(ProductDocuments.Index, generation, [new SearchWrite.Upsert(new(stale, 0, new Dictionary<string, object> { ["title"] = "Something else" })), new SearchWrite.Delete(missing)], default);
        await shop.Database.CommitAsync(new Commit().Add($"DELETE FROM products WHERE slug = 'gone'").Add($"UPDATE prices SET amount = 424242 WHERE sku = 'MOVED'"), default);

        await client.FindsAsync("q=lamp", "stale", "missing", "moved");
        await client.FindsAsync("filter=price:424242", "moved");
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM search_documents WHERE title = 'Gone lamp'", default) == 0)).ShouldBeTrue();
        (await client.EngineAsync())!["lastDriftCheck"]!["sampled"]!.GetValue<long>().ShouldBeGreaterThan(0);
        var before = await shop.Database.QueryAsync<(string, long)>($"SELECT id, version FROM search_documents ORDER BY id", default);
        var checkedAt = (await client.EngineAsync())!["lastDriftCheck"]!["at"]!.GetValue<string>();
        (await ShopFloor.EventuallyAsync(async () => (await client.EngineAsync())!["lastDriftCheck"]!["at"]!.GetValue<string>() != checkedAt)).ShouldBeTrue();
        (await shop.Database.QueryAsync<(string, long)>($"SELECT id, version FROM search_documents ORDER BY id", default)).ShouldBe(before, "what agrees is left alone");
    }

    [Theory, OnBothDatabases]
    public async Task A_rebuild_under_queries_is_never_empty(string database)
    {
        await using var shop = await TestShop.StartAsync(database, SearchFloor.Patient);
        var client = shop.Client();
        await client.ImportAsync(string.Concat(Enumerable.Range(0, 350).Select(at => Line($"lamp-{at}", $"Lamp {at}"))));
        await client.IndexedAsync();
        var before = (await client.EngineAsync())!["generation"]!.GetValue<string>();
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var asked = 0; asked < 100_000; asked++)
            {
                var reply = await client.GetAsync("/v1/search?q=lamp&limit=1");
                reply.ShouldAnswer(200).Number("total").ShouldBe(350);
                if (over.IsCancellationRequested) return asked;
            }

            return 0;
        })).ToArray();

        (await client.StaffAsync(HttpMethod.Post, "/admin/search/rebuild", idempotency: "again")).ShouldAnswer(202);
        (await ShopFloor.EventuallyAsync(async () => await client.EngineAsync() is { } engine && engine["generation"]!.GetValue<string>() != before && engine["state"]!.GetValue<string>() == "serving", seconds: 60)).ShouldBeTrue();
        await over.CancelAsync();

        (await Task.WhenAll(readers)).ShouldAllBe(asked => asked > 0);
        (await client.StaffAsync(HttpMethod.Post, "/admin/search/rebuild", idempotency: "again")).ShouldAnswer(202).Header("Idempotent-Replayed").ShouldBe("true");
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM search_documents", default) == 350)).ShouldBeTrue("the generation before is cleared away");
    }

    [Theory, OnBothDatabases]
    public async Task A_rebuild_goes_on_where_it_was_when_its_hub_is_gone(string database)
    {
        await using var shop = await TestShop.StartAsync(database, [SearchFloor.Patient, ("Hub:InstanceId", "one")]);
        var client = shop.Client();
        await client.ImportAsync(string.Concat(Enumerable.Range(0, 250).Select(at => Line($"lamp-{at}", $"Lamp {at}"))));
        await client.IndexedAsync();
        await StopIndexingAsync(shop);
        var engine = shop.Hub.Services.GetRequiredService<EmbeddedSearch>().Connect();
        var documents = shop.Hub.Services.GetRequiredService<ProductDocuments>();
        var half = (await shop.Database.QueryAsync<string>($"SELECT id FROM products ORDER BY id LIMIT 1 OFFSET 124", default)).Single();

        // As a hub leaves it that dies in the middle: a generation with the first half of the products.
        await engine.PrepareAsync(ProductDocuments.Index, "gen_half", documents.Fields, default);
        await engine.WriteAsync(ProductDocuments.Index, "gen_half", [new SearchWrite.Upsert(new(half, 77, new Dictionary<string, object> { ["title"] = "Written before" }))], default);
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE search_targets SET filling = 'gen_half', filling_fields = fields, filled_to = {half}, lease_until = 0"), default);
        var other = await shop.AnotherHubAsync();

        (await ShopFloor.EventuallyAsync(async () => await engine.CurrentAsync(ProductDocuments.Index, default) == "gen_half", seconds: 60)).ShouldBeTrue();
        (await other.Client().GetAsync("/v1/search?q=written%20before")).ShouldAnswer(200).Number("total").ShouldBe(1);
        (await other.Client().GetAsync("/v1/search?q=lamp")).Number("total").ShouldBe(125);
    }

    [Theory, OnBothDatabases]
    public async Task Another_engine_is_filled_before_it_answers(string database)
    {
        await using var shop = await TestShop.StartAsync(database, [SearchFloor.Patient, ("Hub:InstanceId", "one"), ("Connections:second:Connector", "embedded-search"), ("Connections:second:Settings:Space", "second"), ("Search:Connection", "second")]);
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp"));
        await client.IndexedAsync("second");
        (await client.StatusAsync()).Text("connection").ShouldBe("second");

        // This hub's settings name another one; the first engine answers until that is filled.
        var other = (await shop.AnotherHubAsync(SearchFloor.Patient, ("Hub:InstanceId", "two"), ("Connections:second:Connector", "embedded-search"), ("Connections:second:Settings:Space", "second"))).Client();
        (await other.GetAsync("/v1/search?q=lamp")).ShouldAnswer(200).Header("Hub-Degraded").ShouldBeNull();
        await other.IndexedAsync();
        (await ShopFloor.EventuallyAsync(async () => (await other.StatusAsync()).Text("connection") == "embedded-search")).ShouldBeTrue();
        (await other.GetAsync("/v1/search?q=lamp")).Header("Server-Timing")!.ShouldContain("desc=\"embedded-search\"");
        await client.ImportAsync(Line("bulb", "Lamp bulb"));
        await other.FindsAsync("q=bulb", "bulb");
        await client.FindsAsync("q=bulb", "bulb");
    }

    [Fact]
    public async Task A_connection_that_cannot_search_stops_the_start()
    {
        (await Should.ThrowAsync<InvalidOperationException>(() => TestShop.StartAsync("sqlite", ("Search:Connection", "stripe")))).Message.ShouldContain("Search:Connection");
        (await Should.ThrowAsync<InvalidOperationException>(() => TestShop.StartAsync("sqlite", ("Search:Connection", "nobody")))).Message.ShouldContain("nobody");
    }

    private static async Task StopIndexingAsync(TestShop shop) => await shop.Hub.Services.GetRequiredService<SearchIndexer>().StopAsync(default);
}
