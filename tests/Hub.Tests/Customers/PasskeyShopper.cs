using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

/// <summary>Adds passkeys, and signs in with them.</summary>
internal static class PasskeyShopper
{
    public const string Own = "/v1/customers/me/passkeys";

    public static async Task<Reply> BeginPasskeyAsync(this Shopper shopper) => (await shopper.SendAsync(HttpMethod.Post, Own + "/options", new { })).ShouldAnswer(201);

    public static Task<Reply> EndPasskeyAsync(this Shopper shopper, Reply begun, JsonObject credential, string? name = null) =>
        shopper.SendAsync(HttpMethod.Post, Own, new { flow = begun.Text("flow"), credential, name });

    public static async Task<Reply> AddPasskeyAsync(this Shopper shopper, Authenticator authenticator, string? name = null)
    {
        var begun = await shopper.BeginPasskeyAsync();
        return await shopper.EndPasskeyAsync(begun, authenticator.Make(begun["publicKey"]), name);
    }

    public static async Task<Reply> AskAsync(ShopClient client) => (await client.SendAsync(HttpMethod.Post, "/v1/sessions/passkey-options")).ShouldAnswer(201);

    public static Task<Reply> ShowAsync(ShopClient client, Reply asked, JsonObject credential, string? cartId = null, string? cartToken = null) =>
        client.SendAsync(HttpMethod.Post, "/v1/sessions/passkey", new { flow = asked.Text("flow"), credential, cartId }, token: cartToken);

    public static async Task<Reply> SignInAsync(ShopClient client, Authenticator authenticator, string? cartId = null, string? cartToken = null)
    {
        var asked = await AskAsync(client);
        return await ShowAsync(client, asked, authenticator.Show(asked["publicKey"]), cartId, cartToken);
    }
}
