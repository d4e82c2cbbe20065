using System.Text.Json.Nodes;
using Composable.Hub.Tests.Customers;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.People;

/// <summary>A customer from registration to erasure, who uses everything there is for customers.</summary>
internal sealed class Life(ApiContract contract, Customers customers) : Teller(contract, customers)
{
    private static readonly string[] Strategies = ["merge", "keep_guest", "keep_customer"], Markets = ["US", "DE", "JP"];
    private int lives;
    private string market = "US";

    public static JsonObject Cart(string market, Random random) =>
        new() { ["market"] = market, ["lines"] = new JsonArray(new JsonObject { ["sku"] = Stock.Kept[random.Next(Stock.Kept.Count)], ["quantity"] = 1 + random.Next(3) }) };

    public static JsonObject Address(string country, string mark)
    {
        var address = Samples.Address(country);
        address["name"] = mark;
        return new() { ["address"] = address, ["defaultShipping"] = true };
    }

    protected override IEnumerable<Draft> Tell()
    {
        Func<IEnumerable<Draft>>[] chapters = [Begins, SaysOfItself, TakesAPasskey, TakesACart, Buys, Claims, Looks, Changes, Goes];
        return chapters.SelectMany(chapter => chapter());
    }

    private IEnumerable<Draft> Begins()
    {
        market = Markets[lives++ % Markets.Length];
        Awaits = (Self.Email, Letters.Verify);
        yield return Register();
        // The address is verified before the first session, or in the middle of it and by a second letter.
        if (lives % 2 == 0) yield return Ask("POST /v1/customers/email-confirmations", new() { ["token"] = Proof, ["password"] = Self.Password });
        yield return SignIn();
        Awaits = lives % 2 == 0 ? null : (Self.Email, Letters.Verify);
        yield return Ask("POST /v1/customers/me/email-verification");
        if (lives % 2 != 0) yield return Ask("POST /v1/customers/email-confirmations", new() { ["token"] = Proof, ["password"] = Self.Password });
    }

    private IEnumerable<Draft> SaysOfItself()
    {
        yield return Ask("GET /v1/customers/me");
        yield return Ask("PATCH /v1/customers/me", new() { ["phone"] = "+49 30 1234567", ["consent"] = new JsonObject { ["personalization"] = true } });
        yield return Ask("POST /v1/customers/me/addresses", Address("US", Self.Mark));
        var first = Text("id");
        yield return Ask("POST /v1/customers/me/addresses", Address("DE", Self.Mark));
        yield return Ask("PUT /v1/customers/me/addresses/{id}", Address("JP", Self.Mark), first);
        yield return Ask("GET /v1/customers/me/addresses");
        yield return Ask("DELETE /v1/customers/me/addresses/{id}", id: first);
    }

    private IEnumerable<Draft> TakesAPasskey()
    {
        using var phone = new Authenticator();
        yield return Ask("POST /v1/customers/me/passkeys/options", Random.Next(2) == 0 ? [] : new() { ["password"] = Self.Password });
        yield return Ask("POST /v1/customers/me/passkeys", new() { ["flow"] = Text("flow"), ["credential"] = phone.Make(Last["publicKey"]!), ["name"] = Self.Mark });
        var passkey = Text("id");
        yield return Ask("GET /v1/customers/me/passkeys");
        yield return Ask("POST /v1/sessions/passkey-options", asGuest: true);
        yield return Ask("POST /v1/sessions/passkey", new() { ["flow"] = Text("flow"), ["credential"] = phone.Show(Last["publicKey"]!), ["device"] = Self.Mark }, asGuest: true);
        // Some keep it until they are erased.
        if (Random.Next(2) == 0) yield return Ask("DELETE /v1/customers/me/passkeys/{id}", id: passkey);
    }

