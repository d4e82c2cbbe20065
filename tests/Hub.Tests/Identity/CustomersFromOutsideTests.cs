using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Identity;

/// <summary>Customers whom another provider knows, with a real one.</summary>
public sealed class CustomersFromOutsideTests(RealProvider provider) : IClassFixture<RealProvider>
{
    [WithProvider, OnBothDatabases]
    public async Task Who_comes_the_first_time_gets_an_account_and_the_same_one_ever_after(string database)
    {
        await using var shop = await StartAsync(database);
        var (client, person) = (shop.Client(), NewPerson());
        (await client.GetAsync("/v1/sign-ins/providers")).ShouldAnswer(200).Text("items/0/name").ShouldBe("The directory");

        var first = (await SignInAsync(client, person)).ShouldAnswer(201);
        var again = (await SignInAsync(client, person)).ShouldAnswer(201);

        (first.Text("customer/email"), first.Text("customer/name"), first.Json!["customer"]!["emailVerified"]!.GetValue<bool>()).ShouldBe(($"{person}@example.com", $"Person {person}", true));
        again.Text("customer/id").ShouldBe(first.Text("customer/id"));
        var session = new Shopper(client, $"{person}@example.com", "", again.Text("token")!);
        (await session.GetAsync("/v1/customers/me/identities")).ShouldAnswer(200).Text("items/0/provider").ShouldBe("directory");
        (await session.GetAsync("/v1/customers/me/export")).ShouldAnswer(200).Text("identities/0/subject").ShouldBe(person);
        (await Shopper.TryAsync(client, $"{person}@example.com", "")).ShouldAnswer(401, "invalid_credentials");
    }

