using Composable.Connectors.Sdk;
using Composable.Hub.Search;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Search;

/// <summary>The engine is gone, slow or choosy, and the shop sells on.</summary>
public sealed class EngineAwayTests
{
    private static string Line(string slug, string title, long usd = 1000, string brand = "Acme", string category = "Home") =>
        $$"""{"slug":"{{slug}}","title":"{{title}}","brand":"{{brand}}","categories":["{{category}}"],"attributes":{"Colour":"red, dark"},"variants":[{"sku":"{{slug.ToUpperInvariant()}}","prices":{"USD":{{usd}}},"stock":5}]}""" + "\n";

    private static async Task<(TestShop Shop, FlakySearch Engine)> StartAsync(string database, params (string, string)[] settings)
    {
        var shop = await TestShop.StartAsync(database, services => services.AddSingleton<FlakySearch>().AddSingleton<Connector>(provider => provider.GetRequiredService<FlakySearch>()),
            [("Connections:flaky:Connector", "flaky"), ("Search:Connection", "flaky"), .. settings]);
        return (shop, shop.Hub.Services.GetRequiredService<FlakySearch>());
    }

    [Theory, OnBothDatabases]
    public async Task Without_its_engine_the_shop_is_searched_in_the_catalogue_and_says_so(string database)
    {
        var (shop, engine) = await StartAsync(database, SearchFloor.Patient);
        await using var closing = shop;
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp", usd: 3000) + Line("bulb", "Lamp bulb", usd: 500, brand: "Borealis", category: "Home > Light") + Line("chair", "Chair 100%"));
        await client.IndexedAsync("flaky");
        Reply first = null!;
        (await ShopFloor.EventuallyAsync(async () => (first = await client.GetAsync("/v1/search?q=lamp&limit=1")).Header("Hub-Degraded") is null)).ShouldBeTrue("it is filled, and in a moment asked");
        var next = first.Text("nextCursor")!;
        engine.Away = true;

        var reply = await client.GetAsync("/v1/search?q=lamp&sort=price");
        reply.ShouldAnswer(200).Header("Hub-Degraded").ShouldBe("search");
        reply.Header("Server-Timing").ShouldNotBeNull().ShouldContain("catalogue");
        reply.Json!["total"].ShouldBeNull();
        (await client.SlugsAsync("q=lamp&sort=price")).ShouldBe(["bulb", "lamp"]);
        (await client.SlugsAsync("q=lamp&sort=-price")).ShouldBe(["lamp", "bulb"]);
        (await client.SlugsAsync("q=LAMP&filter=brand:Borealis")).ShouldBe(["bulb"]);
        (await client.SlugsAsync("q=lamp&filter=-brand:Borealis")).ShouldBe(["lamp"]);
        (await client.SlugsAsync("filter=price:900..1100")).ShouldBe(["chair"]);
        (await client.SlugsAsync("filter=category:home/light")).ShouldBe(["bulb"]);
        (await client.SlugsAsync("filter=attributes.colour:red\\, dark&filter=available:true&sort=title")).ShouldBe(["chair", "lamp", "bulb"]);
        (await client.SlugsAsync("q=100%25")).ShouldBe(["chair"]);
        (await client.SlugsAsync("q=_")).ShouldBeEmpty();
        (await client.GetAsync("/v1/search/suggest?q=lam")).ShouldAnswer(200).Header("Hub-Degraded").ShouldBe("search");

        // The next page of what the engine began is there again when the engine is.
        var waiting = await client.GetAsync($"/v1/search?q=lamp&limit=1&cursor={next}");
        (waiting.ShouldAnswer(200).List("items").Count, waiting.Text("nextCursor")).ShouldBe((0, next));
        var own = (await client.GetAsync("/v1/search?q=lamp&limit=1")).Text("nextCursor")!;
        engine.Away = false;
        (await ShopFloor.EventuallyAsync(async () => (await client.GetAsync($"/v1/search?q=lamp&limit=1&cursor={next}")).List("items").Count == 1)).ShouldBeTrue();
        (await client.GetAsync($"/v1/search?q=lamp&limit=1&cursor={own}")).ShouldAnswer(200).List("items").ShouldHaveSingleItem();
    }

