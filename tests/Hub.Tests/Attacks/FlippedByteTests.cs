using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Composable.Hub.Connections;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 25, cryptography of the framework: what the hub signs or seals by itself is refused when one byte of it is another.</summary>
public sealed class FlippedByteTests
{
    [Theory, OnBothDatabases]
    public async Task Row_25_a_quote_with_one_other_byte_is_no_quote(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        foreach (var flipped in Flipped(basket.Quote)) (await basket.PayAsync(quote: flipped)).ShouldAnswer(400, "invalid_request").Text("errors/0/pointer").ShouldBe("/quoteToken", flipped);

        (await basket.PayAsync()).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task Row_25_a_cursor_of_a_search_with_one_other_byte_is_no_cursor(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        for (var product = 0; product < 3; product++) await shop.Client().SellAsync();
        Reply first = null!;
        (await ShopFloor.EventuallyAsync(async () => (first = await shop.Client().GetAsync("/v1/search?q=product&limit=1")).Text("nextCursor") is not null)).ShouldBeTrue();
        var cursor = first.Text("nextCursor")!;

        // What an engine gave out stands third in it, sealed; around it are the list, the engine's name and the words.
        var parts = JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor))!;
        foreach (var flipped in Flipped(parts[2]))
        {
            var forged = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes((string[])[.. parts[..2], flipped, .. parts[3..]]));
            (await shop.Client().GetAsync($"/v1/search?q=product&limit=1&cursor={forged}")).ShouldAnswer(400, "invalid_request");
        }

        (await shop.Client().GetAsync($"/v1/search?q=product&limit=1&cursor={cursor}")).ShouldAnswer(200);
    }

    [Fact]
    public async Task Row_25_a_session_or_a_carts_token_with_one_other_byte_is_nobodys()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        foreach (var flipped in Flipped(shopper.Token)) (await (shopper with { Token = flipped }).MeAsync()).Status.ShouldBe(401, flipped);
        foreach (var flipped in Flipped(basket.Token)) (await shop.Client().GetAsync($"/v1/carts/{basket.CartId}", flipped)).Status.ShouldBe(404, flipped);
    }

    [Fact]
    public async Task Row_25_a_sealed_secret_with_one_other_byte_does_not_open()
    {
        var box = (await TestShop.OnAsync("sqlite")).Hub.Services.GetRequiredService<SecretBox>();
        var text = box.Seal("stripe/apiKey", "sk_test_x");
        foreach (var flipped in Flipped(text)) Should.Throw<VendorException>(() => box.Open("stripe/apiKey", flipped), flipped);
        Should.Throw<VendorException>(() => box.Open("adyen/apiKey", text));
        box.Open("stripe/apiKey", text).ShouldBe("sk_test_x");
    }

    /// <summary>Keys that the framework would keep by itself, in a place that nobody rotates.</summary>
    [Fact]
    public async Task Row_25_data_protection_and_antiforgery_are_not_used()
    {
        var services = (await TestShop.OnAsync("sqlite")).Hub.Services;
        foreach (var name in (string[])["Microsoft.AspNetCore.DataProtection.IDataProtectionProvider, Microsoft.AspNetCore.DataProtection.Abstractions", "Microsoft.AspNetCore.Antiforgery.IAntiforgery, Microsoft.AspNetCore.Antiforgery"])
            services.GetService(Type.GetType(name, throwOnError: true)!).ShouldBeNull(name);
    }

    /// <summary>The text with each of its letters another one in turn; of the last one the bits that say nothing in base64 are left alone.</summary>
    private static IEnumerable<string> Flipped(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at] switch { >= '0' and <= '4' => (char)(text[at] + 5), >= '5' and <= '9' => (char)(text[at] - 5), >= 'a' and <= 'm' or >= 'A' and <= 'M' => (char)(text[at] + 13), >= 'n' and <= 'z' or >= 'N' and <= 'Z' => (char)(text[at] - 13), _ => 'x' };
            yield return new StringBuilder(text) { [at] = letter }.ToString();
        }
    }
}
