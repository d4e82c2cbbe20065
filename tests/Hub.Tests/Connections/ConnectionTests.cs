using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Connections;

/// <summary>Vendors are connected, tried, changed and switched off while the shop is open.</summary>
public sealed class ConnectionTests
{
    private const string Secret = "sk_test_canary_5f3a9c";

    [Theory, OnBothDatabases]
    public async Task Staff_connect_a_vendor_in_the_running_shop_and_try_it(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();

        var created = (await PutAsync(client, "second", Stripe(shop))).ShouldAnswer(201);

        created.Text("origin").ShouldBe("stored");
        created.Header("ETag").ShouldBe("\"v1\"");
        (await ReadAsync(client, "second")).ShouldAnswer(200).Json!.ToJsonString().ShouldBe(created.Json!.ToJsonString());
        var verdict = (await TryAsync(client, "second")).ShouldAnswer(200);
        verdict["works"].GetValue<bool>().ShouldBeTrue(verdict.Text("verdict"));
        (await client.StaffAsync(HttpMethod.Get, "/admin/connections"))["items"].AsArray()
            .Select(item => $"{item!["id"]} {item["origin"]}").ToList().ShouldBe([
                "adyen settings", "cloudflare settings", "embedded-content settings", "embedded-search settings", "manual settings", "second stored", "stripe settings",
                "tax-tables settings", "taxjar settings", "typesense settings",
            ]);
    }

    [Theory, OnBothDatabases]
    public async Task Row_12_a_secret_does_not_go_to_another_address_than_it_was_given_for(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        (await PutAsync(client, "second", Stripe(shop))).ShouldAnswer(201);
        foreach (var address in new object?[] { "http://127.0.0.1:9/stripe", "https://elsewhere.example", null })
        {
            var moved = address is null ? new JsonObject() : new JsonObject { ["baseUrl"] = address.ToString() };
            (await PutAsync(client, "second", moved, headers: ShopFloor.AnyVersion)).ShouldBeProblem(400, "invalid_request", address?.ToString() ?? "the usual one");
            moved["apiKey"] = "sk_test_given_again";
            (await PutAsync(client, "second", moved, headers: ShopFloor.AnyVersion)).ShouldAnswer(200);
        }
    }