    [Theory, OnBothDatabases]
    public async Task What_an_engine_missed_while_it_was_away_it_hears_when_it_is_back(string database)
    {
        var (shop, engine) = await StartAsync(database, SearchFloor.Patient);
        await using var closing = shop;
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp") + Line("chair", "Chair"));
        await client.IndexedAsync("flaky");
        engine.Away = true;

        await client.ImportAsync(Line("rug", "Red rug") + Line("chair", "Armchair"));
        await client.PriceAsync("LAMP", 7700);
        (await ShopFloor.EventuallyAsync(async () => await client.EngineAsync("flaky") is { } status && status["state"]!.GetValue<string>() == "away" && status["waiting"]!.GetValue<long>() == 3)).ShouldBeTrue();
        (await client.EngineAsync("flaky"))!["problem"]!.GetValue<string>().ShouldBe("The engine does not answer.");

        engine.Away = false;
        await client.IndexedAsync("flaky");
        await client.FindsAsync("q=rug", "rug");
        await client.FindsAsync("q=armchair", "chair");
        await client.FindsAsync("filter=price:7700", "lamp");
        (await client.EngineAsync("flaky"))!["problem"].ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task A_silent_engine_keeps_nobody_waiting(string database)
    {
        var (shop, engine) = await StartAsync(database, ("Search:Deadline", "00:00:00.100"));
        await using var closing = shop;
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp"));
        await client.IndexedAsync("flaky");
        engine.Silent = true;

        for (var asked = 0; asked < 3; asked++) (await client.GetAsync("/v1/search?q=lamp")).ShouldAnswer(200).Header("Hub-Degraded").ShouldBe("search");
        (await client.SlugsAsync("q=lamp")).ShouldBe(["lamp"]);
    }

    [Fact]
    public async Task All_that_is_asked_for_one_search_has_one_deadline()
    {
        var (shop, engine) = await StartAsync("sqlite", ("Search:Deadline", "00:00:02"));
        await using var closing = shop;
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp") + Line("rug", "Red rug"));
        await client.IndexedAsync("flaky");
        (await client.SlugsAsync("q=lamp+rug+nowhere")).ShouldNotBeEmpty("fewer words find something");
        engine.SlowBy = 1_200;
        var before = engine.Calls;

        var reply = (await client.GetAsync("/v1/search?q=lamp+rug+nowhere")).ShouldAnswer(200);

        reply.Header("Hub-Degraded").ShouldBe("search");
        (engine.Calls - before).ShouldBeLessThanOrEqualTo(4, "the whole, and its words side by side");
    }

    [Theory, OnBothDatabases]
    public async Task An_engine_that_lost_its_index_is_filled_again(string database)
    {
        var (shop, engine) = await StartAsync(database, SearchFloor.Patient, ("Search:CheckEvery", "00:00:00.300"));
        await using var closing = shop;
        var client = shop.Client();
        await client.ImportAsync(Line("lamp", "Desk lamp"));
        await client.IndexedAsync("flaky");
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE search_indexes SET serving = NULL"), default);
        await client.FindsAsync("q=lamp", "lamp");
        (await ShopFloor.EventuallyAsync(async () => (await client.GetAsync("/v1/search?q=lamp")).Header("Hub-Degraded") is null)).ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task A_product_the_engine_will_not_have_is_shown_to_staff_and_holds_up_nothing(string database)
    {
        var (shop, engine) = await StartAsync(database, SearchFloor.Patient);
        await using var closing = shop;
        var client = shop.Client();
        engine.Refuses = "Ugly lamp";
        await client.ImportAsync(Line("ugly", "Ugly lamp") + Line("lamp", "Desk lamp"));
        await client.IndexedAsync("flaky");
        await client.FindsAsync("q=lamp", "lamp");
        var refused = (await client.EngineAsync("flaky"))!["refused"]!.AsArray().ShouldHaveSingleItem()!;
        refused["why"]!.GetValue<string>().ShouldBe("not_to_our_taste");

        await client.ImportAsync(Line("ugly", "Nice lamp"));
        await client.FindsAsync("q=lamp", "lamp", "ugly");
        (await client.EngineAsync("flaky"))!["refused"]!.AsArray().ShouldBeEmpty();
    }
}
