using Composable.Hub.Access;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;

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
    ExpiredKey,
    EndedKey,
    EndedSession,
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
    private string sku = "", otherToken = "", ordered = "";
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

    private async Task<string> MakeAsync(object wanted) => (await client.StaffAsync(HttpMethod.Post, "/admin/keys", wanted)).ShouldAnswer(201).Text("key")!;
}
