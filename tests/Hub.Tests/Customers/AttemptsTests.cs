using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

public sealed class AttemptsTests
{
    [Theory, OnBothDatabases]
    public async Task Passwords_of_one_account_are_tried_a_few_times_over_all_hubs_whether_there_is_such_an_account_or_not(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("SignIn:AttemptsPerAccount", "5"));
        var other = await shop.AnotherHubAsync(("SignIn:AttemptsPerAccount", "5"));
        var shopper = await Shopper.RegisterAsync(shop.Client());
        foreach (var email in (string[])[shopper.Email, Shopper.NewEmail()])
        {
            for (var tries = 0; tries < 5; tries++) (await Shopper.TryAsync((tries % 2 == 0 ? shop : other).Client(), email, "a wrong password, one of many")).ShouldAnswer(401, "invalid_credentials");
            var late = await Shopper.TryAsync(other.Client(), email.ToUpperInvariant(), shopper.Password);
            late.ShouldAnswer(429, "rate_limited");
            late.Header("Retry-After").ShouldNotBeNull();
        }

        (await shopper.MeAsync()).ShouldAnswer(200, null);
        (await Shopper.RegisterAsync(shop.Client())).Token.ShouldNotBeEmpty("others can sign in as before");
    }

    [Theory, OnBothDatabases]
    public async Task The_right_password_makes_up_for_the_wrong_ones(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("SignIn:AttemptsPerAccount", "3"));
        var shopper = await Shopper.RegisterAsync(shop.Client());
        for (var round = 0; round < 3; round++)
        {
            for (var tries = 0; tries < 2; tries++) (await Shopper.TryAsync(shop.Client(), shopper.Email, "a wrong password, one of many")).ShouldAnswer(401);
            await shopper.SignInAsync();
        }
    }

    [Fact]
    public async Task From_one_address_many_accounts_are_not_tried_either()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("SignIn:AttemptsPerAddress", "20"));
        for (var tries = 0; tries < 20; tries++) (await Shopper.TryAsync(shop.Client(), Shopper.NewEmail(), "a wrong password, one of many")).ShouldAnswer(401);

        (await Shopper.TryAsync(shop.Client(), Shopper.NewEmail(), "a wrong password, one of many")).ShouldAnswer(429, "rate_limited");
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers", new { email = Shopper.NewEmail(), password = Shopper.GoodPassword })).ShouldAnswer(429);
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = "pf_0" })).ShouldAnswer(429);
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/carts", new { })).ShouldAnswer(201, null);
    }

    [Fact]
    public async Task Nobody_is_flooded_with_letters()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("SignIn:LettersPerHour", "3"));
        var email = Shopper.NewEmail();
        for (var asked = 0; asked < 3; asked++) (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/password-resets", new { email })).ShouldAnswer(202);

        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/password-resets", new { email })).ShouldAnswer(429, "rate_limited");
        (await shop.Client().SendAsync(HttpMethod.Post, "/v1/customers/password-resets", new { email = Shopper.NewEmail() })).ShouldAnswer(202);
    }
}