    [WithProvider, OnBothDatabases]
    public async Task A_guest_cart_comes_along(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var cart = (await client.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku, quantity = 2 } } })).ShouldAnswer(201);

        (await SignInAsync(client, NewPerson(), cart.Text("id"), "ct_of-somebody-else")).ShouldAnswer(201).Json!["cart"].ShouldBeNull();
        var session = (await SignInAsync(client, NewPerson(), cart.Text("id"), cart.Text("token"))).ShouldAnswer(201);

        session.Text("cart/lines/0/sku").ShouldBe(sku);
        (await client.GetAsync($"/v1/carts/{cart.Text("id")}", cart.Text("token"))).ShouldAnswer(404, "not_found");
    }

    [WithProvider, OnBothDatabases]
    public async Task A_verified_account_with_the_address_is_theirs_and_its_password_stays(string database)
    {
        await using var shop = await StartAsync(database);
        var (client, person) = (shop.Client(), NewPerson());
        var shopper = await Shopper.RegisterAsync(client, $"{person}@example.com");
        await shopper.VerifyAsync();

        var session = (await SignInAsync(client, person)).ShouldAnswer(201);

        session.Text("customer/name").ShouldBe("Ada Byron");
        (await shopper.MeAsync()).ShouldAnswer(401, "unauthenticated");
        (await Shopper.TryAsync(client, shopper.Email, shopper.Password)).ShouldAnswer(201).Text("customer/id").ShouldBe(session.Text("customer/id"));
    }

    [WithProvider, OnBothDatabases]
    public async Task An_account_that_somebody_else_opened_with_the_address_lets_them_in_no_more(string database)
    {
        await using var shop = await StartAsync(database, ("Customers:SignInNeedsVerifiedEmail", "false"));
        var (client, person) = (shop.Client(), NewPerson());
        var thief = await Shopper.RegisterAsync(client, $"{person}@example.com");
        (await thief.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku = await client.SellAsync(), quantity = 1 } } })).ShouldAnswer(201);

        var session = (await SignInAsync(client, person)).ShouldAnswer(201);

        session.Text("customer/name").ShouldBe($"Person {person}");
        session.Json!["cart"].ShouldBeNull("what was laid ready for them is not bought");
        (await thief.MeAsync()).ShouldAnswer(401, "unauthenticated");
        (await Shopper.TryAsync(client, thief.Email, thief.Password)).ShouldAnswer(401, "invalid_credentials");
    }

    [WithProvider, OnBothDatabases]
    public async Task An_address_that_the_provider_does_not_vouch_for_opens_nothing_until_its_owner_says_so(string database)
    {
        await using var shop = await StartAsync(database);
        var (client, person) = (shop.Client(), "plain-" + NewPerson());
        var shopper = await Shopper.RegisterAsync(client, $"{person}@example.com");

        (await SignInAsync(client, person)).ShouldAnswer(403, "email_not_verified");
        var flow = await BeginAsync(client);
        var back = await provider.SignInAsync(flow.Text("url")!, person);
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/identities", Answer(flow, back))).ShouldAnswer(201);

        (await SignInAsync(client, person)).ShouldAnswer(201).Text("customer/email").ShouldBe(shopper.Email);
        (await (await shopper.SignInAsync()).SendAsync(HttpMethod.Delete, "/v1/customers/me/identities/directory")).ShouldAnswer(204);
        (await SignInAsync(client, person)).ShouldAnswer(403, "email_not_verified");
    }

    [WithProvider, OnBothDatabases]
    public async Task What_belongs_to_one_account_is_not_added_to_another(string database)
    {
        await using var shop = await StartAsync(database);
        var (client, person) = (shop.Client(), NewPerson());
        (await SignInAsync(client, person)).ShouldAnswer(201);
        var other = await Shopper.RegisterAsync(client);
        var flow = await BeginAsync(client);

        (await other.SendAsync(HttpMethod.Post, "/v1/customers/me/identities", Answer(flow, await provider.SignInAsync(flow.Text("url")!, person)))).ShouldAnswer(409, "identity_taken");
    }

    [WithProvider, OnBothDatabases]
    public async Task A_code_counts_once_and_only_where_it_was_asked_for(string database)
    {
        await using var shop = await StartAsync(database);
        var client = shop.Client();
        var (mine, other) = (await BeginAsync(client), await BeginAsync(client));
        var (back, theirs) = (await provider.SignInAsync(mine.Text("url")!, NewPerson()), await provider.SignInAsync(other.Text("url")!, NewPerson()));
        Task<Reply> CompleteAsync(object body) => client.SendAsync(HttpMethod.Post, "/v1/sign-ins/finish", body);
        async Task<(Reply Flow, Dictionary<string, string> Back)> FreshAsync() => await BeginAsync(client) is var flow ? (flow, await provider.SignInAsync(flow.Text("url")!, NewPerson())) : default;

        // Somebody slips their own answer to my browser: another flow's state, and with my state their code.
        (await CompleteAsync(Answer(mine, theirs))).ShouldAnswer(401, "invalid_credentials");
        (await CompleteAsync(Answer(mine, back))).ShouldAnswer(401, "invalid_credentials");
        var (flow, good) = await FreshAsync();
        (await CompleteAsync(Answer(flow, With(good, "code", theirs["code"])))).ShouldAnswer(401, "invalid_credentials");
        (flow, good) = await FreshAsync();
        (await CompleteAsync(Answer(flow, With(good, "iss", "https://elsewhere.example")))).ShouldAnswer(401, "invalid_credentials");
        (flow, good) = await FreshAsync();
        good.Remove("iss");
        (await CompleteAsync(Answer(flow, good))).ShouldAnswer(401, "invalid_credentials");
        (flow, good) = await FreshAsync();
        (await client.SendAsync(HttpMethod.Post, "/admin/sign-ins/finish", Answer(flow, good), key: null)).ShouldAnswer(401, "invalid_credentials");
        (await CompleteAsync(Answer(flow, good))).ShouldAnswer(201);
        (await CompleteAsync(Answer(flow, good))).ShouldAnswer(401, "invalid_credentials");
    }

    [WithProvider, InlineData("http://localhost:3000/callback/"), InlineData("http://localhost:3000/callback?x=1"), InlineData("http://LOCALHOST:3000/callback"), InlineData("https://evil.example/callback"), InlineData("")]
    public async Task Nobody_is_sent_back_to_where_it_was_not_agreed_on(string redirectUri)
    {
        await using var shop = await StartAsync("sqlite");

        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/sign-ins", new { provider = "directory", redirectUri })).ShouldAnswer(400, "invalid_request").Text("errors/0/pointer").ShouldBe("/redirectUri");
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/sign-ins", new { provider = "console", redirectUri = RealProvider.Callback })).ShouldAnswer(400, "invalid_request").Text("errors/0/pointer").ShouldBe("/provider");
    }

    private static Dictionary<string, string> With(Dictionary<string, string> back, string name, string value) => new(back) { [name] = value };

    private static string NewPerson() => $"p{Guid.NewGuid():N}"[..16];

    private static Task<Reply> BeginAsync(ShopClient client) => client.SendAsync(HttpMethod.Post, "/v1/sign-ins", new { provider = "directory", redirectUri = RealProvider.Callback });

    private static Dictionary<string, string?> Answer(Reply flow, Dictionary<string, string> back, string? cartId = null)
    {
        var body = new Dictionary<string, string?> { ["flow"] = flow.Text("flow"), ["state"] = back["state"], ["code"] = back["code"] };
        if (back.TryGetValue("iss", out var issuer)) body["iss"] = issuer;
        if (cartId is not null) body["cartId"] = cartId;
        return body;
    }

    private async Task<Reply> SignInAsync(ShopClient client, string person, string? cartId = null, string? cartToken = null)
    {
        var flow = (await BeginAsync(client)).ShouldAnswer(201);
        return await client.SendAsync(HttpMethod.Post, "/v1/sign-ins/finish", Answer(flow, await provider.SignInAsync(flow.Text("url")!, person), cartId), token: cartToken);
    }

    private Task<TestShop> StartAsync(string database, params (string, string)[] settings) => TestShop.StartAsync(database,
        [("Egress:AllowPrivate", "true"), .. provider.Settings("directory", "customers", "shop", "secret-of-the-shop"), .. provider.Settings("console", "staff", "console", null), .. settings]);
}
