using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Staff;

/// <summary>Roles reach down to the connection and to the field.</summary>
public sealed class RoleTests
{
    [Theory, OnBothDatabases]
    public async Task A_role_for_one_connection_sees_and_changes_that_one_only(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var token = (await StaffFloor.SignInAsync(client, new { scope = "connections:write", connections = new[] { "second" } })).Text("token")!;
        Task<Reply> AskAsync(HttpMethod method, string path, object? body = null, params (string, string)[] headers) => client.SendAsync(method, path, body, key: token, headers: headers);

        (await AskAsync(HttpMethod.Put, "/admin/connections/second", new { connector = "manual", settings = new { } })).ShouldAnswer(201);
        (await AskAsync(HttpMethod.Get, "/admin/connections/second")).ShouldAnswer(200);
        (await AskAsync(HttpMethod.Get, "/admin/connections")).ShouldAnswer(200).Json!["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()).ShouldBe(["second"]);
        (await AskAsync(HttpMethod.Put, "/admin/connections/third", new { connector = "manual", settings = new { } })).ShouldAnswer(403, "forbidden");
        (await AskAsync(HttpMethod.Get, "/admin/connections/stripe")).ShouldAnswer(403, "forbidden");
        (await AskAsync(HttpMethod.Post, "/admin/connections/stripe/test")).ShouldAnswer(403, "forbidden");
        (await AskAsync(HttpMethod.Post, "/admin/notices/stripe/evt_1/replay")).ShouldAnswer(403, "forbidden");
        (await AskAsync(HttpMethod.Post, "/admin/notices/second/evt_1/replay")).ShouldAnswer(404, "not_found");
        foreach (var path in (string[])["/admin/configuration", "/admin/routes", "/admin/notices"]) (await AskAsync(HttpMethod.Get, path)).ShouldAnswer(403, "forbidden");
        (await AskAsync(HttpMethod.Post, "/admin/configuration/apply", new { connections = Array.Empty<object>() }, ShopFloor.AnyVersion)).ShouldAnswer(403, "forbidden");
    }

    [Theory, OnBothDatabases]
    public async Task What_is_hidden_from_a_role_is_not_shown_at_any_depth(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var email = $"hidden-{Guid.NewGuid():N}@example.com";
        var basket = await client.FillAsync(await client.SellAsync(), email: email);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        var token = (await StaffFloor.SignInAsync(client, new { scope = "orders:read", hidden = new[] { "email", "addresses" } })).Text("token")!;

        var shown = (await client.SendAsync(HttpMethod.Get, $"/admin/orders/{order}", key: token)).ShouldAnswer(200);

        shown.Text("id").ShouldBe(order);
        shown.Json!["totals"].ShouldNotBeNull();
        foreach (var path in (string[])[$"/admin/orders/{order}", "/admin/orders?limit=100", $"/admin/orders/{order}/timeline"])
        {
            var text = (await client.SendAsync(HttpMethod.Get, path, key: token)).ShouldAnswer(200).Json!.ToJsonString();
            text.ShouldNotContain(email);
            text.ShouldNotContain("1 Main St");
        }

        (await client.SendAsync(HttpMethod.Get, "/admin/orders?EMAIL=a", key: token)).ShouldAnswer(403, "forbidden");
    }

    [Theory, OnBothDatabases]
    public async Task What_is_hidden_from_a_role_is_not_set_by_it_and_stays_as_it_is(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var address = new { country = "US", region = "OR", postalCode = "97201", city = "Portland", line1 = "100 Harbor Way" };
        (await client.StaffAsync(HttpMethod.Put, "/admin/connections/duties", new { connector = "taxjar", enabled = false, settings = new { apiKey = "sk-first", baseUrl = "https://api.taxjar.com", fromAddress = address } })).ShouldAnswer(201);
        var token = (await StaffFloor.SignInAsync(client, new { scope = "connections:write", connections = new[] { "duties" }, hidden = new[] { "apiKey", "fromAddress" } })).Text("token")!;
        Task<Reply> PutAsync(object settings) => client.SendAsync(HttpMethod.Put, "/admin/connections/duties", new { connector = "taxjar", enabled = false, settings }, key: token, headers: ShopFloor.AnyVersion);

        (await PutAsync(new { apiKey = "sk-mine", baseUrl = "https://api.taxjar.com" })).ShouldAnswer(403, "forbidden").Text("errors/0/pointer").ShouldBe("/settings/apiKey");
        (await PutAsync(new { APIKEY = "sk-mine", baseUrl = "https://api.taxjar.com" })).ShouldAnswer(403, "forbidden");
        (await PutAsync("""{"\u0061piKey":"sk-mine"}""")).Status.ShouldBeOneOf(400, 403);
        (await PutAsync(new { baseUrl = "https://elsewhere.example" })).ShouldAnswer(400, "invalid_request").Text("errors/0/code").ShouldBe("secret_required");
        (await PutAsync(new { baseUrl = "https://api.taxjar.com" })).ShouldAnswer(200).Json!["settings"]!["fromAddress"].ShouldBeNull();

        (await client.StaffAsync(HttpMethod.Get, "/admin/connections/duties")).ShouldAnswer(200).Text("settings/fromAddress/city").ShouldBe("Portland");
    }

    [Fact]
    public async Task What_two_roles_allow_together_is_what_either_shows()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var order = (await (await client.FillAsync(await client.SellAsync())).PayAsync()).ShouldAnswer(200).Text("orderId");
        var (_, email) = await StaffFloor.TakeInAsync(client, await StaffFloor.RoleAsync(client, new { scope = "orders:read", hidden = new[] { "email", "addresses" } }), await StaffFloor.RoleAsync(client, new { scope = "orders:read", hidden = new[] { "addresses" } }));
        var token = (await StaffFloor.TryAsync(client, email)).ShouldAnswer(201).Text("token")!;

        var shown = (await client.SendAsync(HttpMethod.Get, $"/admin/orders/{order}", key: token)).ShouldAnswer(200);

        shown.Text("email").ShouldBe("ada@example.com");
        shown.Json!["addresses"].ShouldBeNull();
    }

