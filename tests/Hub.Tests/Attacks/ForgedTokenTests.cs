using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Staff;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 19, forged tokens, and row 11, identity from headers: callers are known by secrets that the hub gave out, and by nothing that a token says of itself.</summary>
public sealed class ForgedTokenTests
{
    private static readonly string[] Algorithms = ["none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA"];

    private static readonly string[] Traps =
    [
        "\"kid\":\"../../dev/null\"", "\"kid\":\"' UNION SELECT 'key\"", "\"jku\":\"http://127.0.0.1/keys\"", "\"x5u\":\"http://127.0.0.1/cert\"", "\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}", "\"crit\":[\"exp\"]", "\"typ\":\"at+jwt\"", "\"cty\":\"JWT\",\"enc\":\"A128GCM\"",
    ];

    [Theory, OnBothDatabases]
    public async Task Row_19_no_forged_token_is_anybody(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        var id = await shopper.IdAsync();
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var member = (await StaffFloor.SignInAsync(shop.Client(), new { scope = "*" })).Text("token")!;
        var forged = JsonWebTokens(id).Concat(Bent(shopper.Token)).Concat(Bent("sk_demo")).Concat(Bent(basket.Token)).Concat(Bent(member)).Distinct().ToList();
        forged.Count.ShouldBeGreaterThan(200);

        foreach (var token in forged)
        {
            foreach (var path in (string[])["/v1/customers/me", "/admin/orders"]) (await SendAsync(shop, path, ("Authorization", $"Bearer {token}"))).Status.ShouldBe(401, $"{path} with {token}");
            (await SendAsync(shop, "/admin/orders", ("Hub-Key", token))).Status.ShouldBe(401, $"as a key: {token}");
            (await SendAsync(shop, $"/v1/carts/{basket.CartId}", ("Hub-Key", "pk_demo"), ("Hub-Cart-Token", token))).Status.ShouldBe(404, $"as a cart's token: {token}");
        }

        (await shopper.MeAsync()).ShouldAnswer(200);
        (await shop.Client().GetAsync($"/v1/carts/{basket.CartId}", basket.Token)).ShouldAnswer(200);
    }

    [Theory]
    [InlineData("X-User-Id"), InlineData("X-Customer-Id"), InlineData("X-Auth-User"), InlineData("X-Authenticated-User"), InlineData("X-Remote-User"), InlineData("Remote-User"), InlineData("X-Forwarded-User")]
    [InlineData("X-Forwarded-Email"), InlineData("X-Email"), InlineData("X-Admin"), InlineData("X-Role"), InlineData("X-Roles"), InlineData("X-Original-URL"), InlineData("X-Rewrite-URL"), InlineData("X-Api-Key"), InlineData("Cookie")]
    public async Task Row_11_no_header_but_ours_says_who_is_calling(string header)
    {
        var shop = await TestShop.OnAsync("sqlite");
        var shopper = await Shopper.RegisterAsync(shop.Client());
        foreach (var value in (string[])[await shopper.IdAsync(), shopper.Email, "admin", "true", "/admin/orders", "sk_demo", $"session={shopper.Token}", $"cs={shopper.Token}"])
        {
            (await SendAsync(shop, "/v1/customers/me", ("Hub-Key", "pk_demo"), (header, value))).Status.ShouldBe(401, $"{header}: {value}");
            (await SendAsync(shop, "/admin/orders", ("Hub-Key", "pk_demo"), (header, value))).Status.ShouldBe(403, $"{header}: {value}");
        }
    }

    private static IEnumerable<string> JsonWebTokens(string subject)
    {
        foreach (var algorithm in Algorithms)
        {
            foreach (var trap in Traps)
            {
                var head = Encode($$"""{"alg":"{{algorithm}}",{{trap}}}""");
                var body = Encode($$"""{"sub":"{{subject}}","scope":"*","iss":"composable","aud":"composable","exp":4102444800}""");
                yield return $"{head}.{body}.";
                yield return $"{head}.{body}.{Sign($"{head}.{body}", "secret")}";
            }
        }
    }

    /// <summary>A good one with something wrong about it.</summary>
    private static IEnumerable<string> Bent(string token)
    {
        for (var i = 0; i < token.Length; i += Math.Max(1, token.Length / 12))
        {
            yield return token[..i] + (token[i] == 'a' ? 'b' : 'a') + token[(i + 1)..];
            if (i > 0) yield return token[..i];
        }

        foreach (var (before, after) in ((string, string)[])[("", "0"), ("0", ""), ("", "%00"), ("\"", "\""), ("", ",other"), ("", ";")]) yield return before + token + after;
        yield return token.ToUpperInvariant();
    }

    private static string Encode(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Sign(string text, string key) => System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));

    private static Task<Reply> SendAsync(TestShop shop, string path, params (string Name, string Value)[] headers) => shop.Client().SendAsync(HttpMethod.Get, path, key: null, headers: headers);
}
