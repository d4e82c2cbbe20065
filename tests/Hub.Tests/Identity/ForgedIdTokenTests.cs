using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;
using Microsoft.AspNetCore.Http;

namespace Composable.Hub.Tests.Identity;

/// <summary>What a provider, or somebody in its place, says of a person is believed when everything about it is right, and else not at all.</summary>
public sealed class ForgedIdTokenTests
{
    private static readonly RSA Other = RSA.Create(2048);

    private static readonly Dictionary<string, Func<CraftedProvider, JsonObject, string>> Forgeries = new()
    {
        ["another issuer"] = (by, claims) => by.Sign(With(claims, "iss", "https://elsewhere.example")),
        ["no issuer"] = (by, claims) => by.Sign(Without(claims, "iss")),
        ["the issuer with a slash"] = (by, claims) => by.Sign(With(claims, "iss", by.Issuer + "/")),
        ["another audience"] = (by, claims) => by.Sign(With(claims, "aud", "another-client")),
        ["no audience"] = (by, claims) => by.Sign(Without(claims, "aud")),
        ["two audiences"] = (by, claims) => by.Sign(With(claims, "aud", new JsonArray("shop", "another-client"))),
        ["another party"] = (by, claims) => by.Sign(With(claims, "azp", "another-client")),
        ["another nonce"] = (by, claims) => by.Sign(With(claims, "nonce", "of-yesterday")),
        ["no nonce"] = (by, claims) => by.Sign(Without(claims, "nonce")),
        ["no subject"] = (by, claims) => by.Sign(Without(claims, "sub")),
        ["an empty subject"] = (by, claims) => by.Sign(With(claims, "sub", "")),
        ["a subject that is a number"] = (by, claims) => by.Sign(With(claims, "sub", 7)),
        ["a subject without end"] = (by, claims) => by.Sign(With(claims, "sub", new string('x', 256))),
        ["ended"] = (by, claims) => by.Sign(With(claims, "exp", DateTimeOffset.UtcNow.AddMinutes(-2).ToUnixTimeSeconds())),
        ["no end"] = (by, claims) => by.Sign(Without(claims, "exp")),
        ["not yet"] = (by, claims) => by.Sign(With(claims, "nbf", DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds())),
        ["made tomorrow"] = (by, claims) => by.Sign(With(claims, "iat", DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds())),
        ["made an hour ago"] = (by, claims) => by.Sign(With(claims, "iat", DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds())),
        ["never made"] = (by, claims) => by.Sign(Without(claims, "iat")),
        ["alg none"] = (_, claims) => $"{CraftedProvider.Encode(new() { ["alg"] = "none" })}.{CraftedProvider.Encode(claims)}.",
        ["alg none, signed"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "none" }),
        ["alg nOnE"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "nOnE" }),
        ["alg PS256"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "PS256" }),
        ["alg RS512"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "RS512" }),
        ["HS256 with the client's secret"] = (_, claims) => Hmac(claims, CraftedProvider.Secret),
        ["HS256 with the public key"] = (by, claims) => Hmac(claims, by.Key.ExportSubjectPublicKeyInfoPem()),
        ["HS256 with the public JWK"] = (by, claims) => Hmac(claims, by.PublicKey().ToJsonString()),
        ["somebody else's key"] = (by, claims) => by.Sign(claims, key: Other),
        ["somebody else's key, brought along"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "RS256", ["jwk"] = Jwk(Other), ["jku"] = by.Issuer + "/my-keys", ["x5u"] = by.Issuer + "/my-keys" }, Other),
        ["a key that is not known"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "RS256", ["kid"] = "../../dev/null" }),
        ["critical"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "RS256", ["crit"] = new JsonArray("exp") }),
        ["an access token"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "RS256", ["typ"] = "at+jwt" }),
        ["a logout token"] = (by, claims) => by.Sign(claims, new() { ["alg"] = "RS256", ["typ"] = "logout+jwt" }),
        ["changed afterwards"] = (by, claims) => by.Sign(claims).Split('.') is var parts ? $"{parts[0]}.{CraftedProvider.Encode(With(claims, "sub", "admin"))}.{parts[2]}" : "",
        ["a claim twice"] = (by, claims) => Twice(by, claims),
        ["not a token"] = (_, _) => "none",
        ["nothing"] = (_, _) => "",
        ["without end"] = (_, _) => new string('a', 20_000) + ".b.c",
        ["encrypted"] = (_, _) => "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0....",
    };

    [Theory, OnBothDatabases]
    public async Task Row_19_no_forged_word_of_a_provider_is_believed(string database)
    {
        await using var provider = await CraftedProvider.StartAsync();
        await using var shop = await TestShop.StartAsync(database, provider.Settings);
        (await provider.SignInAsync(shop.Client())).ShouldAnswer(201).Text("customer/email").ShouldBe("somebody@example.com");

        foreach (var (name, forge) in Forgeries)
        {
            provider.Token = claims => forge(provider, claims);
            var reply = await provider.SignInAsync(shop.Client());
            (reply.Status, reply.Code).ShouldBe((401, "invalid_credentials"), name);
        }

        (await shop.Database.CountAsync($"SELECT count(*) FROM customers", default)).ShouldBe(1);
        provider.Token = claims => provider.Sign(claims);
        (await provider.SignInAsync(shop.Client())).ShouldAnswer(201);
        provider.KeysRead.ShouldBeLessThan(4, "who sends keys that nobody knows does not have them looked for each time");
    }

    [Fact]
    public async Task What_the_provider_tells_of_somebody_else_is_not_taken()
    {
        await using var provider = await CraftedProvider.StartAsync();
        await using var shop = await TestShop.StartAsync("sqlite", provider.Settings);
        provider.Token = claims => provider.Sign(Without(claims, "email"));

        provider.UserInfo = new() { ["sub"] = "somebody else", ["email"] = "admin@example.com", ["email_verified"] = true };
        (await provider.SignInAsync(shop.Client())).ShouldAnswer(401, "invalid_credentials");
        provider.UserInfo = new() { ["sub"] = "somebody", ["email"] = "more@example.com", ["email_verified"] = true };
        (await provider.SignInAsync(shop.Client())).ShouldAnswer(201).Text("customer/email").ShouldBe("more@example.com");
    }

    [Fact]
    public async Task A_provider_may_change_its_keys()
    {
        await using var provider = await CraftedProvider.StartAsync();
        await using var shop = await TestShop.StartAsync("sqlite", provider.Settings);
        provider.Rotate();

        (await provider.SignInAsync(shop.Client())).ShouldAnswer(201);
    }

    [Fact]
    public async Task A_provider_that_fails_is_nobodys_fault_and_no_way_in()
    {
        await using var provider = await CraftedProvider.StartAsync();
        await using var shop = await TestShop.StartAsync("sqlite", provider.Settings);
        Func<HttpContext, Task>[] failures =
        [
            context => Status(context, 500),
            context => context.Response.WriteAsync("<html>"),
            context => context.Response.WriteAsync("[]"),
            context => context.Response.WriteAsync(new string(' ', 300_000) + "{}"),
            context => { context.Response.Headers.Location = provider.Issuer + "/me"; return Status(context, 302); },
            context => { context.Abort(); return Task.CompletedTask; },
        ];
        foreach (var failure in failures)
        {
            provider.TokenEndpoint = failure;
            (await provider.SignInAsync(shop.Client())).ShouldAnswer(503, "service_unavailable").Json!["retryable"]!.GetValue<bool>().ShouldBeFalse("the flow is used up");
        }

        provider.TokenEndpoint = context => Status(context, 400);
        (await provider.SignInAsync(shop.Client())).ShouldAnswer(401, "invalid_credentials");
    }

    [Theory]
    [InlineData("issuer", "https://elsewhere.example"), InlineData("token_endpoint", "ftp://elsewhere.example/token"), InlineData("jwks_uri", null), InlineData("authorization_endpoint", "javascript:alert(1)")]
    public async Task A_provider_that_describes_somebody_else_is_not_asked(string member, string? value)
    {
        await using var provider = await CraftedProvider.StartAsync();
        provider.Description = () => With(provider.Describe(), member, value);
        await using var shop = await TestShop.StartAsync("sqlite", provider.Settings);

        (await provider.SignInAsync(shop.Client())).ShouldAnswer(503, "service_unavailable");
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static JsonObject With(JsonObject claims, string name, JsonNode? value)
    {
        var changed = claims.DeepClone().AsObject();
        changed[name] = value;
        return changed;
    }

    private static JsonObject Without(JsonObject claims, string name)
    {
        var changed = claims.DeepClone().AsObject();
        changed.Remove(name);
        return changed;
    }

    private static string Hmac(JsonObject claims, string secret)
    {
        var signed = $"{CraftedProvider.Encode(new() { ["alg"] = "HS256" })}.{CraftedProvider.Encode(claims)}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Twice(CraftedProvider by, JsonObject claims)
    {
        var text = claims.ToJsonString();
        var signed = $"{CraftedProvider.Encode(new() { ["alg"] = "RS256" })}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text[..^1] + ",\"sub\":\"admin\"}"))}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(by.Key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static JsonObject Jwk(RSA key) => new() { ["kty"] = "RSA", ["n"] = System.Buffers.Text.Base64Url.EncodeToString(key.ExportParameters(false).Modulus), ["e"] = "AQAB" };
}
