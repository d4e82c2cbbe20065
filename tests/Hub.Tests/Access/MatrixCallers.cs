using Composable.Hub.Access;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Staff;

namespace Composable.Hub.Tests.Access;

/// <summary>Everybody who may knock.</summary>
internal enum Who
{
    Anonymous,
    PublishableKey,
    GuestOwner,
    OtherGuest,
    CustomerOwner,
    OtherCustomer,

    /// <summary>A secret key with the scope that the route asks for, and no other.</summary>
    Staff,

    /// <summary>A secret key with every scope but that one.</summary>
    StaffWithoutScope,

    /// <summary>Somebody who is signed in and has a role with that scope, and no other.</summary>
    SignedInStaff,
    SignedInStaffWithoutScope,

    /// <summary>Somebody who may write one connection, which is not the one that is asked for.</summary>
    StaffOfOneConnection,

    /// <summary>The short-lived token of a service that may have that scope.</summary>
    ServiceToken,
    ServiceTokenWithoutScope,
    ExpiredKey,
    EndedKey,
    EndedSession,
    EndedStaffSession,
    EndedServiceToken,
}

/// <summary>What somebody owns: an open cart with a checkout, and an order.</summary>
internal sealed record Things(string CartId, string LineId, string CheckoutId, string OrderId, string OrderedCheckoutId, string Token, string OrderToken)
{
    /// <summary>A guest has a token for each cart; the order came from another one.</summary>
    public string TokenFor(string pattern) => pattern.StartsWith("/v1/orders", StringComparison.Ordinal) ? OrderToken : Token;
}

/// <summary>The callers of the matrix with their keys, tokens and sessions.</summary>
internal sealed class MatrixCallers
{
    private readonly Dictionary<string, string> keys = [];
    private readonly ShopClient client;
    private string sku = "", otherToken = "", ordered = "", endedStaff = "", endedService = "";
    private Shopper owner = null!, other = null!, gone = null!;
    private Things guests = null!, customers = null!;

    private MatrixCallers(ShopClient client) => this.client = client;