    [Fact]
    public async Task Who_does_not_see_everything_is_shown_no_new_keys()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var token = (await StaffFloor.SignInAsync(client, new { scope = "*", hidden = new[] { "email" } })).Text("token")!;

        (await client.SendAsync(HttpMethod.Post, "/admin/keys/rotation", new { }, key: token)).ShouldAnswer(403, "forbidden");
        (await client.SendAsync(HttpMethod.Post, "/admin/keys", new { name = "whole", kind = "secret", scopes = new[] { "*" } }, key: token)).ShouldAnswer(403, "forbidden");
    }

    [Fact]
    public async Task A_right_on_one_connection_shows_nothing_more_of_the_others()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        foreach (var id in (string[])["first", "second"]) (await client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}", new { connector = "manual", settings = new { } })).ShouldAnswer(201);
        var token = (await StaffFloor.SignInAsync(client, new { scope = "connections:write", connections = new[] { "first" }, hidden = new[] { "terms", "enabled" } }, new { scope = "connections:write", connections = new[] { "second" } })).Text("token")!;

        (await client.SendAsync(HttpMethod.Get, "/admin/connections", key: token)).ShouldAnswer(200).Json!["items"]![0]!["terms"].ShouldBeNull();
        (await client.SendAsync(HttpMethod.Get, "/admin/connections/second", key: token)).ShouldAnswer(200).Json!["terms"].ShouldNotBeNull();
        (await client.SendAsync(HttpMethod.Get, "/admin/connections/first", key: token)).ShouldAnswer(200).Json!["terms"].ShouldBeNull();
    }

    [Fact]
    public async Task What_is_left_out_because_it_is_hidden_stays_as_it_was()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        (await client.StaffAsync(HttpMethod.Put, "/admin/connections/slow", new { connector = "manual", settings = new { }, enabled = false, terms = new { perSecond = 3 } })).ShouldAnswer(201);
        (await client.StaffAsync(HttpMethod.Put, "/admin/promotions/FEW", new { kind = "percentage", percent = 10, maxUses = 3 })).ShouldAnswer(201);
        var token = (await StaffFloor.SignInAsync(client, new { scope = "connections:write", connections = new[] { "slow" }, hidden = new[] { "enabled", "perSecond" } }, new { scope = "promotions:write", hidden = new[] { "maxUses" } })).Text("token")!;

        (await client.SendAsync(HttpMethod.Put, "/admin/connections/slow", new { connector = "manual", settings = new { }, terms = new { atOnce = 9 } }, key: token, headers: ShopFloor.AnyVersion)).ShouldAnswer(200);
        (await client.SendAsync(HttpMethod.Put, "/admin/promotions/FEW", new { kind = "percentage", percent = 10 }, key: token, headers: ShopFloor.AnyVersion)).ShouldAnswer(403, "forbidden");

        var kept = (await client.StaffAsync(HttpMethod.Get, "/admin/connections/slow")).ShouldAnswer(200);
        (kept.Json!["enabled"]!.GetValue<bool>(), kept.Number("terms/perSecond"), kept.Number("terms/atOnce")).ShouldBe((false, 3, 9));
        (await client.StaffAsync(HttpMethod.Get, "/admin/promotions/FEW")).ShouldAnswer(200).Number("maxUses").ShouldBe(3);
    }

    [Fact]
    public async Task A_role_that_does_not_see_everything_sends_no_files()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var token = (await StaffFloor.SignInAsync(client, new { scope = "catalog:write", hidden = new[] { "amount" } })).Text("token")!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/imports?format=jsonl") { Content = new StringContent("{\"slug\":\"x\"}\n") };
        request.Headers.Authorization = new("Bearer", token);

        using var response = await client.Shop.Http.SendAsync(request);
        using var bare = new HttpRequestMessage(HttpMethod.Post, "/admin/imports?format=jsonl") { Content = new StringContent("{\"slug\":\"x\"}\n") };
        (bare.Headers.Authorization, bare.Headers.TransferEncodingChunked, bare.Content.Headers.ContentType) = (new("Bearer", token), true, null);
        using var untyped = await client.Shop.Http.SendAsync(bare);

        ((int)response.StatusCode, (int)untyped.StatusCode).ShouldBe((403, 403));
    }

    [Theory]
    [InlineData("""{"name":"","grants":[{"scope":"orders:read"}]}""", "/name")]
    [InlineData("""{"name":"x","grants":[]}""", "/grants")]
    [InlineData("""{"name":"x","grants":[{"scope":"everything"}]}""", "/grants/0/scope")]
    [InlineData("""{"name":"x","grants":[{"scope":"orders:read","connections":["stripe"]}]}""", "/grants/0/connections")]
    [InlineData("""{"name":"x","grants":[{"scope":"connections:write","connections":[]}]}""", "/grants/0/connections")]
    [InlineData("""{"name":"x","grants":[{"scope":"orders:read","hidden":["shipingAddress"]}]}""", "/grants/0/hidden")]
    [InlineData("""{"name":"x","grants":[{"scope":"connections:write","hidden":["a.b"]}]}""", "/grants/0/hidden")]
    public async Task A_role_that_says_nothing_clear_is_refused(string body, string pointer)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();

        (await client.StaffAsync(HttpMethod.Put, $"/admin/roles/{StaffFloor.NewRole()}", body)).ShouldAnswer(400, "invalid_request").Text("errors/0/pointer").ShouldBe(pointer);
    }
}
