using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

public sealed class RegisteringTests
{
    [Theory, OnBothDatabases]
    public async Task Who_registers_can_sign_in_and_is_who_they_said(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var email = Shopper.NewEmail();
        var registered = await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email, password = Shopper.GoodPassword, name = "Ada Byron", consent = new { marketing = true } });
        registered.ShouldAnswer(201);

        var session = (await Shopper.TryAsync(shop.Client(), email, Shopper.GoodPassword)).ShouldAnswer(201);

        session["customer"]!["email"]!.GetValue<string>().ShouldBe(email);
        session["customer"]!["name"]!.GetValue<string>().ShouldBe("Ada Byron");
        session["customer"]!["consent"]!["marketing"]!.GetValue<bool>().ShouldBeTrue();
        session["customer"]!["consent"]!["personalization"]!.GetValue<bool>().ShouldBeFalse("nobody has agreed to it");
        session["customer"]!["emailVerified"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory, OnBothDatabases]
    public async Task Row_17_the_answer_does_not_tell_whether_there_is_an_account_and_the_account_stays_as_it_is(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var owner = await Shopper.RegisterAsync(shop.Client());

        var again = await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email = owner.Email.ToUpperInvariant(), password = "another good long password of eve", name = "Eve" });

        again.ShouldAnswer(201);
        again.Json!.AsObject().Select(member => member.Key).ShouldBe(["email", "next"]);
        (await Shopper.TryAsync(shop.Client(), owner.Email, "another good long password of eve")).ShouldAnswer(401, "invalid_credentials");
        (await owner.MeAsync()).ShouldAnswer(200)["name"].GetValue<string>().ShouldBe("Ada Byron");
        await Mailbox.LetterAsync(owner.Email, "There is one already");
    }

    [Theory, OnBothDatabases]
    public async Task Two_who_register_one_address_at_once_make_one_account(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var email = Shopper.NewEmail();

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email, password = Shopper.GoodPassword })));

        foreach (var reply in replies) reply.ShouldAnswer(201);
        (await shop.Database.CountAsync($"SELECT count(*) FROM customers WHERE email_key = {email}", default)).ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task Where_addresses_must_be_verified_the_link_in_the_letter_opens_the_account(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("Customers:SignInNeedsVerifiedEmail", "true"));
        var email = Shopper.NewEmail();
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email, password = "the password of a squatter" })).ShouldAnswer(201);
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email, password = Shopper.GoodPassword })).ShouldAnswer(201);
        (await Shopper.TryAsync(shop.Client(), email, Shopper.GoodPassword)).ShouldAnswer(403, "email_not_verified");

        var proof = await LastProofAsync(email, letters: 2);
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = proof })).ShouldAnswer(403, "wrong_password");
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = proof, password = "the password of a squatter" })).ShouldAnswer(403, "wrong_password");

        await ConfirmAsync(shop, proof);

        (await Shopper.TryAsync(shop.Client(), email, "the password of a squatter")).ShouldAnswer(401, "invalid_credentials");
        (await Shopper.TryAsync(shop.Client(), email, Shopper.GoodPassword)).ShouldAnswer(201)["customer"]!["emailVerified"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task A_link_works_once(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var proof = await Mailbox.ProofAsync(shopper.Email, "confirm that this is your e-mail address");
        await ConfirmAsync(shop, proof);
        (await shopper.MeAsync())["emailVerified"].GetValue<bool>().ShouldBeTrue();

        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = proof, password = Shopper.GoodPassword })).ShouldAnswer(422, "invalid_proof");
    }

    [Theory]
    [InlineData("password", "too_short")]
    [InlineData("short but fine", "too_short")]
    [InlineData("passwordpassword", "too_common")]
    [InlineData("Password12345678!", "too_common")]
    [InlineData("P@ssw0rd-P@ssw0rd", "too_common")]
    [InlineData("123456789012345", "too_common")]
    [InlineData("qwertyuiopasdfgh", "too_common")]
    [InlineData("aaaaaaaaaaaaaaaa", "too_common")]
    [InlineData("abcabcabcabcabcabc", "too_common")]
    [InlineData("letmein-iloveyou", "too_common")]
    [InlineData("grace.hopper@example.com", "too_common")]
    [InlineData("correct horse battery staple", null)]
    [InlineData("さくらさくらやよいのそらはみわたすかぎり", null)]
    public async Task Passwords_that_others_would_try_first_are_refused(string password, string? why)
    {
        var shop = await TestShop.OnAsync("sqlite");
        var email = $"grace.hopper@{Guid.NewGuid():N}.example.com";

        var reply = await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email, password });

        if (why is null) reply.ShouldAnswer(201);
        else reply.ShouldAnswer(422, "password_refused")["errors"]![0]!["code"]!.GetValue<string>().ShouldBe(why);
    }

    [Fact]
    public async Task Breached_passwords_are_found_in_a_sorted_file_of_their_hashes()
    {
        var file = Path.Combine(Scratch.Folder("breached"), "hashes.txt");
        string[] breached = [.. Enumerable.Range(0, 500).Select(number => $"a breached passphrase {number}")];
#pragma warning disable CA5350 // The published lists are of SHA-1.
        await File.WriteAllLinesAsync(file, breached.Select(password => Convert.ToHexString(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(password))) + ":17").Order(StringComparer.Ordinal));
#pragma warning restore CA5350
        await using var shop = await TestShop.StartAsync("sqlite", ("SignIn:BreachedPasswords", file));

        foreach (var password in breached.Where((_, place) => place % 50 == 0))
            (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email = Shopper.NewEmail(), password })).ShouldAnswer(422, "password_refused");
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email = Shopper.NewEmail(), password = "a breached passphrase 501" })).ShouldAnswer(201);
    }

    private static async Task<string> LastProofAsync(string email, int letters)
    {
        (await ShopFloor.EventuallyAsync(() => Task.FromResult(Mailbox.Of(email).Count >= letters), seconds: 30)).ShouldBeTrue();
        return await Mailbox.ProofAsync(email, "confirm that this is your e-mail address");
    }

    private static async Task ConfirmAsync(TestShop shop, string token) =>
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token, password = Shopper.GoodPassword })).ShouldAnswer(204);
}