    public static async Task<MatrixCallers> GatherAsync(TestShop shop)
    {
        var callers = new MatrixCallers(shop.Client());
        var client = callers.client;
        callers.sku = await client.SellAsync(stock: 10_000);
        (callers.owner, callers.other, callers.gone) = (await Shopper.RegisterAsync(client), await Shopper.RegisterAsync(client), await Shopper.RegisterAsync(client));
        (await callers.gone.SendAsync(HttpMethod.Delete, "/v1/sessions/current")).ShouldAnswer(204);
        callers.otherToken = (await client.FillAsync(callers.sku)).Token;
        (callers.guests, callers.customers) = (await callers.FreshAsync(ofCustomer: false), await callers.FreshAsync(ofCustomer: true));
        callers.keys["expired"] = await callers.MakeAsync($$"""{"name":"expired","kind":"secret","scopes":["*"],"expiresAt":"{{DateTimeOffset.UtcNow.AddSeconds(1):O}}"}""");
        callers.keys["ended"] = await callers.MakeAsync("""{"name":"ended","kind":"secret","scopes":["*"]}""");
        var id = (await client.StaffAsync(HttpMethod.Get, "/admin/keys")).Text("items/0/id");
        (await client.StaffAsync(HttpMethod.Delete, $"/admin/keys/{id}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);
        callers.endedStaff = await callers.MemberAsync([new { scope = "*" }]);
        (await client.SendAsync(HttpMethod.Delete, "/admin/sessions/current", key: callers.endedStaff)).ShouldAnswer(204);
        callers.endedService = await callers.TokenAsync(["*"]);
        id = (await client.StaffAsync(HttpMethod.Get, "/admin/keys")).Text("items/0/id");
        (await client.StaffAsync(HttpMethod.Delete, $"/admin/keys/{id}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        callers.ordered = await callers.StateAsync();
        return callers;
    }

    public Things Kept(bool ofCustomer) => ofCustomer ? customers : guests;

    /// <summary>Things that a call may change or use up.</summary>
    public async Task<Things> FreshAsync(bool ofCustomer)
    {
        var (open, bought) = (await client.FillAsync(sku), await client.FillAsync(sku));
        var order = (await bought.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await bought.OrderUntilAsync(order, "paid");
        var line = (await client.GetAsync($"/v1/carts/{open.CartId}", open.Token)).Text("lines/0/id")!;
        if (ofCustomer)
        {
            var session = (await client.SendAsync(HttpMethod.Post, "/v1/sessions", new { email = owner.Email, password = owner.Password, cartId = open.CartId, strategy = "keep_guest" }, token: open.Token)).ShouldAnswer(201);
            owner = owner with { Token = session.Text("token")! };
            (await owner.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, bought.Token)).ShouldAnswer(200);
        }

        return new(open.CartId, line, open.CheckoutId, order, bought.CheckoutId, open.Token, bought.Token);
    }

    public async Task<(string, string)[]> HeadersAsync(Who who, Doors.Door door, string pattern, Things things) => who switch
    {
        Who.Anonymous => [],
        Who.PublishableKey => [("Hub-Key", "pk_demo")],
        Who.GuestOwner => [("Hub-Key", "pk_demo"), ("Hub-Cart-Token", things.TokenFor(pattern))],
        Who.OtherGuest => [("Hub-Key", "pk_demo"), ("Hub-Cart-Token", otherToken)],
        // What ends a session or an account is tried with one of its own.
        Who.CustomerOwner or Who.OtherCustomer when door.Name == "customers" => [("Authorization", $"Bearer {(await Shopper.RegisterAsync(client)).Token}")],
        Who.CustomerOwner => [("Authorization", $"Bearer {owner.Token}"), ("Hub-Cart-Token", otherToken)],
        Who.OtherCustomer => [("Authorization", $"Bearer {other.Token}"), ("Hub-Cart-Token", otherToken)],
        Who.Staff => [("Authorization", $"Bearer {await KeyAsync([door.Scope ?? "*"])}")],
        Who.StaffWithoutScope => [("Authorization", $"Bearer {await KeyAsync([.. Scopes.All.Where(other => other != "*" && other != door.Scope)])}")],
        // What ends the session is tried with one of its own.
        Who.SignedInStaff or Who.SignedInStaffWithoutScope or Who.StaffOfOneConnection when door.Name == "staff" => Bearer(await MemberAsync([])),
        Who.SignedInStaff => Bearer(await MemberOnceAsync(who, door, new { scope = door.Scope ?? "*" })),
        Who.SignedInStaffWithoutScope => Bearer(await MemberOnceAsync(who, door, [.. Scopes.All.Where(other => other != "*" && other != door.Scope).Select(scope => new { scope })])),
        Who.StaffOfOneConnection => Bearer(await MemberOnceAsync(who, new("admin", "connections:write"), new { scope = "connections:write", connections = new[] { "another" } })),
        Who.ServiceToken => Bearer(await TokenOnceAsync(who, door, [door.Scope ?? "*"])),
        Who.ServiceTokenWithoutScope => Bearer(await TokenOnceAsync(who, door, [.. Scopes.All.Where(other => other != "*" && other != door.Scope)])),
        Who.EndedStaffSession => Bearer(endedStaff),
        Who.EndedServiceToken => Bearer(endedService),
        Who.ExpiredKey => [("Authorization", $"Bearer {keys["expired"]}")],
        Who.EndedKey => [("Authorization", $"Bearer {keys["ended"]}")],
        Who.EndedSession => [("Authorization", $"Bearer {gone.Token}")],
        _ => throw new InvalidOperationException($"What does {who} send?"),
    };

    /// <summary>Nobody who was turned away has changed anything.</summary>
    public async Task ShouldBeUntouchedAsync() => (await StateAsync()).ShouldBe(ordered);

    private async Task<string> StateAsync()
    {
        var state = new List<string>();
        foreach (var things in (Things[])[guests, customers])
            foreach (var path in (string[])[$"/v1/carts/{things.CartId}", $"/v1/checkouts/{things.CheckoutId}", $"/v1/orders/{things.OrderId}"])
                state.Add($"{path} {(await client.SendAsync(HttpMethod.Get, path, key: "sk_demo")).ShouldAnswer(200).Number("version")}");
        return string.Join('\n', state);
    }

    private async Task<string> KeyAsync(string[] scopes)
    {
        var name = string.Join(' ', scopes);
        if (!keys.TryGetValue(name, out var key)) keys[name] = key = await MakeAsync(new { name = $"matrix {keys.Count}", kind = "secret", scopes });
        return key;
    }

    private static (string, string)[] Bearer(string token) => [("Authorization", $"Bearer {token}")];

    private async Task<string> MemberOnceAsync(Who who, Doors.Door door, params object[] grants) =>
        keys.TryGetValue($"{who} {door.Scope}", out var token) ? token : keys[$"{who} {door.Scope}"] = await MemberAsync(grants);

    private async Task<string> MemberAsync(object[] grants) => (await StaffFloor.SignInAsync(client, grants)).Text("token")!;

    private async Task<string> TokenOnceAsync(Who who, Doors.Door door, string[] scopes) =>
        keys.TryGetValue($"{who} {door.Scope}", out var token) ? token : keys[$"{who} {door.Scope}"] = await TokenAsync(scopes);

    private async Task<string> TokenAsync(string[] scopes)
    {
        var made = (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = $"matrix {Guid.NewGuid():N}", kind = "secret", scopes })).ShouldAnswer(201);
        var answer = await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials"), ("client_id", made.Text("id")!), ("client_secret", made.Text("key")!));
        return answer.Text("access_token")!;
    }

    private async Task<string> MakeAsync(object wanted) => (await client.StaffAsync(HttpMethod.Post, "/admin/keys", wanted)).ShouldAnswer(201).Text("key")!;
}
