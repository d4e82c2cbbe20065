using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Events;

public sealed class ReplayTests
{
    [Theory, OnBothDatabases]
    public async Task A_replay_rebuilds_what_was_derived(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var (first, second) = (await client.SellAsync(2500), await client.SellAsync(700));
        foreach (var (sku, quantity) in new[] { (first, 2), (second, 1), (first, 3) }) (await (await client.FillAsync(sku, quantity)).PayAsync()).ShouldAnswer(200);
        (await ShopFloor.EventuallyAsync(async () => (await SalesAsync()).Sum(row => row.Quantity) == 6)).ShouldBeTrue();
        var live = await SalesAsync();
        live.ShouldContain(row => row.Sku == first && row.Quantity == 5);
        var charges = (await simulator.ChargesAsync()).Count;

        (await client.StaffAsync(HttpMethod.Post, "/admin/events/replay", new { consumer = "sales-report" })).ShouldAnswer(200).Number("events").ShouldBeGreaterThan(6);

        (await SalesAsync()).ShouldBe(live);
        (await simulator.ChargesAsync()).Count.ShouldBe(charges, "nothing goes out");
        (await client.StaffAsync(HttpMethod.Post, "/admin/events/replay", new { consumer = "nobody" })).ShouldAnswer(404);

        Task<List<(string Day, string Sku, string Currency, long Quantity, long Amount)>> SalesAsync() =>
            shop.Database.QueryAsync<(string, string, string, long, long)>($"SELECT day, sku, currency, quantity, amount FROM sales ORDER BY day, sku, currency", default);
    }

    [Theory, OnBothDatabases]
    public async Task A_rebuild_in_the_open_shop_counts_every_sale_once(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 100);
        var buying = Enumerable.Range(0, 12).Select(async _ => (await (await client.FillAsync(sku)).PayAsync()).ShouldAnswer(200)).ToList();
        for (var time = 0; time < 6; time++)
        {
            // Of several at once none waits for another, so they meet at the same events.
            foreach (var rebuilt in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.StaffAsync(HttpMethod.Post, "/admin/events/replay", new { consumer = "sales-report" })))) rebuilt.ShouldAnswer(200);
        }

        await Task.WhenAll(buying);
        (await client.StaffAsync(HttpMethod.Post, "/admin/events/replay", new { consumer = "sales-report" })).ShouldAnswer(200);

        (await ShopFloor.EventuallyAsync(async () => await SoldAsync() == 12)).ShouldBeTrue($"{await SoldAsync()} of 12");
        (await shop.Database.CountAsync($"SELECT count(*) FROM dead_letters", default)).ShouldBe(0);

        async Task<long> SoldAsync() => await shop.Database.CountAsync($"SELECT coalesce(sum(quantity), 0) FROM sales WHERE sku = {sku}", default);
    }

    [Theory, OnBothDatabases]
    public async Task Every_stream_is_numbered_without_gaps_and_ends_at_its_version(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 50);
        var baskets = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => client.FillAsync(sku, email: $"e{index}@example.com")));
        await Task.WhenAll(baskets.Select((basket, index) => basket.PayAsync(index % 2 == 0 ? "pm_card_visa" : "pm_card_visa_chargeDeclined")));

        var streams = await shop.Database.QueryAsync<(string Stream, long Count, long First, long Last)>($"SELECT stream, count(*), min(seq), max(seq) FROM events GROUP BY stream", default);

        streams.ShouldAllBe(stream => stream.First == 1 && stream.Last == stream.Count);
        var carts = await shop.Database.QueryAsync<(string Id, long Version)>($"SELECT id, version FROM carts", default);
        carts.ShouldAllBe(cart => streams.Any(stream => stream.Stream == cart.Id && stream.Last == cart.Version));
    }
}
