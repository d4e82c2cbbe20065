using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Connections.Routing;

public sealed record Attempt(string Id, string Connection, string Status);

/// <summary>A shop with two more payment connections: <c>second</c>, which works, and <c>dead</c>, whose vendor cannot be reached.</summary>
internal static class RoutedShop
{
    public static async Task<TestShop> StartAsync(string database)
    {
        var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        await ConnectAsync(client, "second", "stripe", new { apiKey = "sk_test_second", baseUrl = new Uri(shop.SandboxUrl, "/stripe") });
        // Nothing listens on the discard port of a test machine.
        await ConnectAsync(client, "dead", "stripe", new { apiKey = "sk_test_dead", baseUrl = "http://127.0.0.1:9/stripe" });
        return shop;
    }

    public static async Task ConnectAsync(this ShopClient client, string id, string connector, object settings) =>
        (await client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector, settings })).ShouldAnswer(201);

    public static Task<Reply> RouteAsync(this ShopClient client, string market, string port, object route, string? version = null) =>
        client.StaffAsync(HttpMethod.Put, $"/admin/routes/{market}/{port}", route, headers: version is null ? [] : [("If-Match", version)]);

    /// <summary>A route with one rule that always holds.</summary>
    public static object Use(params string[] connections) => new { rules = new[] { new { use = connections } } };

    public static async Task<IReadOnlyList<Attempt>> AttemptsAsync(this TestShop shop, Basket basket) =>
        [.. (await shop.Database.QueryAsync<(string Id, string Connection, string Status)>($"SELECT id, connection, status FROM payments WHERE checkout_id = {basket.CheckoutId} ORDER BY started_at, status DESC", default))
            .Select(row => new Attempt(row.Id, row.Connection, row.Status))];
}
