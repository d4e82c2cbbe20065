using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Composable.Hub.Tests.Identity;

/// <summary>A provider that says whatever a test wants it to: what a real one never would.</summary>
internal sealed class CraftedProvider : IAsyncDisposable
{
    public const string ClientId = "shop", Secret = "secret-of-the-shop", Callback = "https://shop.example/back";

    private readonly WebApplication app;
    private string nonce = "", verifier = "";

    private CraftedProvider(WebApplication app, string issuer) => (this.app, Issuer) = (app, issuer);

    public string Issuer { get; }

    public RSA Key { get; private set; } = RSA.Create(2048);

    public string KeyId { get; private set; } = "first";

    public int KeysRead { get; private set; }

    /// <summary>The token for the claims of somebody who has just signed in.</summary>
    public Func<JsonObject, string> Token { get; set; } = _ => "";

    public Func<JsonObject> Description { get; set; } = () => [];

    public Func<HttpContext, Task>? TokenEndpoint { get; set; }

    public JsonObject? UserInfo { get; set; }

    public static async Task<CraftedProvider> StartAsync()
    {
        var issuer = $"http://localhost:{TestShop.FreePort()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["Urls"] = issuer;
        var app = builder.Build();
        var provider = new CraftedProvider(app, issuer);
        provider.Token = claims => provider.Sign(claims);
        provider.Description = provider.Describe;
        app.MapGet("/.well-known/openid-configuration", () => Results.Text(provider.Description().ToJsonString(), "application/json"));
        app.MapGet("/keys", () =>
        {
            provider.KeysRead++;
            return Results.Text(new JsonObject { ["keys"] = new JsonArray(provider.PublicKey()) }.ToJsonString(), "application/json");
        });
        app.MapGet("/me", () => Results.Text((provider.UserInfo ?? []).ToJsonString(), "application/json"));
        app.MapPost("/token", provider.AnswerAsync);
        await app.StartAsync();
        return provider;
    }

    public (string, string)[] Settings => [("Egress:AllowPrivate", "true"), .. SettingsOf("crafted", "customers")];

    public (string, string)[] SettingsOf(string id, string audience) =>
    [
        ($"SignIn:Providers:{id}:Name", "Crafted"), ($"SignIn:Providers:{id}:Issuer", Issuer), ($"SignIn:Providers:{id}:ClientId", ClientId), ($"SignIn:Providers:{id}:ClientSecret", Secret),
        ($"SignIn:Providers:{id}:RedirectUris:0", Callback), ($"SignIn:Providers:{id}:For", audience),
    ];

    /// <summary>A sign-in from beginning to end, as the browser would go through it.</summary>
    public async Task<Reply> SignInAsync(ShopClient client, string routes = "/v1/sign-ins", string id = "crafted")
    {
        var flow = await client.SendAsync(HttpMethod.Post, routes, new { provider = id, redirectUri = Callback });
        if (flow.Status != 201) return flow;
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(flow.Text("url")!).Query);
        (nonce, verifier) = (query["nonce"]!, query["code_challenge"]!);
        return await client.SendAsync(HttpMethod.Post, routes + "/finish", new { flow = flow.Text("flow"), state = query["state"], code = "a-code", iss = Issuer });
    }

    public void Rotate() => (Key, KeyId) = (RSA.Create(2048), "second");

    public JsonObject PublicKey()
    {
        var key = Key.ExportParameters(false);
        return new() { ["kty"] = "RSA", ["kid"] = KeyId, ["use"] = "sig", ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent) };
    }

    public string Sign(JsonObject claims, JsonObject? header = null, RSA? key = null)
    {
        var signed = $"{Encode(header ?? new JsonObject { ["alg"] = "RS256", ["kid"] = KeyId })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString((key ?? Key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    public static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Key.Dispose();
    }

    public JsonObject Describe() => new()
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = Issuer + "/auth",
        ["token_endpoint"] = Issuer + "/token",
        ["jwks_uri"] = Issuer + "/keys",
        ["userinfo_endpoint"] = Issuer + "/me",
    };

    private async Task AnswerAsync(HttpContext context)
    {
        if (TokenEndpoint is { } other)
        {
            await other(context);
            return;
        }

        var form = await context.Request.ReadFormAsync();
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        var isClient = context.Request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Secret}"));
        if (challenge != verifier || !isClient || form["redirect_uri"] != Callback)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"error":"invalid_grant"}""");
            return;
        }

        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["sub"] = "somebody", ["aud"] = ClientId, ["nonce"] = nonce, ["iat"] = now, ["exp"] = now + 300, ["email"] = "somebody@example.com", ["email_verified"] = true };
        await context.Response.WriteAsJsonAsync(new { id_token = Token(claims), access_token = "for-me", token_type = "Bearer" });
    }
}
