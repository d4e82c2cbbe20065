using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Staff;

/// <summary>Who works for the shop, how they sign in, and how that ends.</summary>
public sealed class StaffTests
{
    [Theory, OnBothDatabases]
    public async Task Who_is_invited_sets_a_password_and_may_do_what_their_roles_say(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var role = await StaffFloor.RoleAsync(client, new { scope = "orders:read" });
        var email = StaffFloor.NewEmail();

        var added = (await client.StaffAsync(HttpMethod.Post, "/admin/staff", new { email, name = "Grace Hopper", roles = new[] { role } })).ShouldAnswer(201);
        (await StaffFloor.TryAsync(client, email)).ShouldAnswer(401, "invalid_credentials");
        (await StaffFloor.AcceptAsync(client, added.Text("invitation/token")!)).ShouldAnswer(204);
        (await StaffFloor.AcceptAsync(client, added.Text("invitation/token")!)).ShouldAnswer(422, "invalid_proof");
        var session = (await StaffFloor.TryAsync(client, email)).ShouldAnswer(201);

        var token = session.Text("token")!;
        session.Text("grants/0/scope").ShouldBe("orders:read");
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: token)).ShouldAnswer(200);
        (await client.SendAsync(HttpMethod.Get, "/admin/connections", key: token)).ShouldAnswer(403, "forbidden");
        (await client.SendAsync(HttpMethod.Get, "/admin/sessions/current", key: token)).ShouldAnswer(200).Text("staff/email").ShouldBe(email);
        (await client.StaffAsync(HttpMethod.Get, $"/admin/staff/{added.Text("id")}")).ShouldAnswer(200).Json!["invitation"].ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task Row_18_a_session_of_staff_ends_at_sign_out_and_when_password_roles_or_the_member_change(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (id, email) = await StaffFloor.TakeInAsync(client, await StaffFloor.RoleAsync(client, new { scope = "orders:read" }));
        Task<Reply> OrdersAsync(string token) => client.SendAsync(HttpMethod.Get, "/admin/orders", key: token);
        async Task<string> TokenAsync() => (await StaffFloor.TryAsync(client, email)).ShouldAnswer(201).Text("token")!;
        Task<Reply> PatchAsync(object patch) => client.StaffAsync(HttpMethod.Patch, $"/admin/staff/{id}", patch, headers: ShopFloor.AnyVersion);

        var token = await TokenAsync();
        (await client.SendAsync(HttpMethod.Delete, "/admin/sessions/current", key: token)).ShouldAnswer(204);
        (await OrdersAsync(token)).ShouldAnswer(401, "unauthenticated");

        (token, var other) = (await TokenAsync(), await TokenAsync());
        var anew = (await client.SendAsync(HttpMethod.Post, "/admin/sessions/password", new { currentPassword = StaffFloor.Password, newPassword = "ten kettles of one owl" }, key: token)).ShouldAnswer(201).Text("token")!;
        foreach (var old in (string[])[token, other]) (await OrdersAsync(old)).ShouldAnswer(401, "unauthenticated");
        (await OrdersAsync(anew)).ShouldAnswer(200);

        (await PatchAsync(new { roles = Array.Empty<string>() })).ShouldAnswer(200);
        (await OrdersAsync(anew)).ShouldAnswer(401, "unauthenticated");

        token = (await StaffFloor.TryAsync(client, email, "ten kettles of one owl")).ShouldAnswer(201).Text("token")!;
        (await OrdersAsync(token)).ShouldAnswer(403, "forbidden");
        (await PatchAsync(new { enabled = false })).ShouldAnswer(200);
        (await OrdersAsync(token)).ShouldAnswer(401, "unauthenticated");
        (await StaffFloor.TryAsync(client, email, "ten kettles of one owl")).ShouldAnswer(401, "invalid_credentials");
        (await client.StaffAsync(HttpMethod.Delete, $"/admin/staff/{id}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used_and_after_its_life()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("StaffSessions:Idle", "00:00:01"), ("StaffSessions:Life", "00:00:03"));
        var client = shop.Client();
        var token = (await StaffFloor.SignInAsync(client, new { scope = "orders:read" })).Text("token")!;
        for (var use = 0; use < 6; use++)
        {
            (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: token)).ShouldAnswer(200);
            await Task.Delay(200);
        }

        (await ShopFloor.EventuallyAsync(async () =>
        {
            await Task.Delay(100);
            return (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: token)).Status == 401;
        })).ShouldBeTrue("used all the time, it ends after three seconds");
    }

    [Theory, OnBothDatabases]
    public async Task Nobody_gives_or_takes_what_they_do_not_have(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (adminId, adminEmail) = await StaffFloor.TakeInAsync(client, await StaffFloor.RoleAsync(client, new { scope = "*" }));
        var everything = (await client.StaffAsync(HttpMethod.Get, $"/admin/staff/{adminId}")).ShouldAnswer(200).Text("roles/0")!;
        var helper = (await StaffFloor.SignInAsync(client, new { scope = "staff:write" }, new { scope = "keys:write" }, new { scope = "connections:write", connections = new[] { "one" } }, new { scope = "orders:read", hidden = new[] { "email" } })).Text("token")!;
        Task<Reply> AsHelperAsync(HttpMethod method, string path, object? body = null) => client.SendAsync(method, path, body, key: helper, headers: method == HttpMethod.Post && path.EndsWith("staff", StringComparison.Ordinal) ? [] : [ShopFloor.AnyVersion]);
        Task<Reply> GrantAsync(object grant) => client.SendAsync(HttpMethod.Put, $"/admin/roles/{StaffFloor.NewRole()}", new { name = "Sly", grants = new[] { grant } }, key: helper);

        foreach (object beyond in (object[])[new { scope = "*" }, new { scope = "edge:write" }, new { scope = "connections:write" }, new { scope = "connections:write", connections = new[] { "one", "two" } }, new { scope = "orders:read" }, new { scope = "orders:read", hidden = new[] { "name" } }])
            (await GrantAsync(beyond)).ShouldAnswer(403, "forbidden");
        foreach (object within in (object[])[new { scope = "staff:write" }, new { scope = "connections:write", connections = new[] { "one" } }, new { scope = "orders:read", hidden = new[] { "email", "name" } }])
            (await GrantAsync(within)).ShouldAnswer(201);
        foreach (var scope in (string[])["connections:write", "orders:read", "*"])
            (await AsHelperAsync(HttpMethod.Post, "/admin/keys", new { name = "sly", kind = "secret", scopes = new[] { scope } })).ShouldAnswer(403, "forbidden");
        (await AsHelperAsync(HttpMethod.Post, "/admin/staff", new { email = StaffFloor.NewEmail(), name = "Sly", roles = new[] { everything } })).ShouldAnswer(403, "forbidden");
        (await AsHelperAsync(HttpMethod.Post, $"/admin/staff/{adminId}/invitation")).ShouldAnswer(403, "forbidden");
        (await AsHelperAsync(HttpMethod.Patch, $"/admin/staff/{adminId}", new { enabled = false })).ShouldAnswer(403, "forbidden");
        (await AsHelperAsync(HttpMethod.Delete, $"/admin/staff/{adminId}")).ShouldAnswer(403, "forbidden");
        (await AsHelperAsync(HttpMethod.Put, $"/admin/roles/{everything}", new { name = "Less", grants = new[] { new { scope = "staff:write" } } })).ShouldAnswer(403, "forbidden");
        (await StaffFloor.TryAsync(client, adminEmail)).ShouldAnswer(201);
    }

    [Theory, OnBothDatabases]
    public async Task Row_17_a_wrong_password_and_an_unknown_address_are_one_answer_and_both_are_throttled(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("SignIn:AttemptsPerAccount", "5"));
        var client = shop.Client();
        var (_, email) = await StaffFloor.TakeInAsync(client);
        foreach (var who in (string[])[email, StaffFloor.NewEmail()])
        {
            var answers = new List<Reply>();
            for (var attempt = 0; attempt < 6; attempt++) answers.Add(await StaffFloor.TryAsync(client, who, "not the password at all"));

            answers.Select(answer => answer.Code).ShouldBe([.. Enumerable.Repeat("invalid_credentials", 5), "rate_limited"]);
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_lost_invitation_is_replaced_and_the_first_is_worth_nothing(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var added = (await client.StaffAsync(HttpMethod.Post, "/admin/staff", new { email = StaffFloor.NewEmail(), name = "Grace", roles = Array.Empty<string>() })).ShouldAnswer(201);

        var again = (await client.StaffAsync(HttpMethod.Post, $"/admin/staff/{added.Text("id")}/invitation", headers: ShopFloor.AnyVersion)).ShouldAnswer(201);

        (await StaffFloor.AcceptAsync(client, added.Text("invitation/token")!)).ShouldAnswer(422, "invalid_proof");
        (await StaffFloor.AcceptAsync(client, again.Text("invitation/token")!, "short")).ShouldAnswer(422, "password_refused");
        (await StaffFloor.AcceptAsync(client, again.Text("invitation/token")!)).ShouldAnswer(204);
    }

    [Fact]
    public async Task An_invitation_for_less_is_none_for_more()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var helper = (await StaffFloor.SignInAsync(client, new { scope = "staff:write" })).Text("token")!;
        var added = (await client.SendAsync(HttpMethod.Post, "/admin/staff", new { email = StaffFloor.NewEmail(), name = "Bob", roles = Array.Empty<string>() }, key: helper)).ShouldAnswer(201);

        (await client.StaffAsync(HttpMethod.Patch, $"/admin/staff/{added.Text("id")}", new { roles = new[] { await StaffFloor.RoleAsync(client, new { scope = "*" }) } }, headers: ShopFloor.AnyVersion)).ShouldAnswer(200);

        (await StaffFloor.AcceptAsync(client, added.Text("invitation/token")!)).ShouldAnswer(422, "invalid_proof");
    }

    [Theory, OnBothDatabases]
    public async Task Row_18_no_session_that_begins_beside_a_change_of_the_password_outlives_it(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("SignIn:AttemptsPerAccount", "100000"), ("SignIn:AttemptsPerAddress", "100000"));
        var client = shop.Client();
        var (_, email) = await StaffFloor.TakeInAsync(client);
        var shopper = await Shopper.RegisterAsync(client);
        var (old, theirs) = (StaffFloor.Password, shopper.Password);
        for (var round = 0; round < 15; round++)
        {
            var token = (await StaffFloor.TryAsync(client, email, old)).ShouldAnswer(201).Text("token")!;
            var mine = (await Shopper.TryAsync(client, shopper.Email, theirs)).ShouldAnswer(201).Text("token")!;
            var (next, other) = ($"kettle number {round} of owls", $"owl number {round} of kettles");
            var signIns = Enumerable.Range(0, 6).Select(turn => turn % 2 == 0 ? StaffFloor.TryAsync(client, email, old) : Shopper.TryAsync(client, shopper.Email, theirs)).ToList();
            (await client.SendAsync(HttpMethod.Post, "/admin/sessions/password", new { currentPassword = old, newPassword = next }, key: token)).Status.ShouldBeOneOf(201, 401, 409);
            (await client.SendAsync(HttpMethod.Post, "/v1/customers/me/password", new { currentPassword = theirs, newPassword = other }, headers: ("Authorization", $"Bearer {mine}"))).Status.ShouldBeOneOf(201, 401, 409);
            var begun = (await Task.WhenAll(signIns)).Where(reply => reply.Status == 201).Select(reply => reply.Text("token")!).ToList();

            if ((await StaffFloor.TryAsync(client, email, next)).Status == 201)
            {
                foreach (var session in begun.Where(session => session.StartsWith("ss_", StringComparison.Ordinal))) (await client.SendAsync(HttpMethod.Get, "/admin/sessions/current", key: session)).ShouldAnswer(401, "unauthenticated");
                old = next;
            }

            if ((await Shopper.TryAsync(client, shopper.Email, other)).Status != 201) continue;
            foreach (var session in begun.Where(session => session.StartsWith("cs_", StringComparison.Ordinal))) (await (shopper with { Token = session }).MeAsync()).ShouldAnswer(401, "unauthenticated");
            theirs = other;
        }

        (old != StaffFloor.Password && theirs != shopper.Password).ShouldBeTrue("both were changed at least once");
    }

    [Fact]
    public async Task Row_18_who_is_let_go_while_their_request_arrives_is_not_heard()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var client = shop.Client();
        var (id, email) = await StaffFloor.TakeInAsync(client, await StaffFloor.RoleAsync(client, new { scope = "*" }));
        var token = (await StaffFloor.TryAsync(client, email)).ShouldAnswer(201).Text("token")!;
        var key = (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = "going", kind = "secret", scopes = new[] { "*" } })).ShouldAnswer(201);
        var body = """{"name":"back door","kind":"secret","scopes":["*"]}""";
        var open = new List<(System.Net.Sockets.TcpClient Socket, string Who)>();
        foreach (var bearer in (string[])[token, key.Text("key")!])
        {
            var socket = new System.Net.Sockets.TcpClient();
            await socket.ConnectAsync(shop.Url.Host, shop.Url.Port);
            await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"POST /admin/keys HTTP/1.1\r\nHost: {shop.Url.Authority}\r\nAuthorization: Bearer {bearer}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body[..5]}"));
            open.Add((socket, bearer));
        }

        await Task.Delay(500);
        (await client.StaffAsync(HttpMethod.Delete, $"/admin/staff/{id}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);
        (await client.StaffAsync(HttpMethod.Delete, $"/admin/keys/{key.Text("id")}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);

        foreach (var (socket, _) in open)
        {
            await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(body[5..]));
            using var reader = new StreamReader(socket.GetStream());
            (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("HTTP/1.1 401 Unauthorized");
            socket.Dispose();
        }
    }

    [Theory, OnBothDatabases]
    public async Task What_staff_do_is_told_under_their_id_and_never_their_name(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (id, email) = await StaffFloor.TakeInAsync(client, await StaffFloor.RoleAsync(client, new { scope = "catalog:write" }));
        var token = (await StaffFloor.TryAsync(client, email)).ShouldAnswer(201).Text("token")!;
        var sku = await client.SellAsync();

        (await client.SendAsync(HttpMethod.Post, "/admin/stock", new { sku, onHand = 7 }, key: token)).ShouldAnswer(200);

        var trail = (await client.StaffAsync(HttpMethod.Get, $"/admin/audit?actor=staff:{id}")).ShouldAnswer(200);
        trail.Text("items/0/subject").ShouldBe($"stock:{sku}");
        (await client.StaffAsync(HttpMethod.Get, "/admin/audit?limit=100")).ShouldAnswer(200).Json!.ToJsonString().ShouldNotContain(email);
    }

    [Fact]
    public async Task A_role_that_somebody_has_cannot_be_deleted()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var role = await StaffFloor.RoleAsync(client, new { scope = "orders:read" });
        var (id, _) = await StaffFloor.TakeInAsync(client, role);

        (await client.StaffAsync(HttpMethod.Delete, $"/admin/roles/{role}", headers: ShopFloor.AnyVersion)).ShouldAnswer(409, "role_in_use");
        (await client.StaffAsync(HttpMethod.Patch, $"/admin/staff/{id}", new { roles = Array.Empty<string>() }, headers: ShopFloor.AnyVersion)).ShouldAnswer(200);
        (await client.StaffAsync(HttpMethod.Delete, $"/admin/roles/{role}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);
    }
}
