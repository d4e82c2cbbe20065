using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Edge;
using Composable.Hub.Events;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Edge;

/// <summary>The edge says what the hub says, a moment later, whatever happens on the way; and nobody waits for it.</summary>
public sealed class EdgeTests
{
    [Theory, OnBothDatabases]
    public async Task A_product_is_at_the_edge_as_the_storefront_api_answers_it_and_follows_its_prices(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var sku = await edge.Client.SellAsync(usd: 2500);
        await edge.ShouldFollowAsync(sku);
        var id = JsonNode.Parse(await edge.AnswerAsync(sku.ToLowerInvariant()))!["id"]!.GetValue<string>();
        await edge.InStepAsync();
        var purged = (await edge.PurgedAsync()).Count(tag => tag == $"product:{id}");

        await edge.Client.PriceAsync(sku, 1999);

        await edge.ShouldFollowAsync(sku);
        (await edge.ValueAsync($"product:US:{id}"))!.ShouldContain("1999");
        (await ShopFloor.EventuallyAsync(async () => (await edge.PurgedAsync()).Count(tag => tag == $"product:{id}") == purged + 1)).ShouldBeTrue();
        (await edge.PurgedAsync()).ShouldContain("products");
    }

    [Theory, OnBothDatabases]
    public async Task A_sale_is_written_and_only_the_last_piece_is_purged(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var sku = await edge.Client.SellAsync(stock: 3);
        await edge.ShouldFollowAsync(sku);
        await edge.InStepAsync();
        var id = JsonNode.Parse(await edge.AnswerAsync(sku.ToLowerInvariant()))!["id"]!.GetValue<string>();
        async Task<int> PurgesAsync() => (await edge.PurgedAsync()).Count(tag => tag == $"product:{id}");
        var before = await PurgesAsync();

        (await (await edge.Client.FillAsync(sku)).PayAsync()).ShouldAnswer(200);
        await edge.ShouldFollowAsync(sku);
        await edge.InStepAsync();
        (await PurgesAsync()).ShouldBe(before, "there are some left");

        (await (await edge.Client.FillAsync(sku, 2)).PayAsync()).ShouldAnswer(200);
        await edge.ShouldFollowAsync(sku);
        (await ShopFloor.EventuallyAsync(async () => await PurgesAsync() == before + 1)).ShouldBeTrue();

        await edge.Client.CountAsync(sku, 5);
        await edge.ShouldFollowAsync(sku);
        (await ShopFloor.EventuallyAsync(async () => await PurgesAsync() == before + 2)).ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task Pieces_that_come_back_are_for_sale_at_the_edge_too(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var sku = await edge.Client.SellAsync(stock: 1);
        var basket = await edge.Client.FillAsync(sku);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        await edge.ShouldFollowAsync(sku);
        await edge.InStepAsync();
        (await edge.Client.StaffOrderAsync(order, "cancel", new { reason = "changed my mind" })).ShouldAnswer(200);
        (await edge.Shop.StockOfAsync(sku)).OnHand.ShouldBe(1);
        await edge.ShouldFollowAsync(sku);
    }

    [Theory, OnBothDatabases]
    public async Task What_was_written_while_pieces_were_promised_is_looked_at_again(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var sku = await edge.Client.SellAsync(stock: 1);
        var basket = await edge.Client.FillAsync(sku);
        (await basket.PayAsync("pm_card_authenticationRequired")).ShouldAnswer(200).Text("status").ShouldBe("action_required");
        await edge.Client.PriceAsync(sku, 1234);
        await edge.ShouldFollowAsync(sku);
        await edge.InStepAsync();
        (await edge.Client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/cancel", token: basket.Token, idempotency: "c1")).ShouldAnswer(200);
        (await ShopFloor.EventuallyAsync(async () => (await edge.Shop.StockOfAsync(sku)).Reserved == 0)).ShouldBeTrue();

        // A minute later.
        await edge.Shop.Database.CommitAsync(new Commit().Require($"UPDATE edge_work SET due_at = 0 WHERE kind = 'product'", 1, "not_waiting"), default);
        await edge.ShouldFollowAsync(sku);
    }

    [Theory, OnBothDatabases]
    public async Task While_the_edge_is_away_the_shop_sells_and_when_it_is_back_nothing_is_missing(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var (sku, other) = (await edge.Client.SellAsync(), await edge.Client.SellAsync());
        await edge.ShouldFollowAsync(sku);
        await edge.InStepAsync();

        await edge.Vendors.FaultAsync("status", value: 503, vendor: "cloudflare");
        await edge.Client.PriceAsync(sku, 1111);
        await edge.Client.PriceAsync(other, 2222);
        var late = await edge.Client.SellAsync();
        (await (await edge.Client.FillAsync(sku)).PayAsync()).ShouldAnswer(200);
        var away = await edge.StatusUntilAsync(status => status.Number("attempts") > 0);
        away.Number("waiting").ShouldBeGreaterThan(0);
        away.Text("error").ShouldNotBeNull().ShouldNotContain("cf_secret_token");

        await edge.Vendors.HealAsync();
        foreach (var each in new[] { sku, other, late }) await edge.ShouldFollowAsync(each);
        (await edge.InStepAsync()).Json!["error"].ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task An_edge_that_never_answers_keeps_nobody_waiting(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        await edge.Vendors.FaultAsync("hang", vendor: "cloudflare");
        var sku = await edge.Client.SellAsync();
        await edge.StatusUntilAsync(status => status.Number("waiting") > 0);

        // The default patience of a call is far above this; what is asserted is that answers come while the edge hangs, whatever they take.
        await edge.Client.PriceAsync(sku, 1500);
        (await (await edge.Client.FillAsync(sku)).PayAsync()).ShouldAnswer(200);
        (await edge.AnswerAsync(sku.ToLowerInvariant())).ShouldContain("1500");
        (await edge.LedgerAsync())["keys"]!.AsArray().ShouldBeEmpty("the edge has heard of nothing");
    }

    [Theory, OnBothDatabases]
    public async Task However_often_a_price_changes_on_a_bad_line_the_last_one_stands(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var sku = await edge.Client.SellAsync();
        await edge.ShouldFollowAsync(sku);
        await edge.Vendors.FaultAsync("drop_answer", "write", vendor: "cloudflare", rate: 0.4);
        for (var price = 1000; price < 1030; price++) await edge.Client.PriceAsync(sku, price);
        await edge.Vendors.HealAsync();
        await edge.ShouldFollowAsync(sku);
        (await edge.ValueAsync($"product:US:{sku.ToLowerInvariant()}"))!.ShouldContain("1029");
        await edge.InStepAsync();
    }

    [Theory, OnBothDatabases]
    public async Task Values_that_were_lost_are_written_again_on_demand(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        var sku = await edge.Client.SellAsync();
        await edge.ShouldFollowAsync(sku);
        await edge.InStepAsync();
        await edge.LoseAsync($"product:US:{sku.ToLowerInvariant()}");

        var first = (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/rewrite", idempotency: "r1")).ShouldAnswer(202);
        first.Number("products").ShouldBe(1);
        await edge.ShouldFollowAsync(sku);
        (await edge.Client.StaffAsync(HttpMethod.Post, "/admin/edge/rewrite", idempotency: "r1")).Header("Idempotent-Replayed").ShouldBe("true");
    }

    [Theory, OnBothDatabases]
    public async Task Only_so_many_products_are_kept_and_the_others_are_purged_all_the_same(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database, ("Edge:Hot", "1"));
        var (kept, other) = (await edge.Client.SellAsync(), await edge.Client.SellAsync());
        await edge.ShouldFollowAsync(kept);
        await edge.InStepAsync();
        var id = JsonNode.Parse(await edge.AnswerAsync(other.ToLowerInvariant()))!["id"]!.GetValue<string>();
        (await edge.ValueAsync($"product:US:{id}")).ShouldBeNull();
        var purges = (await edge.PurgedAsync()).Count(tag => tag == $"product:{id}");
        await edge.Client.PriceAsync(other, 999);
        (await ShopFloor.EventuallyAsync(async () => (await edge.PurgedAsync()).Count(tag => tag == $"product:{id}") == purges + 1)).ShouldBeTrue();
        (await edge.Client.StaffAsync(HttpMethod.Get, "/admin/edge")).Number("values").ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task Content_that_changed_is_purged_by_its_tags(string database)
    {
        await using var edge = await EdgeShop.OpenAsync(database);
        await edge.Shop.Database.CommitAsync(new Commit().AppendNext("content:cms", "content.changed", """{"tags":["home","hero-1"]}""").AppendNext("content:all", "content.changed", """{"tags":[],"everything":true}"""), default);
        (await ShopFloor.EventuallyAsync(async () => (await edge.PurgedAsync()).Intersect(["page:home", "page:hero-1", "pages"]).Count() == 3)).ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task Without_an_edge_of_its_own_a_shop_has_one_in_its_process(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var slug = (await client.SellAsync()).ToLowerInvariant();
        var edge = shop.Hub.Services.GetRequiredService<EdgeChoice>().Current.ShouldNotBeNull();
        var answer = await (await client.GetAsync($"/v1/products/{slug}")).Raw.Content.ReadAsStringAsync();
        (await ShopFloor.EventuallyAsync(async () => await edge.ReadAsync($"product:US:{slug}", default) is { } value && Encoding.UTF8.GetString(value.Span) == answer)).ShouldBeTrue();
        (await client.StaffAsync(HttpMethod.Post, "/admin/events/replay", new { consumer = "edge" })).ShouldAnswer(200);
    }
}
