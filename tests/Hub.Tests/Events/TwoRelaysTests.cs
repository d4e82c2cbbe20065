using Composable.Hub.Events;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Events;

public sealed class TwoRelaysTests
{
    private const int Events = 400;

    [Theory, OnBothDatabases]
    public async Task Two_hubs_that_take_the_cursor_from_each_other_count_every_event_once(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        await shop.AnotherHubAsync();
        var client = shop.Client();
        var sku = await client.SellAsync();
        await (await client.FillAsync(sku)).PayAsync();
        var placed = (await shop.Database.QueryAsync<string>($"SELECT data FROM events WHERE type = 'order.placed'", default)).ShouldHaveSingleItem();
        var owners = new HashSet<string>();
        using var done = new CancellationTokenSource();
        var quarrel = QuarrelAsync(shop.Database, owners, done.Token);

        // Long enough for the work to be taken from a hub in the middle of it, however fast this machine is.
        var number = 0;
        for (var until = DateTime.UtcNow.AddSeconds(20); number < Events || (owners.Count < 2 && DateTime.UtcNow < until); number++) await shop.Database.CommitAsync(new Commit().Append(new HubEvent($"toy{number + 1}", 1, "order.placed", placed)), default);

        (await ShopFloor.EventuallyAsync(async () => await SoldAsync(shop, sku) >= number + 1)).ShouldBeTrue("all are handed on");
        await CursorAtTheEndAsync(shop);
        await done.CancelAsync();
        await quarrel;
        (await SoldAsync(shop, sku)).ShouldBe(number + 1);
        (await shop.Database.CountAsync($"SELECT count(*) FROM inbox WHERE consumer = 'sales-report'", default)).ShouldBe(number + 1);
        (await shop.Database.CountAsync($"SELECT count(*) FROM dead_letters", default)).ShouldBe(0);
        owners.Count.ShouldBe(2, "both had the cursor");
    }

    /// <summary>Ends every lease long before its time, so that a hub finds the cursor taken while it is handing on.</summary>
    private static async Task QuarrelAsync(Database database, HashSet<string> owners, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            owners.UnionWith(await database.QueryAsync<string>($"SELECT owner FROM cursors WHERE owner IS NOT NULL", default));
            await database.CommitAsync(new Commit().Add($"UPDATE cursors SET lease_until = 0"), default);
            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static async Task CursorAtTheEndAsync(TestShop shop) => (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync(
        $"SELECT count(*) FROM events e, cursors c WHERE (e.tx, e.position) > (c.tx, c.position)", default) == 0)).ShouldBeTrue("the cursor reaches the end");

    private static Task<long> SoldAsync(TestShop shop, string sku) => shop.Database.CountAsync($"SELECT coalesce(sum(quantity), 0) FROM sales WHERE sku = {sku}", default);
}
