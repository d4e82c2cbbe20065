using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Staff;

namespace Composable.Hub.Tests.Identity;

/// <summary>Staff whom the company's own directory knows, with a real provider.</summary>
public sealed class StaffFromOutsideTests(RealProvider provider) : IClassFixture<RealProvider>
{
    [WithProvider, OnBothDatabases]
    public async Task Groups_in_the_directory_are_roles_here_and_go_with_them(string database)
    {
        await using var shop = await StartAsync(database, ("RolesClaim", "groups"), ("Scope", "openid email profile groups"), ("Roles:support", "reader"), ("Roles:catalogue", "editor"));
        var client = shop.Client();
        (await client.StaffAsync(HttpMethod.Put, "/admin/roles/reader", new { name = "Reader", grants = new[] { new { scope = "orders:read" } } })).ShouldAnswer(201);
        (await client.StaffAsync(HttpMethod.Put, "/admin/roles/editor", new { name = "Editor", grants = new[] { new { scope = "catalog:write" } } })).ShouldAnswer(201);
        var person = $"g{Guid.NewGuid():N}"[..16];

        (await SignInAsync(client, person)).ShouldAnswer(403, "forbidden");
        (await SignInAsync(client, person + ".strangers")).ShouldAnswer(403, "forbidden");
        var session = (await SignInAsync(client, person + ".support")).ShouldAnswer(201);

        (session.Text("staff/email"), session.Text("staff/roles/0"), session.Text("grants/0/scope")).ShouldBe(($"{person}@example.com", "reader", "orders:read"));
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: session.Text("token"))).ShouldAnswer(200);
        (await client.SendAsync(HttpMethod.Get, "/admin/audit", key: session.Text("token"))).ShouldAnswer(403, "forbidden");
    }

    [Theory, OnBothDatabases]
    public async Task Other_groups_at_the_next_sign_in_are_other_roles_and_end_what_was_begun_with_the_old_ones(string database)
    {
        await using var directory = await CraftedProvider.StartAsync();
        await using var shop = await TestShop.StartAsync(database, [("Egress:AllowPrivate", "true"), .. directory.SettingsOf("crew", "staff"), ("SignIn:Providers:crew:RolesClaim", "groups"), ("SignIn:Providers:crew:Roles:support", "reader"), ("SignIn:Providers:crew:Roles:catalogue", "editor")]);
        var client = shop.Client();
        (await client.StaffAsync(HttpMethod.Put, "/admin/roles/reader", new { name = "Reader", grants = new[] { new { scope = "orders:read" } } })).ShouldAnswer(201);
        (await client.StaffAsync(HttpMethod.Put, "/admin/roles/editor", new { name = "Editor", grants = new[] { new { scope = "catalog:write" } } })).ShouldAnswer(201);
        async Task<Reply> InAsync(params string[] groups)
        {
            directory.Token = claims =>
            {
                claims["groups"] = new JsonArray([.. groups.Select(group => JsonValue.Create(group))]);
                return directory.Sign(claims);
            };
            return await directory.SignInAsync(client, "/admin/sign-ins", "crew");
        }

        var first = (await InAsync("support")).ShouldAnswer(201);
        var second = (await InAsync("support", "catalogue")).ShouldAnswer(201);

        second.Text("staff/id").ShouldBe(first.Text("staff/id"));
        second.Json!["grants"]!.AsArray().Count.ShouldBe(2);
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: first.Text("token"))).ShouldAnswer(401, "unauthenticated");
        (await InAsync("strangers")).ShouldAnswer(403, "forbidden");
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: second.Text("token"))).ShouldAnswer(401, "unauthenticated");
        (await client.StaffAsync(HttpMethod.Get, $"/admin/staff/{first.Text("staff/id")}")).ShouldAnswer(200).Json!["roles"]!.AsArray().Count.ShouldBe(0);
    }

    [Theory, OnBothDatabases]
    public async Task Who_took_somebody_in_does_not_come_in_as_them(string database)
    {
        await using var directory = await CraftedProvider.StartAsync();
        await using var shop = await TestShop.StartAsync(database, [("Egress:AllowPrivate", "true"), .. directory.SettingsOf("crew", "staff"), ("SignIn:Providers:crew:RolesClaim", "groups"), ("SignIn:Providers:crew:Roles:chiefs", "chief")]);
        var client = shop.Client();
        (await client.StaffAsync(HttpMethod.Put, "/admin/roles/chief", new { name = "Chief", grants = new[] { new { scope = "*" } } })).ShouldAnswer(201);
        var helper = (await StaffFloor.SignInAsync(client, new { scope = "staff:write" })).Text("token")!;
        var added = (await client.SendAsync(HttpMethod.Post, "/admin/staff", new { email = "somebody@example.com", name = "The chief", roles = Array.Empty<string>() }, key: helper)).ShouldAnswer(201);
        (await StaffFloor.AcceptAsync(client, added.Text("invitation/token")!)).ShouldAnswer(204);
        var subject = "somebody";
        directory.Token = claims =>
        {
            (claims["groups"], claims["sub"]) = (new JsonArray("chiefs"), subject);
            return directory.Sign(claims);
        };

        (await directory.SignInAsync(client, "/admin/sign-ins", "crew")).ShouldAnswer(201).Text("staff/id").ShouldBe(added.Text("id"));
        (await StaffFloor.TryAsync(client, "somebody@example.com")).ShouldAnswer(401, "invalid_credentials");
        subject = "who has the address now";
        (await directory.SignInAsync(client, "/admin/sign-ins", "crew")).ShouldAnswer(403, "forbidden");
    }

    [WithProvider, OnBothDatabases]
    public async Task Without_groups_only_who_was_taken_in_enters_and_who_was_let_go_does_not(string database)
    {
        await using var shop = await StartAsync(database);
        var (client, person) = (shop.Client(), $"m{Guid.NewGuid():N}"[..16]);
        (await SignInAsync(client, person)).ShouldAnswer(403, "forbidden");
        var role = await StaffFloor.RoleAsync(client, new { scope = "orders:read" });
        var added = (await client.StaffAsync(HttpMethod.Post, "/admin/staff", new { email = $"{person}@example.com", name = "Grace", roles = new[] { role } })).ShouldAnswer(201);

        var session = (await SignInAsync(client, person)).ShouldAnswer(201);
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: session.Text("token"))).ShouldAnswer(200);
        (await client.StaffAsync(HttpMethod.Patch, $"/admin/staff/{added.Text("id")}", new { enabled = false }, headers: ShopFloor.AnyVersion)).ShouldAnswer(200);

        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: session.Text("token"))).ShouldAnswer(401, "unauthenticated");
        (await SignInAsync(client, person)).ShouldAnswer(403, "forbidden");
        (await SignInAsync(client, "plain-" + person)).ShouldAnswer(403, "forbidden");
    }

    [Theory]
    [InlineData("Issuer", "http://directory.example", "Issuer"), InlineData("For", "everybody", "For"), InlineData("Algorithm", "none", "Algorithm"), InlineData("Algorithm", "HS256", "Algorithm")]
    [InlineData("RedirectUris:0", "ftp://shop.example/back", "RedirectUris"), InlineData("ClientId", "", "ClientId"), InlineData("Scope", "email", "openid"), InlineData("RolesClaim", "groups", "Roles")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string setting, string value, string named) => (await Should.ThrowAsync<Exception>(async () =>
        await TestShop.StartAsync("sqlite", [("Egress:AllowPrivate", "false"), ("SignIn:Providers:console:Name", "x"), ("SignIn:Providers:console:Issuer", "https://directory.example"), ("SignIn:Providers:console:ClientId", "x"), ("SignIn:Providers:console:RedirectUris:0", "https://shop.example/back"), ($"SignIn:Providers:console:{setting}", value)])))
        .ToString().ShouldContain(named);

    private async Task<Reply> SignInAsync(ShopClient client, string person)
    {
        var flow = (await client.SendAsync(HttpMethod.Post, "/admin/sign-ins", new { provider = "console", redirectUri = RealProvider.Callback }, key: null)).ShouldAnswer(201);
        var back = await provider.SignInAsync(flow.Text("url")!, person);
        return await client.SendAsync(HttpMethod.Post, "/admin/sign-ins/finish", new { flow = flow.Text("flow"), state = back["state"], code = back["code"], iss = back["iss"] }, key: null);
    }

    private Task<TestShop> StartAsync(string database, params (string, string)[] settings) => TestShop.StartAsync(database, [("Egress:AllowPrivate", "true"), .. provider.Settings("console", "staff", "console", null, settings)]);
}