    private IEnumerable<Draft> TakesACart()
    {
        if (Random.Next(3) > 0) yield return Ask("POST /v1/carts", Cart(market, Random));
        yield return Ask("POST /v1/carts", Cart(market, Random), asGuest: true);
        var (cart, token) = (Text("id"), Text("token"));
        // On the same device the session before it ends, on another one it goes on.
        yield return SignIn(cart, token, Strategies[lives % 3], again: Random.Next(2) == 0);
        yield return Ask("GET /v1/customers/me/cart", market: market);
    }

    private IEnumerable<Draft> Buys()
    {
        foreach (var step in Purchase(Text("id"), null)) yield return step;
        yield return Ask("GET /v1/customers/me/orders");
    }

    private IEnumerable<Draft> Claims()
    {
        yield return Ask("POST /v1/carts", Cart(market, Random), asGuest: true);
        var token = Text("token");
        Owns(token);
        foreach (var step in Purchase(Text("id"), token)) yield return step;
        // Also the verified address is enough, without the token.
        yield return Ask("POST /v1/customers/me/orders/claims", new() { ["order"] = Text("orderId") }, cart: Random.Next(2) == 0 ? token : null);
        yield return Ask("GET /v1/customers/me/orders");
    }

    private IEnumerable<Draft> Purchase(string cart, string? token)
    {
        var guest = token is not null;
        yield return Ask("POST /v1/checkouts", new() { ["cartId"] = cart }, cart: token, asGuest: guest);
        var checkout = Text("id");
        yield return Ask("PATCH /v1/checkouts/{id}", new() { ["email"] = Self.Email, ["shippingAddress"] = Address(market, Self.Mark)["address"]!.DeepClone() }, checkout, token, guest);
        yield return Ask("PATCH /v1/checkouts/{id}", new() { ["deliveryOption"] = "standard" }, checkout, token, guest);
        yield return Ask("POST /v1/checkouts/{id}/complete", new()
        {
            ["quoteToken"] = Last["quote"]?["token"]?.GetValue<string>() ?? "none",
            ["payment"] = new JsonObject { ["connection"] = "stripe", ["method"] = new JsonObject { ["type"] = "card", ["token"] = "pm_card_visa" } },
        }, checkout, token, guest);
        for (var looks = 0; looks < 3 && Text("orderId").Length == 0; looks++) yield return Ask("GET /v1/checkouts/{id}", id: checkout, cart: token, asGuest: guest);
    }

    private IEnumerable<Draft> Looks()
    {
        yield return SignIn();
        yield return Ask("GET /v1/customers/me/sessions");
        var (self, another) = (Self.SessionId, "");
        foreach (var item in Last["items"]!.AsArray()) if (item!["id"]!.GetValue<string>() is var id && id != self) another = id;
        yield return Ask("DELETE /v1/customers/me/sessions/{id}", id: another);
        yield return Ask("DELETE /v1/customers/me/sessions");
        yield return Ask("GET /v1/customers/me/export");
    }

    private IEnumerable<Draft> Changes()
    {
        var next = $"{Self.Mark}@new.example.com";
        Awaits = (next, Letters.Change);
        yield return Ask("POST /v1/customers/me/email", new() { ["email"] = next, ["password"] = Self.Password });
        yield return Ask("POST /v1/customers/email-confirmations", new() { ["token"] = Proof });
        Self.Email = next;
        yield return SignIn();
        yield return Ask("POST /v1/customers/me/password", new() { ["currentPassword"] = Self.Password, ["newPassword"] = Person.OtherPassword });
        Self.Password = Person.OtherPassword;
        Awaits = (next, Letters.Reset);
        yield return Ask("POST /v1/customers/password-resets", new() { ["email"] = next });
        yield return Ask("POST /v1/customers/password-resets/confirm", new() { ["token"] = Proof, ["newPassword"] = Person.GoodPassword }, asGuest: true);
        Self.Password = Person.GoodPassword;
    }

    private IEnumerable<Draft> Goes()
    {
        yield return SignIn();
        yield return Ask("DELETE /v1/sessions/current");
        yield return SignIn();
        yield return Ask("DELETE /v1/customers/me");
    }
}
