using Composable.Hub.Customers.Passkeys;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Tests.Customers;

/// <summary>What authenticators are asked for, and on whose pages.</summary>
public sealed class PasskeySettingsTests
{
    [Fact]
    public async Task Options_ask_for_a_passkey_that_knows_its_user_and_say_nothing_about_anybody()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using var phone = new Authenticator();
        (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201);

        var making = (await shopper.BeginPasskeyAsync())["publicKey"];
        making["authenticatorSelection"]!["residentKey"]!.GetValue<string>().ShouldBe("required");
        making["authenticatorSelection"]!["userVerification"]!.GetValue<string>().ShouldBe("required");
        making["rp"]!["id"]!.GetValue<string>().ShouldBe("localhost");
        making["excludeCredentials"]!.AsArray().Count.ShouldBe(1, "the phone makes no second one");

        var showing = (await PasskeyShopper.AskAsync(shop.Client()))["publicKey"];
        showing["userVerification"]!.GetValue<string>().ShouldBe("required");
        (showing["allowCredentials"]?.AsArray() ?? []).ShouldBeEmpty();
    }

    [Fact]
    public async Task Storefronts_on_several_origins_share_the_passkeys_of_their_domain()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("Customers:Passkeys:RelyingParty", "shop.example"), ("Customers:Passkeys:Origins:0", "https://www.shop.example"), ("Customers:Passkeys:Origins:1", "https://m.shop.example"));
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using var phone = new Authenticator { Origin = "https://www.shop.example" };
        (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201);

        phone.Origin = "https://m.shop.example";
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(201);
        phone.Origin = "https://shop.example";
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(401);
    }

    [Fact]
    public async Task Developers_allow_all_ports_of_their_machine()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("Customers:Passkeys:Origins:0", "http://localhost:*"));
        var shopper = await Shopper.RegisterAsync(shop.Client());
        using var phone = new Authenticator { Origin = "http://localhost:3000" };

        (await shopper.AddPasskeyAsync(phone)).ShouldAnswer(201);
        phone.Origin = "http://localhost.evil.example:3000";
        (await PasskeyShopper.SignInAsync(shop.Client(), phone)).ShouldAnswer(401);
    }

    [Fact]
    public async Task A_hub_does_not_open_with_settings_that_no_browser_would_follow() =>
        (await Should.ThrowAsync<OptionsValidationException>(() => TestShop.StartAsync("sqlite", ("Customers:Passkeys:Origins:0", "http://shop.example")))).Message.ShouldContain("Customers:Passkeys:Origins");

    [Theory]
    [InlineData("https://shop.example", null, null, true)]
    [InlineData("https://shop.example", "shop.example", "https://www.shop.example", true)]
    [InlineData("http://127.0.0.1:5080", null, null, true)]
    [InlineData("https://shop.example", "localhost", "http://localhost:*", true)]
    [InlineData("https://shop.example", "Shop.example", null, false)]
    [InlineData("https://shop.example", "https://shop.example", null, false)]
    [InlineData("https://shop.example", null, "http://shop.example", false)]
    [InlineData("https://shop.example", null, "https://shop.example/", false)]
    [InlineData("https://shop.example", null, "https://evilshop.example", false)]
    [InlineData("https://shop.example", "other.example", null, false)]
    [InlineData("http://127.0.0.1:5080", null, "http://127.0.0.1:*", false)]
    public void Settings_that_no_browser_would_follow_are_refused(string storefront, string? relyingParty, string? origin, bool isPossible)
    {
        var passkeys = new PasskeyOptions { RelyingParty = relyingParty };
        if (origin is not null) passkeys.Origins.Add(origin);
        PasskeyParty.IsPossible(passkeys, new() { StorefrontUrl = storefront }).ShouldBe(isPossible);
    }
}