    [Theory]
    [InlineData("stripe", "sk_test_x\n")]
    [InlineData("taxjar", "key\r\nX-Inj: yes")]
    [InlineData("adyen", "AQE\r\nX-Inj: yes")]
    [InlineData("contentful", "a\0b")]
    public async Task A_setting_with_a_line_break_is_refused(string connector, string key)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var settings = connector == "contentful" ? new JsonObject { ["spaceId"] = "space_1", ["deliveryToken"] = key }
            : connector == "adyen" ? new JsonObject { ["apiKey"] = key, ["merchantAccount"] = "Test" } : new JsonObject { ["apiKey"] = key };
        (await client.StaffAsync(HttpMethod.Put, $"/admin/connections/broken-{connector}", new { connector, settings })).ShouldBeProblem(400, "invalid_request", connector);
    }

    [Theory, OnBothDatabases]
    public async Task Every_kind_of_connection_can_be_tried(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        foreach (var id in new[] { "adyen", "cloudflare", "embedded-content", "embedded-search", "manual", "stripe", "taxjar", "tax-tables", "typesense" })
            (await TryAsync(client, id)).ShouldAnswer(200)["works"].GetValue<bool>().ShouldBeTrue(id);
        (await TryAsync(client, "nobody")).ShouldBeProblem(404, "not_found", "nobody");
    }

    [Fact]
    public async Task A_vendor_that_fails_is_described_in_plain_words()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var (client, simulator) = (shop.Client(), new Simulator(shop));
        await simulator.FaultAsync("status", "*", 401, vendor: "taxjar");
        var refused = await TryAsync(client, "taxjar");
        (refused["works"].GetValue<bool>(), refused.Text("kind")).ShouldBe((false, "misconfigured"));
        refused.Text("verdict")!.ShouldContain("does not accept these settings");

        await simulator.HealAsync();
        await simulator.FaultAsync("status", "*", 503, vendor: "taxjar");
        (await TryAsync(client, "taxjar")).Text("kind").ShouldBe("transient");
    }

    [Theory, OnBothDatabases]
    public async Task A_secret_is_never_shown_and_lies_encrypted(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();

        var created = await PutAsync(client, "second", Stripe(shop));

        var shown = created.Json!.ToJsonString() + (await ReadAsync(client, "second")).Json + (await client.StaffAsync(HttpMethod.Get, "/admin/connections")).Json;
        shown.ShouldNotContain(Secret);
        created["secrets"]["apiKey"]!.GetValue<bool>().ShouldBeTrue();
        created["secrets"]["webhookSecret"]!.GetValue<bool>().ShouldBeFalse();
        var stored = await shop.Database.QueryAsync<string>($"SELECT settings || secrets FROM connections UNION ALL SELECT data FROM events UNION ALL SELECT body FROM idempotency_keys WHERE body IS NOT NULL", default);
        stored.ShouldAllBe(text => !text.Contains(Secret));
        stored.ShouldContain(text => text.Contains("\"apiKey\":\"first-secrets."), "the secret is there, under the id of its key");
    }

    [Theory, OnBothDatabases]
    public async Task A_secret_copied_to_another_connection_does_not_open(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        (await PutAsync(client, "second", Stripe(shop))).ShouldAnswer(201);

        await shop.Database.CommitAsync(new Composable.Hub.Storage.Commit().Add($"""
            INSERT INTO connections (id, connector, enabled, settings, secrets, version, changed_at)
            SELECT 'third', connector, enabled, settings, secrets, 1, changed_at FROM connections WHERE id = 'second'
            """), default);

        await ShouldBecomeAsync(client, "third", connection => connection.Text("problem")?.Contains("belongs elsewhere", StringComparison.Ordinal) == true);
        (await TryAsync(client, "third"))["works"].GetValue<bool>().ShouldBeFalse();
        (await TryAsync(client, "second"))["works"].GetValue<bool>().ShouldBeTrue("the others work");
    }

    [Theory, OnBothDatabases]
    public async Task A_secret_that_is_left_out_stays_and_null_removes_it(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        await PutAsync(client, "second", Stripe(shop, ("webhookSecret", "whsec_one")));

        var kept = Stripe(shop);
        kept.Remove("apiKey");
        kept["publishableKey"] = "pk_test_new";
        var changed = (await PutAsync(client, "second", kept, ShopFloor.AnyVersion)).ShouldAnswer(200);
        changed["settings"]["publishableKey"]!.GetValue<string>().ShouldBe("pk_test_new");
        changed["secrets"]["webhookSecret"]!.GetValue<bool>().ShouldBeTrue();
        (await TryAsync(client, "second"))["works"].GetValue<bool>().ShouldBeTrue("its key is still there");

        kept["webhookSecret"] = null;
        (await PutAsync(client, "second", kept, ShopFloor.AnyVersion)).ShouldAnswer(200)["secrets"]["webhookSecret"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"connector":"nobody","settings":{}}""", "/connector")]
    [InlineData("""{"connector":"stripe","settings":{}}""", "/settings")]
    [InlineData("""{"connector":"stripe","settings":{"apiKey":"sk_test_x","colour":"red"}}""", "/settings/colour")]
    [InlineData("""{"connector":"stripe","settings":{"apiKey":7}}""", "/settings/apiKey")]
    [InlineData("""{"connector":"stripe","settings":{"apiKey":""}}""", "/settings/apiKey")]
    [InlineData("""{"connector":"stripe","settings":{"apiKey":"sk_live_x"}}""", "/settings")]
    [InlineData("""{"connector":"stripe","settings":{"apiKey":"sk_test_x","baseUrl":"file:///etc/passwd"}}""", "/settings")]
    [InlineData("""{"connector":"manual","settings":{"maximumAmount":0}}""", "/settings/maximumAmount")]
    [InlineData("""{"connector":"stripe","settings":[]}""", "/settings")]
    [InlineData("""{"connector":"stripe"}""", "")]
    public async Task Settings_that_do_not_fit_are_refused_with_a_pointer(string body, string pointer)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();

        var refused = await client.StaffAsync(HttpMethod.Put, "/admin/connections/wrong", body);

        refused.ShouldBeProblem(400, "invalid_request", body);
        refused["errors"].AsArray()[0]!["pointer"]!.GetValue<string>().ShouldBe(pointer, refused.Json!.ToJsonString());
        (await ReadAsync(client, "wrong")).Status.ShouldBe(404);
    }

    [Theory, OnBothDatabases]
    public async Task Who_changes_a_connection_has_read_it_and_no_vendor_becomes_another(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        (await PutAsync(client, "stripe", Stripe(shop))).ShouldBeProblem(428, "precondition_required", "one of the settings file");
        (await PutAsync(client, "stripe", Stripe(shop), ("If-Match", "\"v0\""))).ShouldAnswer(200).Text("origin").ShouldBe("stored");
        (await PutAsync(client, "stripe", Stripe(shop), ("If-Match", "\"v0\""))).ShouldBeProblem(412, "precondition_failed", "stale");
        (await client.StaffAsync(HttpMethod.Put, "/admin/connections/stripe", new { connector = "manual", settings = new { } }, headers: ShopFloor.AnyVersion)).ShouldBeProblem(409, "connector_fixed", "another vendor");
        var races = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PutAsync(client, "stripe", Stripe(shop), ("If-Match", "\"v1\""))));
        races.Count(race => race.Status == 200).ShouldBe(1);
        races.Count(race => race.Status == 412).ShouldBe(7);
    }

    [Theory, OnBothDatabases]
    public async Task A_change_reaches_another_hub_and_is_there_after_a_restart(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = (await shop.AnotherHubAsync()).Client();
        (await PutAsync(shop.Client(), "second", Stripe(shop))).ShouldAnswer(201);
        await ShouldBecomeAsync(other, "second", connection => connection.Status == 200);

        (await PutAsync(other, "second", Stripe(shop, ("publishableKey", "pk_test_other")), ("If-Match", "\"v1\""))).ShouldAnswer(200);

        await ShouldBecomeAsync(shop.Client(), "second", connection => connection.Json?["settings"]?["publishableKey"]?.GetValue<string>() == "pk_test_other");
        (await TryAsync((await shop.AnotherHubAsync()).Client(), "second"))["works"].GetValue<bool>().ShouldBeTrue("a hub that starts later knows it at once");
    }

    [Theory, OnBothDatabases]
    public async Task A_connection_that_is_switched_off_takes_nothing_new_and_finishes_what_it_began(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var basket = await client.FillAsync(sku);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        var late = await client.FillAsync(sku);

        (await PutAsync(client, "stripe", Stripe(shop), enabled: false, headers: ShopFloor.AnyVersion)).ShouldAnswer(200);

        (await late.PayAsync()).ShouldAnswer(400)["errors"].AsArray()[0]!["code"]!.GetValue<string>().ShouldBe("unknown_payment_option");
        (await late.CheckoutAsync())["paymentOptions"].AsArray().ShouldBeEmpty();
        (await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } })).ShouldAnswer(200);
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).Single().Refunded.ShouldBe(500);

        (await PutAsync(client, "stripe", Stripe(shop), headers: ShopFloor.AnyVersion)).ShouldAnswer(200);
        (await late.PayAsync(quote: (await late.CheckoutAsync()).Text("quote/token"))).ShouldAnswer(200).Text("status").ShouldBe("completed");
    }

    [Theory, OnBothDatabases]
    public async Task Settings_change_under_shoppers_and_none_of_them_notices(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 1000);
        using var over = new CancellationTokenSource();
        var changes = ChangeAsync(shop, client, over.Token);

        var answers = new List<Reply>();
        for (var round = 0; round < 8; round++)
        {
            var baskets = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.FillAsync(sku)));
            answers.AddRange(await Task.WhenAll(baskets.Select(basket => basket.PayAsync())));
        }

        await over.CancelAsync();
        (await changes).ShouldBeGreaterThan(3);
        answers.ShouldAllBe(answer => answer.Status == 200 && answer.Text("status") == "completed");
    }

    private static async Task<int> ChangeAsync(TestShop shop, ShopClient client, CancellationToken over)
    {
        var changes = 0;
        while (!over.IsCancellationRequested)
        {
            (await PutAsync(client, "stripe", Stripe(shop, ("publishableKey", $"pk_test_{++changes}")), ShopFloor.AnyVersion)).ShouldAnswer(200);
            await Task.Delay(20, CancellationToken.None);
        }

        return changes;
    }

    private static JsonObject Stripe(TestShop shop, params (string Name, string Value)[] more)
    {
        var settings = new JsonObject { ["apiKey"] = Secret, ["publishableKey"] = "pk_test_sandbox", ["baseUrl"] = new Uri(shop.SandboxUrl, "/stripe").ToString() };
        foreach (var (name, value) in more) settings[name] = value;
        return settings;
    }

    private static Task<Reply> PutAsync(ShopClient client, string id, JsonObject settings, params (string Name, string Value)[] headers) => PutAsync(client, id, settings, enabled: true, headers);

    private static Task<Reply> PutAsync(ShopClient client, string id, JsonObject settings, bool enabled, params (string Name, string Value)[] headers) =>
        client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector = "stripe", settings, enabled }, headers: headers);

    private static Task<Reply> ReadAsync(ShopClient client, string id) => client.StaffAsync(HttpMethod.Get, $"/admin/connections/{id}");

    private static Task<Reply> TryAsync(ShopClient client, string id) => client.StaffAsync(HttpMethod.Post, $"/admin/connections/{id}/test");

    private static async Task ShouldBecomeAsync(ShopClient client, string id, Func<Reply, bool> expected) =>
        (await ShopFloor.EventuallyAsync(async () => expected(await ReadAsync(client, id)))).ShouldBeTrue((await ReadAsync(client, id)).Json?.ToJsonString());
}
