using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Connections;

/// <summary>A team keeps its connections with its code: export, plan, apply.</summary>
public sealed class ConnectionsAsCodeTests
{
    private const string Secret = "sk_test_from_the_vault";

    [Theory, OnBothDatabases]
    public async Task What_was_exported_and_is_applied_again_changes_nothing(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        var exported = (await ExportAsync(client)).ShouldAnswer(200);

        var plan = (await PlanAsync(client, exported.Json!)).ShouldAnswer(200);

        plan["changes"].AsArray().Select(change => change!["action"]!.GetValue<string>()).ShouldAllBe(action => action == "keep");
        (await ApplyAsync(client, exported.Json!, exported.Header("ETag")!)).ShouldAnswer(200);
        (await shop.Database.CountAsync($"SELECT count(*) FROM connections", default)).ShouldBe(0, "nothing was stored");
    }

    [Theory, OnBothDatabases]
    public async Task A_plan_says_what_would_change_and_applying_it_changes_that(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        var file = Two(shop);

        var plan = (await PlanAsync(client, file)).ShouldAnswer(200);

        Changes(plan).ShouldBe([("second", "create", ""), ("stripe", "change", "/enabled /settings/publishableKey")]);
        (await shop.Database.CountAsync($"SELECT count(*) FROM connections", default)).ShouldBe(0);
        var applied = (await ApplyAsync(client, file, (await ExportAsync(client)).Header("ETag")!)).ShouldAnswer(200);
        Changes(applied).ShouldBe(Changes(plan));
        applied.Header("ETag").ShouldBe((await ExportAsync(client)).Header("ETag"));
        Changes(await PlanAsync(client, file)).ShouldBe([("second", "keep", ""), ("stripe", "keep", "")]);
        (await client.StaffAsync(HttpMethod.Get, "/admin/connections/stripe"))["enabled"].GetValue<bool>().ShouldBeFalse();
        (await shop.Database.QueryAsync<string>($"SELECT type FROM events WHERE stream IN ('connection:second', 'connection:stripe') ORDER BY stream", default)).ShouldBe(["connection.created", "connection.created"]);
    }

    [Theory, OnBothDatabases]
    public async Task A_secret_may_be_the_name_of_one_that_is_kept_elsewhere(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        (await ApplyAsync(client, Two(shop), "*")).ShouldAnswer(200);

        var exported = await ExportAsync(client);

        exported.Json!.ToJsonString().ShouldNotContain(Secret);
        exported.Json!["connections"]!.AsArray().Single(entry => entry!["id"]!.GetValue<string>() == "second")!["settings"]!["apiKey"]!["$secret"]!.GetValue<string>().ShouldBe("STRIPE");
        (await client.StaffAsync(HttpMethod.Post, "/admin/connections/second/test"))["works"].GetValue<bool>().ShouldBeTrue("its value is the right key");
        (await shop.Database.QueryAsync<string>($"SELECT settings || secrets FROM connections", default)).ShouldAllBe(stored => !stored.Contains(Secret));
    }

    [Theory, OnBothDatabases]
    public async Task Routes_are_part_of_the_file_and_may_lead_to_connections_that_it_makes(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        var file = Two(shop).AsObject();
        file["routes"] = JsonNode.Parse("""[{"market":"US","port":"payments","rules":[{"use":["second"]}]}]""");

        Changes(await PlanAsync(client, file)).ShouldContain(("US/payments", "create", ""));
        (await ApplyAsync(client, file, "*")).ShouldAnswer(200);

        (await ExportAsync(client)).Json!["routes"]!.AsArray().ShouldHaveSingleItem()!["rules"]![0]!["use"]![0]!.GetValue<string>().ShouldBe("second");
        Changes(await PlanAsync(client, file)).ShouldContain(("US/payments", "keep", ""));
        file["routes"]![0]!["rules"]![0]!["percent"] = 20;
        Changes(await PlanAsync(client, file)).ShouldContain(("US/payments", "change", "/rules"));
        file["routes"]![0]!["rules"]![0]!["use"]![0] = "nobody";
        (await ApplyAsync(client, file, "*")).ShouldAnswer(400).Text("errors/0/pointer").ShouldBe("/routes/0/rules/0/use/0");
    }

