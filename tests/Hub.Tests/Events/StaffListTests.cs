using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Events;

/// <summary>Lists whose rows have no id of their own are walked without losing one, also where rows are alike.</summary>
public sealed class StaffListTests
{
    [Theory, OnBothDatabases]
    public async Task Dead_letters_set_aside_in_the_same_instant_are_all_seen_once(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var commit = new Commit();
        foreach (var (consumer, id, at) in new[] { ("b", "evt_1", 20L), ("a", "evt_2", 20L), ("a", "evt_1", 20L), ("z", "evt_9", 10L), ("a", "evt_0", 30L) })
            commit.AddRow("INSERT INTO dead_letters (consumer, event_id, position, error, attempts, status, at) VALUES ", $"({consumer}, {id}, {1L}, {"broken"}, {5L}, {"waiting"}, {at})");
        await shop.Database.CommitAsync(commit, default);

        var rows = await WalkAsync(shop.Client(), "/admin/events/dead-letters", row => $"{row["consumer"]} {row["eventId"]} {row["at"]}");

        rows.ShouldBe(["z evt_9 1970-01-01T00:00:00.01Z", "a evt_1 1970-01-01T00:00:00.02Z", "b evt_1 1970-01-01T00:00:00.02Z", "a evt_2 1970-01-01T00:00:00.02Z", "a evt_0 1970-01-01T00:00:00.03Z"]);
    }

    [Theory, OnBothDatabases]
    public async Task Sales_of_one_SKU_in_two_currencies_on_one_day_are_all_seen_once(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var commit = new Commit();
        foreach (var (day, sku, currency) in new[] { ("2026-01-02", "B", "USD"), ("2026-01-02", "A", "USD"), ("2026-01-02", "A", "EUR"), ("2026-01-01", "A", "JPY"), ("2026-01-02", "A", "JPY") })
            commit.AddRow("INSERT INTO sales (day, sku, currency, quantity, amount) VALUES ", $"({day}, {sku}, {currency}, {1L}, {100L})");
        await shop.Database.CommitAsync(commit, default);

        var rows = await WalkAsync(shop.Client(), "/admin/reports/sales", row => $"{row["day"]} {row["sku"]} {row["amount"]!["currency"]}");

        rows.ShouldBe(["2026-01-02 A EUR", "2026-01-02 A JPY", "2026-01-02 A USD", "2026-01-02 B USD", "2026-01-01 A JPY"]);
    }

    /// <summary>Every row, in pages of one, two and three.</summary>
    private static async Task<List<string>> WalkAsync(ShopClient client, string path, Func<System.Text.Json.Nodes.JsonNode, string> show)
    {
        var walks = new List<List<string>>();
        foreach (var limit in new[] { 1, 2, 3 })
        {
            var seen = new List<string>();
            for (string? cursor = ""; cursor is not null;)
            {
                var page = (await client.StaffAsync(HttpMethod.Get, $"{path}?limit={limit}&cursor={cursor}")).ShouldAnswer(200);
                seen.AddRange(page.List("items").Select(row => show(row!)));
                seen.Count.ShouldBeLessThan(100, "the list does not end");
                cursor = page.Text("nextCursor");
            }

            walks.Add(seen);
        }

        walks.ShouldAllBe(walk => walk.SequenceEqual(walks[0]));
        (await client.StaffAsync(HttpMethod.Get, $"{path}?cursor=WyJhIl0")).ShouldAnswer(400, "invalid_request");
        return walks[0];
    }
}
