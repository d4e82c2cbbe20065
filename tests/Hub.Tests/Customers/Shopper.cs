using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

/// <summary>A customer with an account, on one device.</summary>
internal sealed record Shopper(ShopClient Client, string Email, string Password, string Token)
{
    public const string GoodPassword = "a kettle of nine owls";

    public static string NewEmail() => $"shopper-{Guid.NewGuid():N}@example.com";

    public static async Task<Shopper> RegisterAsync(ShopClient client, string? email = null)
    {
        var shopper = new Shopper(client, email ?? NewEmail(), GoodPassword, "");
        (await client.SendAsync(HttpMethod.Post, "/v1/customers", new { email = shopper.Email, password = GoodPassword, name = "Ada Byron" })).ShouldAnswer(201);
        return await shopper.SignInAsync();
    }

    /// <summary>The same customer on another device.</summary>
    public async Task<Shopper> SignInAsync() => this with { Token = (await TryAsync(Client, Email, Password)).ShouldAnswer(201)["token"].GetValue<string>() };

    public static Task<Reply> TryAsync(ShopClient client, string email, string password) => client.SendAsync(HttpMethod.Post, "/v1/sessions", new { email, password });

    public Task<Reply> SendAsync(HttpMethod method, string path, object? body = null, string? cartToken = null, string? idempotency = null, params (string Name, string Value)[] headers) =>
        Client.SendAsync(method, path, body, token: cartToken, idempotency: idempotency, headers: [("Authorization", $"Bearer {Token}"), .. headers]);

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Follows the letter.</summary>
    public async Task VerifyAsync() => (await SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = await Mailbox.ProofAsync(Email, "confirm that this is your e-mail address") })).ShouldAnswer(204);

    public Task<Reply> MeAsync() => GetAsync("/v1/customers/me");

    public async Task<string> IdAsync() => (await MeAsync()).ShouldAnswer(200)["id"].GetValue<string>();
}
