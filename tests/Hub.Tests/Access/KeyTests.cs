using Composable.Hub.Access;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Access;

/// <summary>Keys that staff make, rotate and end in the running shop.</summary>
public sealed class KeyTests
{
    [Theory, OnBothDatabases]
    public async Task A_new_key_opens_what_its_scopes_say_and_no_more(string database)
    {
        var shop = await TestShop.OnAsync(database);

        var key = await MakeAsync(shop, Secret("warehouse", "orders:read"));

        (await CallAsync(shop, key, "/admin/orders")).ShouldAnswer(200);
        (await CallAsync(shop, key, "/admin/connections")).ShouldAnswer(403, "forbidden");
        (await CallAsync(shop, key, "/v1/products")).ShouldAnswer(403, "forbidden");
    }

    [Theory, OnBothDatabases]
    public async Task Another_hub_knows_a_new_key_and_forgets_a_revoked_one_within_two_seconds(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var other = await shop.AnotherHubAsync();
        var made = await NewAsync(shop, new { name = "storefront", kind = "publishable" });
        var key = made["key"].GetValue<string>();
        (await ShopFloor.EventuallyAsync(async () => (await CallAsync(other, key, "/v1/products")).Status == 200)).ShouldBeTrue();

        (await shop.Client().StaffAsync(HttpMethod.Delete, $"/admin/keys/{made["id"].GetValue<string>()}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);

        (await CallAsync(shop, key, "/v1/products")).ShouldAnswer(401, "unauthenticated");
        (await ShopFloor.EventuallyAsync(async () => (await CallAsync(other, key, "/v1/products")).Status == 401)).ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task Row_20_while_a_key_is_rotated_nobody_is_refused_and_afterwards_the_old_one_is_dead(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var old = await NewAsync(shop, Secret("server", "orders:read"));
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var key = old["key"].GetValue<string>();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var statuses = new List<int>();
            while (!stop.IsCancellationRequested) statuses.Add((await CallAsync(shop, Volatile.Read(ref key), "/admin/orders")).Status);
            return statuses;
        })).ToList();

        var fresh = (await shop.Client().StaffAsync(HttpMethod.Post, $"/admin/keys/{old["id"].GetValue<string>()}/rotate", new { overlapSeconds = 2 }, headers: ShopFloor.AnyVersion)).ShouldAnswer(201);
        Volatile.Write(ref key, fresh["key"].GetValue<string>());
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        await stop.CancelAsync();

        (await Task.WhenAll(callers)).SelectMany(statuses => statuses).Distinct().ShouldBe([200]);
        (await CallAsync(shop, old["key"].GetValue<string>(), "/admin/orders")).ShouldAnswer(401, "unauthenticated");
        fresh["name"].GetValue<string>().ShouldBe("server", "idempotency keys of before stay its own");
    }

