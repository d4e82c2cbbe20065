using System.Text.Json.Nodes;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;
using Composable.Hub.Tests.Staff;
using Composable.Hub.Verification;

namespace Composable.Hub.Tests.Access;

/// <summary>Who changed what is written down in the commit of the change, and nobody changes it afterwards unnoticed.</summary>
public sealed class AuditTests
{
    [Theory, OnBothDatabases]
    public async Task A_change_is_told_with_who_did_it_and_what_it_was_before(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var sku = await shop.Client().SellAsync(usd: 2500);

        (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency = "USD", amount = 1999 })).ShouldAnswer(200);

        var entry = (await TrailAsync(shop, $"price:{sku}:USD")).ShouldHaveSingleItem();
        entry["actor"]!.GetValue<string>().ShouldBe("demo-staff");
        entry["action"]!.GetValue<string>().ShouldBe("price.changed");
        entry["before"]!["amount"]!.GetValue<long>().ShouldBe(2500);
        entry["after"]!["amount"]!.GetValue<long>().ShouldBe(1999);
        entry["trace"]!.GetValue<string>().ShouldMatch("^[0-9a-f]{32}$");
    }

    /// <summary>The routes of the admin API that change nothing in the shop.</summary>
    private static readonly string[] Harmless = ["POST /admin/connections/{id}/test", "POST /admin/configuration/plan", "DELETE /admin/sessions/current", "POST /admin/sign-ins"];

    [Fact]
    public async Task Every_route_that_changes_something_leaves_a_trace()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        var told = new HashSet<string>();
        async Task DoAsync(string route, string path, object? body = null)
        {
            var before = await CountAsync(shop);
            (string, string)[] condition = route.StartsWith("PUT", StringComparison.Ordinal) && path is "/admin/connections/second" or "/admin/routes/US/payments" or "/admin/roles/clerk" ? [] : [ShopFloor.AnyVersion];
            var reply = await client.StaffAsync(new HttpMethod(route.Split(' ')[0]), path, body, Guid.NewGuid().ToString("N"), condition);
            reply.Status.ShouldBeInRange(200, 204, $"{route}: {reply.Json}");
            (await CountAsync(shop)).ShouldBeGreaterThan(before, route);
            told.Add(route);
        }

        var sku = await client.SellAsync();
        told.Add("POST /admin/imports");
        (await TrailAsync(shop)).ShouldContain(entry => entry["action"]!.GetValue<string>() == "import.begun");
        await DoAsync("POST /admin/prices", "/admin/prices", new { sku, currency = "USD", amount = 500 });
        await DoAsync("POST /admin/stock", "/admin/stock", new { sku, onHand = 50 });
        await client.StaffAsync(HttpMethod.Put, "/admin/promotions/TEN", new { kind = "percentage", percent = 10 });
        await DoAsync("PUT /admin/promotions/{code}", "/admin/promotions/TEN", new { kind = "percentage", percent = 11 });
        await DoAsync("POST /admin/search/rebuild", "/admin/search/rebuild");
        await DoAsync("POST /admin/edge/rewrite", "/admin/edge/rewrite");
        await DoAsync("POST /admin/edge/purge", "/admin/edge/purge", """{"tags":["products"]}""");
        await DoAsync("POST /admin/events/replay", "/admin/events/replay", new { consumer = "search-index" });
        await DoAsync("PUT /admin/connections/{id}", "/admin/connections/second", new { connector = "manual", settings = new { } });
        await DoAsync("PUT /admin/routes/{market}/{port}", "/admin/routes/US/payments", """{"rules":[{"use":["stripe"]}]}""");
        await DoAsync("POST /admin/configuration/apply", "/admin/configuration/apply", new { connections = new[] { new { id = "third", connector = "manual", settings = new { } } } });
        await DoAsync("POST /admin/keys", "/admin/keys", new { name = "another", kind = "publishable" });
        var key = (await client.StaffAsync(HttpMethod.Get, "/admin/keys")).Text("items/0/id");
        await DoAsync("POST /admin/keys/{id}/rotate", $"/admin/keys/{key}/rotate", new { overlapSeconds = 1 });
        await DoAsync("DELETE /admin/keys/{id}", $"/admin/keys/{key}");
        await StaffAsync(client, DoAsync);
        await DoAsync("POST /admin/keys/rotation", "/admin/keys/rotation", new { overlapSeconds = 300 });
        await OrdersAsync(client, sku, DoAsync);

        var all = ApiRoute.Of(shop).Where(route => route.IsAdmin && route.Method != "GET").Select(route => route.ToString()).Except(Harmless);
        string[] needingTrouble = ["POST /admin/edge/deploy", "POST /admin/erasures/{id}/vendors/{connection}/done", "POST /admin/processes/{id}/retry", "POST /admin/processes/{id}/skip", "POST /admin/processes/{id}/undo", "POST /admin/events/dead-letters/{consumer}/{eventId}/redeliver", "POST /admin/notices/{connection}/{eventId}/replay", "POST /admin/orders/{id}/capture", "POST /admin/sessions/password", "POST /admin/sign-ins/finish"];
        all.Except(told).Order().ShouldBe(needingTrouble.Order(), "a route that is in neither list must be added to the test");
    }

    [Theory, OnBothDatabases]
    public async Task What_was_refused_is_not_told_and_what_was_repeated_is_told_once(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var (sku, key) = (await client.SellAsync(), Guid.NewGuid().ToString("N"));
        for (var repeat = 0; repeat < 3; repeat++) (await client.StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency = "EUR", amount = 7 }, key)).ShouldAnswer(200);
        (await client.StaffAsync(HttpMethod.Post, "/admin/stock", new { sku = "none", onHand = 3 })).ShouldAnswer(404);

        (await TrailAsync(shop, $"price:{sku}:EUR")).Count.ShouldBe(1);
        (await TrailAsync(shop, "stock:none")).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task Changes_made_at_once_by_two_hubs_form_one_chain(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = await shop.AnotherHubAsync();
        var skus = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shop.Client().SellAsync()));

        var replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => (number % 2 == 0 ? shop : other).Client().StaffAsync(HttpMethod.Post, "/admin/prices", new { sku = skus[number % 4], currency = "USD", amount = 100 + number })));

        foreach (var reply in replies) reply.ShouldAnswer(200);
        var finding = await I13Async(shop);
        finding.Violations.ShouldBeEmpty();
        finding.Checked.ShouldBe(44, "four imports and forty prices");
        foreach (var sku in skus)
        {
            var trail = (await TrailAsync(shop, $"price:{sku}:USD")).Reverse().ToList();
            for (var i = 1; i < trail.Count; i++) trail[i]["before"]!["amount"]!.GetValue<long>().ShouldBe(trail[i - 1]["after"]!["amount"]!.GetValue<long>());
        }
    }

    [Theory, OnBothDatabases]
    public async Task The_database_itself_refuses_to_change_or_delete_a_row(string database)
    {
        await using var shop = await ChangedAsync(database);
        foreach (var sql in (Sql[])[$"UPDATE audit SET actor = 'nobody' WHERE position = 2", $"DELETE FROM audit WHERE position = 2"])
            await Should.ThrowAsync<Exception>(() => shop.Database.CommitAsync(new Commit().Add(sql), default));

        (await I13Async(shop)).Violations.ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task The_verifier_names_the_row_that_was_tampered_with(string database)
    {
        (string Tampering, string Found)[] ways =
        [
            ("UPDATE audit SET entry = replace(entry, '\"amount\":1', '\"amount\":9') WHERE position = 3", "audit 3 is not what was written"),
            ("UPDATE audit SET actor = 'somebody else' WHERE position = 2", "audit 2 says something else in its columns than in its entry"),
            ("UPDATE audit SET hash = 'cafe' WHERE position = 2", "audit 2 is not what was written"),
            ("DELETE FROM audit WHERE position = 2", "audit 2 is missing"),
            ("DELETE FROM audit WHERE position > 3", "audit ends at 3, but 5 were written"),
            ("INSERT INTO audit (position, at, actor, action, subject, entry, hash) SELECT 6, at, actor, action, subject, entry, hash FROM audit WHERE position = 5", "audit 6 is not what was written"),
        ];
        foreach (var (tampering, found) in ways)
        {
            await using var shop = await ChangedAsync(database);
            await RunAsync(shop, database == "sqlite" ? "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_deleted;" : "DROP TRIGGER audit_is_append_only ON audit;");
            await RunAsync(shop, tampering);

            (await I13Async(shop)).Violations[0].ShouldBe(found, tampering);
        }
    }

    [Theory, OnBothDatabases]
    public async Task Of_a_connection_everything_is_told_but_its_secrets(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var id = $"taxjar-{Guid.NewGuid():N}"[..20];
        foreach (var secret in (string[])["sk-first-canary", "sk-second-canary"])
        {
            (string, string)[] condition = secret.Contains("first", StringComparison.Ordinal) ? [] : [ShopFloor.AnyVersion];
            (await shop.Client().StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector = "taxjar", enabled = false, settings = new { apiKey = secret, fromAddress = new { country = "US", region = "OR", postalCode = "97201", city = "Portland", line1 = "100 Harbor Way" } } }, headers: condition)).Status.ShouldBeInRange(200, 201);
        }

        var trail = await TrailAsync(shop, $"connection:{id}");
        trail.Count.ShouldBe(2);
        trail[0]["before"]!["secrets"]!.ToJsonString().ShouldBe("""["apiKey"]""");
        trail[0]["after"]!["settings"]!["fromAddress"]!["city"]!.GetValue<string>().ShouldBe("Portland");
        foreach (var entry in trail) entry.ToJsonString().ShouldNotContain("canary");
    }

    /// <summary>A shop with five rows in its trail.</summary>
    private static async Task<TestShop> ChangedAsync(string database)
    {
        var shop = await TestShop.StartAsync(database);
        var sku = await shop.Client().SellAsync();
        for (var amount = 1; amount <= 4; amount++) (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency = "USD", amount })).ShouldAnswer(200);
        return shop;
    }

    private static async Task OrdersAsync(ShopClient client, string sku, Func<string, string, object?, Task> doAsync)
    {
        async Task<string> PlacedAsync()
        {
            var basket = await client.FillAsync(sku);
            var order = (await basket.PayAsync())["orderId"].GetValue<string>();
            await basket.OrderUntilAsync(order, "paid");
            return order;
        }

        var kept = await PlacedAsync();
        await doAsync("POST /admin/orders/{id}/refund", $"/admin/orders/{kept}/refund", new { amount = new { amount = 100, currency = "USD" } });
        await doAsync("POST /admin/orders/{id}/fulfill", $"/admin/orders/{kept}/fulfill", new { });
        await doAsync("POST /admin/orders/{id}/cancel", $"/admin/orders/{await PlacedAsync()}/cancel", new { });
    }

    private static async Task StaffAsync(ShopClient client, Func<string, string, object?, Task> doAsync)
    {
        var email = StaffFloor.NewEmail();
        await doAsync("PUT /admin/roles/{id}", "/admin/roles/clerk", new { name = "Clerk", grants = new[] { new { scope = "orders:read" } } });
        await doAsync("POST /admin/staff", "/admin/staff", new { email, name = "Grace Hopper", roles = Array.Empty<string>() });
        var member = $"/admin/staff/{(await client.StaffAsync(HttpMethod.Get, "/admin/staff?limit=100")).Json!["items"]!.AsArray().Single(item => item!["email"]!.GetValue<string>() == email)!["id"]}";
        await doAsync("PATCH /admin/staff/{id}", member, new { name = "Grace" });
        var invited = (await client.StaffAsync(HttpMethod.Post, member + "/invitation", headers: ShopFloor.AnyVersion)).ShouldAnswer(201).Text("invitation/token");
        await doAsync("POST /admin/invitations/accept", "/admin/invitations/accept", new { token = invited, password = StaffFloor.Password });
        await doAsync("POST /admin/sessions", "/admin/sessions", new { email, password = StaffFloor.Password });
        await doAsync("POST /admin/staff/{id}/invitation", member + "/invitation", null);
        await doAsync("DELETE /admin/staff/{id}", member, null);
        await doAsync("DELETE /admin/roles/{id}", "/admin/roles/clerk", null);
    }

    private static async Task<IReadOnlyList<JsonNode>> TrailAsync(TestShop shop, string? subject = null) =>
        [.. (await shop.Client().StaffAsync(HttpMethod.Get, $"/admin/audit?limit=100{(subject is null ? "" : $"&subject={Uri.EscapeDataString(subject)}")}")).ShouldAnswer(200).Json!["items"]!.AsArray().Select(entry => entry!)];

    private static Task<long> CountAsync(TestShop shop) => shop.Database.CountAsync($"SELECT count(*) FROM audit", default);

    /// <summary>As somebody does who has the database in their hands.</summary>
    private static async Task RunAsync(TestShop shop, string sql)
    {
        await using var connection = await shop.Database.OpenAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Finding> I13Async(TestShop shop)
    {
        await using var snapshot = await shop.Database.SnapshotAsync(default);
        return await AuditChecks.ChainAsync(new Evidence(snapshot, _ => Task.FromResult<IReadOnlyDictionary<string, IReadOnlyList<VendorCharge>>>(new Dictionary<string, IReadOnlyList<VendorCharge>>()), DateTimeOffset.UtcNow), default);
    }
}