    [Fact]
    public async Task A_file_with_one_mistake_changes_nothing_and_the_mistake_is_pointed_at()
    {
        await using var shop = await StartAsync("sqlite");
        var client = shop.Client();
        foreach (var (entry, pointer) in new[]
        {
            ("""{"id":"third","connector":"nobody","settings":{}}""", "/connections/2/connector"),
            ("""{"id":"third","connector":"stripe","settings":{"apiKey":"sk_test_x","colour":1}}""", "/connections/2/settings/colour"),
            ("""{"id":"third","connector":"stripe","settings":{"apiKey":{"$secret":"NOT_THERE"}}}""", "/connections/2/settings"),
            ("""{"id":"second","connector":"manual","settings":{}}""", "/connections/2/id"),
            ("""{"id":"UPPER","connector":"manual","settings":{}}""", "/connections/2"),
        })
        {
            var file = Two(shop);
            file["connections"]!.AsArray().Add(JsonNode.Parse(entry));

            var refused = await ApplyAsync(client, file, "*");

            refused.ShouldBeProblem(400, "invalid_request", entry);
            refused["errors"].AsArray()[0]!["pointer"]!.GetValue<string>().ShouldBe(pointer, refused.Json!.ToJsonString());
            (await PlanAsync(client, file)).Status.ShouldBe(400);
            (await shop.Database.CountAsync($"SELECT count(*) FROM connections", default)).ShouldBe(0, entry);
        }
    }

    [Theory, OnBothDatabases]
    public async Task Who_applies_a_file_has_read_what_is_there(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        (await client.StaffAsync(HttpMethod.Post, "/admin/configuration/apply", Two(shop))).ShouldBeProblem(428, "precondition_required", "blind");
        var read = (await ExportAsync(client)).Header("ETag")!;
        (await ApplyAsync(client, Two(shop), read)).ShouldAnswer(200);
        (await ApplyAsync(client, Two(shop), read)).ShouldBeProblem(412, "precondition_failed", "stale");
    }

    [Theory, OnBothDatabases]
    public async Task Of_many_who_apply_what_they_read_together_one_wins(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        var address = new Uri(shop.SandboxUrl, "/stripe").ToString();
        JsonObject File(int number) => new() { ["connections"] = new JsonArray(new JsonObject { ["id"] = $"of-{number}", ["connector"] = "stripe", ["settings"] = new JsonObject { ["apiKey"] = "sk_test_many", ["baseUrl"] = address } }) };
        var read = (await ExportAsync(client)).Header("ETag")!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => ApplyAsync(client, File(number), read)));

        answers.Select(answer => answer.Status).Order().ShouldBe([200, .. Enumerable.Repeat(412, 7)]);
    }

    private static Task<TestShop> StartAsync(string database) => TestShop.StartAsync(database, ("Secrets:Values:STRIPE", Secret));

    private static JsonObject Two(TestShop shop)
    {
        var address = new Uri(shop.SandboxUrl, "/stripe").ToString();
        return new JsonObject
        {
            ["connections"] = new JsonArray(
                new JsonObject { ["id"] = "second", ["connector"] = "stripe", ["settings"] = new JsonObject { ["apiKey"] = new JsonObject { ["$secret"] = "STRIPE" }, ["baseUrl"] = address } },
                new JsonObject { ["id"] = "stripe", ["connector"] = "stripe", ["enabled"] = false, ["settings"] = new JsonObject { ["publishableKey"] = "pk_test_other", ["baseUrl"] = address } }),
        };
    }

    private static Task<Reply> ExportAsync(ShopClient client) => client.StaffAsync(HttpMethod.Get, "/admin/configuration");

    private static Task<Reply> PlanAsync(ShopClient client, JsonNode file) => client.StaffAsync(HttpMethod.Post, "/admin/configuration/plan", file);

    private static Task<Reply> ApplyAsync(ShopClient client, JsonNode file, string tag) => client.StaffAsync(HttpMethod.Post, "/admin/configuration/apply", file, headers: ("If-Match", tag));

    private static List<(string, string, string)> Changes(Reply plan) => [.. plan["changes"].AsArray().Select(change =>
        (change!["id"]!.GetValue<string>(), change["action"]!.GetValue<string>(), string.Join(' ', change["members"]!.AsArray().Select(member => member!.GetValue<string>()))))];
}