    [Theory, OnBothDatabases]
    public async Task A_key_ends_when_it_was_to_end(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var key = await MakeAsync(shop, $$"""{"name":"guest worker","kind":"secret","scopes":["orders:read"],"expiresAt":"{{DateTimeOffset.UtcNow.AddSeconds(3):O}}"}""");
        (await CallAsync(shop, key, "/admin/orders")).ShouldAnswer(200);

        (await ShopFloor.EventuallyAsync(async () => (await CallAsync(shop, key, "/admin/orders")).Status == 401)).ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task Nobody_gives_or_takes_a_right_they_do_not_have(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var clerk = await MakeAsync(shop, Secret("clerk", "keys:write", "orders:read"));
        var owner = await NewAsync(shop, Secret("owner", "*"));

        foreach (var scope in (string[])["*", "orders:write"])
            (await shop.Client().SendAsync(HttpMethod.Post, "/admin/keys", Secret("mine", scope), key: clerk)).ShouldAnswer(403, "forbidden");
        (await shop.Client().SendAsync(HttpMethod.Delete, $"/admin/keys/{owner["id"].GetValue<string>()}", key: clerk, headers: ShopFloor.AnyVersion)).ShouldAnswer(403, "forbidden");
        (await shop.Client().SendAsync(HttpMethod.Post, $"/admin/keys/{owner["id"].GetValue<string>()}/rotate", new { }, key: clerk, headers: ShopFloor.AnyVersion)).ShouldAnswer(403, "forbidden");
        (await shop.Client().SendAsync(HttpMethod.Post, "/admin/keys", Secret("fine", "orders:read"), key: clerk)).ShouldAnswer(201);
    }

    [Theory, OnBothDatabases]
    public async Task Nobody_acts_under_the_name_of_another_key(string database)
    {
        var shop = await TestShop.OnAsync(database);
        await MakeAsync(shop, Secret("first of its name", "orders:read"));

        foreach (var name in (string[])["first of its name", "demo-staff", "hub"]) (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/keys", Secret(name, "orders:read"))).ShouldAnswer(409, "name_taken");
        (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/keys", Secret("customer:cus_1", "orders:read"))).ShouldAnswer(400, "invalid_request");
    }

    [Theory, OnBothDatabases]
    public async Task A_key_is_rotated_once_and_the_new_one_lives_as_long_as_the_old_one_was_to(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var old = await NewAsync(shop, Secret("twice", "orders:read"));
        var path = $"/admin/keys/{old["id"].GetValue<string>()}/rotate";

        (await shop.Client().StaffAsync(HttpMethod.Post, path, new { }, headers: ShopFloor.AnyVersion)).ShouldAnswer(201).Json!["expiresAt"].ShouldBeNull();

        (await shop.Client().StaffAsync(HttpMethod.Post, path, new { }, headers: ShopFloor.AnyVersion)).ShouldAnswer(409, "key_ended");
    }

    [Theory, OnBothDatabases]
    public async Task A_key_is_shown_once_and_kept_as_a_hash(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var made = await NewAsync(shop, Secret("secretive", "audit:read"));
        var key = made["key"].GetValue<string>();

        (await shop.Client().StaffAsync(HttpMethod.Get, $"/admin/keys/{made["id"].GetValue<string>()}")).ShouldAnswer(200).Json!.ToJsonString().ShouldNotContain(key);
        foreach (var text in await shop.Database.QueryAsync<string>($"SELECT entry FROM audit UNION ALL SELECT hash || hint FROM access_keys UNION ALL SELECT coalesce(body, '') FROM idempotency_keys", default)) text.ShouldNotContain(key);
    }

    [Theory, OnBothDatabases]
    public async Task It_is_known_when_a_key_was_used_last(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var made = await NewAsync(shop, Secret("used", "orders:read"));
        await CallAsync(shop, made["key"].GetValue<string>(), "/admin/orders");

        await shop.Hub.Services.GetRequiredService<Composable.Hub.Access.Keys.KeyStore>().NoteUsesAsync(default);

        (await shop.Client().StaffAsync(HttpMethod.Get, $"/admin/keys/{made["id"].GetValue<string>()}")).ShouldAnswer(200)["lastUsedAt"].GetValue<DateTimeOffset>().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { """{"name":"","kind":"secret"}""", "/name", "out_of_range" },
        { """{"name":"a","kind":"root"}""", "/kind", "unknown_kind" },
        { """{"name":"a","kind":"secret","scopes":["orders:reed"]}""", "/scopes", "unknown_scope" },
        { """{"name":"a","kind":"publishable","scopes":["*"]}""", "/scopes", "not_allowed" },
        { """{"name":"a","kind":"secret","origins":["https://shop.example"]}""", "/origins", "not_allowed" },
        { """{"name":"a","kind":"publishable","origins":["*"]}""", "/origins", "invalid" },
        { """{"name":"a","kind":"secret","expiresAt":"2020-01-01T00:00:00Z"}""", "/expiresAt", "out_of_range" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_key_that_cannot_be_is_refused_with_a_pointer(string body, string pointer, string code)
    {
        var shop = await TestShop.OnAsync("sqlite");

        var error = (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/keys", body)).ShouldAnswer(400, "invalid_request")["errors"][0]!;

        (error["pointer"]!.GetValue<string>(), error["code"]!.GetValue<string>()).ShouldBe((pointer, code));
    }

    [Fact]
    public async Task Every_scope_that_a_route_asks_for_can_be_given_and_no_other()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var asked = shop.Hub.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<Doors.Door>()?.Scope).OfType<string>();

        Scopes.All.Order().ShouldBe(asked.Concat(["*", "metrics:read"]).Distinct().Order());
    }

    private static object Secret(string name, params string[] scopes) => new { name, kind = "secret", scopes };

    private static async Task<Reply> NewAsync(TestShop shop, object wanted) => (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/keys", wanted)).ShouldAnswer(201);

    private static async Task<string> MakeAsync(TestShop shop, object wanted) => (await NewAsync(shop, wanted))["key"].GetValue<string>();

    private static Task<Reply> CallAsync(TestShop shop, string key, string path) => shop.Client().SendAsync(HttpMethod.Get, path, key: key);
}
