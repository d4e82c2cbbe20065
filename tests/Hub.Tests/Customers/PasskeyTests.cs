using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

public sealed class PasskeyTests
{
    [Theory, OnBothDatabases]
    public async Task A_passkey_signs_in_without_a_password_as_often_as_one_likes(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using var phone = new Authenticator();
        var added = (await shopper.AddPasskeyAsync(phone, "Ada's phone")).ShouldAnswer(201);
        added["name"].GetValue<string>().ShouldBe("Ada's phone");

        for (var times = 0; times < 2; times++)
        {
            var session = (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201);
            session["customer"]!["email"]!.GetValue<string>().ShouldBe(shopper.Email);
            (await (shopper with { Token = session.Text("token")! }).MeAsync()).ShouldAnswer(200);
        }

        var listed = (await shopper.GetAsync(PasskeyShopper.Own)).ShouldAnswer(200)["items"].AsArray().ShouldHaveSingleItem()!;
        listed["id"]!.GetValue<string>().ShouldBe(added.Text("id"));
        listed["lastUsedAt"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThanOrEqualTo(listed["createdAt"]!.GetValue<DateTimeOffset>().AddSeconds(-5));
        (await shop.Database.CountAsync($"SELECT sign_count FROM customer_passkeys WHERE id = {added.Text("id")}", default)).ShouldBe(3);
    }

    [Theory, OnBothDatabases]
    public async Task The_cart_of_the_guest_comes_along(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (shopper, sku) = (await Shopper.RegisterAsync(shop.Client()), await shop.Client().SellAsync());
        using var phone = new Authenticator();
        (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201);
        var cart = (await shop.Client().SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku, quantity = 2 } } })).ShouldAnswer(201);

        (await PasskeyShopper.SignInAsync(shop.Client(), phone, cart.Text("id"), "ct_of-somebody-else")).ShouldAnswer(201).Json!["cart"].ShouldBeNull();
        var session = (await PasskeyShopper.SignInAsync(shop.Client(), phone, cart.Text("id"), cart.Text("token"))).ShouldAnswer(201);

        session["cart"]!["lines"]![0]!["sku"]!.GetValue<string>().ShouldBe(sku);
        (await shop.Client().GetAsync($"/v1/carts/{cart.Text("id")}", cart.Text("token"))).ShouldAnswer(404);
    }

    [Theory, OnBothDatabases]
    public async Task Adding_and_removing_ends_the_sessions_on_other_devices_and_the_mailbox_hears_of_it(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var here = await Shopper.RegisterAsync(shop.Client());
        var there = await here.SignInAsync();
        using var phone = new Authenticator();

        var id = (await here.AddPasskeyAsync(phone)).ShouldAnswer(201).Text("id");
        (await there.MeAsync()).ShouldAnswer(401);
        (await here.MeAsync()).ShouldAnswer(200);
        await Mailbox.LetterAsync(here.Email, "A passkey was added to your account");

        var elsewhere = (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201).Text("token")!;
        (await here.SendAsync(HttpMethod.Delete, $"{PasskeyShopper.Own}/{id}")).ShouldAnswer(204);
        (await (here with { Token = elsewhere }).MeAsync()).ShouldAnswer(401);
        (await here.MeAsync()).ShouldAnswer(200);
        await Mailbox.LetterAsync(here.Email, "A passkey was removed from your account");
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(401, "invalid_credentials");
        (await here.SendAsync(HttpMethod.Delete, $"{PasskeyShopper.Own}/{id}")).ShouldAnswer(404);
        (await shop.Database.QueryAsync<string>($"SELECT type FROM events WHERE stream = {await here.IdAsync()} ORDER BY seq", default))
            .ShouldBe(["customer.registered", "customer.passkey_added", "customer.passkey_removed"]);
    }

    [Theory, OnBothDatabases]
    public async Task Somebody_elses_passkey_is_not_there_to_be_removed(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (ada, eve) = (await Shopper.RegisterAsync(shop.Client()), await Shopper.RegisterAsync(shop.Client()));
        using var phone = new Authenticator();
        var id = (await ada.AddPasskeyAsync(phone)).ShouldAnswer(201).Text("id");

        (await eve.SendAsync(HttpMethod.Delete, $"{PasskeyShopper.Own}/{id}")).ShouldAnswer(404, "not_found");
        (await eve.GetAsync(PasskeyShopper.Own)).ShouldAnswer(200)["items"].AsArray().ShouldBeEmpty();
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201)["customer"]!["email"]!.GetValue<string>().ShouldBe(ada.Email);
    }

    [Theory, OnBothDatabases]
    public async Task A_device_that_was_left_signed_in_long_ago_needs_the_password(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using var phone = new Authenticator();
        var id = (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201).Text("id");
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE customer_sessions SET created_at = created_at - 3600000 WHERE customer_id = {await shopper.IdAsync()}"), default);

        (await shopper.SendAsync(HttpMethod.Post, PasskeyShopper.Own + "/options", new { })).ShouldAnswer(403, "sign_in_again");
        (await shopper.SendAsync(HttpMethod.Post, PasskeyShopper.Own + "/options", new { password = "a guess of somebody" })).ShouldAnswer(403, "wrong_password");
        (await shopper.SendAsync(HttpMethod.Delete, $"{PasskeyShopper.Own}/{id}")).ShouldAnswer(403, "sign_in_again");
        (await shopper.SendAsync(HttpMethod.Post, PasskeyShopper.Own + "/options", new { password = shopper.Password })).ShouldAnswer(201);
    }

    [Fact]
    public async Task A_customer_has_so_many_passkeys_and_no_more()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("Customers:Passkeys:Most", "2"));
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using Authenticator one = new(), two = new(), three = new();
        var late = await shopper.BeginPasskeyAsync();
        (await shopper.AddPasskeyAsync(one)).ShouldAnswer(201);
        (await shopper.AddPasskeyAsync(two)).ShouldAnswer(201);

        (await shopper.SendAsync(HttpMethod.Post, PasskeyShopper.Own + "/options", new { })).ShouldAnswer(422, "limit_exceeded");
        (await shopper.EndPasskeyAsync(late, three.Make(late["publicKey"]))).ShouldAnswer(422, "limit_exceeded");
    }

    [Theory, OnBothDatabases]
    public async Task A_new_password_by_letter_leaves_passkeys_to_who_had_verified_the_address_and_to_nobody_else(string database)
    {
        var shop = await TestShop.OnAsync(database);
        foreach (var isVerified in (bool[])[true, false])
        {
            // Anybody can open an account with this address, and wait for its owner to take it over.
            var shopper = await Shopper.RegisterAsync(shop.Client());
            if (isVerified) (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = await Mailbox.ProofAsync(shopper.Email, "confirm that this is your e-mail address") })).ShouldAnswer(204);
            using var phone = new Authenticator();
            (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201);
            (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/password-resets", new { email = shopper.Email })).ShouldAnswer(202);
            var letter = await Mailbox.ProofAsync(shopper.Email, "Choose a new password");

            (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/password-resets/confirm", new { token = letter, newPassword = "seven teapots in a storm" })).ShouldAnswer(204);

            (await shopper.MeAsync()).ShouldAnswer(401);
            (await PasskeyShopper.SignInAsync(shop.Client(), phone)).Status.ShouldBe(isVerified ? 201 : 401);
        }
    }

    [Fact]
    public async Task Where_addresses_must_be_verified_passkeys_wait_for_that_too()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var strict = await shop.AnotherHubAsync(("Customers:SignInNeedsVerifiedEmail", "true"));
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using var phone = new Authenticator();
        (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201);

        (await PasskeyShopper.SignInAsync(strict.Client(), phone)).ShouldAnswer(403, "email_not_verified");
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201);
    }
}
