using Composable.Hub.Tests.Fixture;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Passkeys as a shopper meets them: a storefront's page, a browser, and the hub on another origin.</summary>
public sealed class PasskeyTests
{
    [WithChromium]
    public async Task A_shopper_adds_a_passkey_and_signs_in_with_it_and_no_other_page_can()
    {
        await using var storefront = await Storefront.OpenAsync();
        await using var stranger = await Storefront.OpenAsync();
        await using var shop = await TestShop.StartAsync("sqlite", ("Customers:StorefrontUrl", storefront.Origin));
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.OpenAsync();
        var email = $"shopper-{Guid.NewGuid():N}@example.com";

        await page.GotoAsync(Account(storefront.Origin, shop));
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync("a kettle of nine owls");
        await ShouldSayAsync(page, "Register", "registered");
        await ShouldSayAsync(page, "Sign in", $"signed in as {email}");
        await ShouldSayAsync(page, "Add a passkey", "added This browser");
        await ShouldSayAsync(page, "Add a passkey", "InvalidStateError");
        await ShouldSayAsync(page, "Sign out", "signed out");
        await ShouldSayAsync(page, "Who am I?", "unauthenticated");

        await page.ReloadAsync();
        await ShouldSayAsync(page, "Sign in with a passkey", $"signed in as {email}");
        await ShouldSayAsync(page, "Who am I?", $"you are {email}");

        // The browser lets pages of all ports of a name use its passkeys; the hub does not.
        await page.GotoAsync(Account(stranger.Origin, shop));
        await ShouldSayAsync(page, "Sign in with a passkey", "invalid_credentials");
        await page.GotoAsync(Account(stranger.Unnamed, shop));
        await ShouldSayAsync(page, "Sign in with a passkey", "SecurityError");

        await page.GotoAsync(Account(storefront.Origin, shop));
        await ShouldSayAsync(page, "Sign in with a passkey", $"signed in as {email}");
    }

    private static string Account(string origin, TestShop shop) => $"{origin}/account?hub={Uri.EscapeDataString(shop.Url.ToString().TrimEnd('/'))}";

    private static async Task ShouldSayAsync(IPage page, string button, string words)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        var status = page.GetByRole(AriaRole.Status);
        await Assertions.Expect(status).Not.ToBeEmptyAsync(new() { Timeout = 15_000 });
        (await status.TextContentAsync()).ShouldBe(words, button);
    }
}
