using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Staff;

/// <summary>Services are given short-lived tokens for a secret, or for what they signed.</summary>
public sealed class ServiceTests
{
    [Theory, OnBothDatabases]
    public async Task A_secret_key_is_exchanged_for_a_token_with_less_rights(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var made = (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = $"warehouse {Guid.NewGuid():N}", kind = "secret", scopes = new[] { "orders:read", "audit:read" } })).ShouldAnswer(201);
        var (id, secret) = (made.Text("id")!, made.Text("key")!);

        var given = (await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("scope", "orders:read"))).ShouldAnswer(200);
        var token = given.Text("access_token")!;

        (given.Text("token_type"), given.Json!["expires_in"]!.GetValue<int>(), given.Text("scope"), given.Header("Cache-Control")).ShouldBe(("Bearer", 600, "orders:read", "no-store"));
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: token)).ShouldAnswer(200);
        (await client.SendAsync(HttpMethod.Get, "/admin/audit", key: token)).ShouldAnswer(403, "forbidden");
        (await client.StaffAsync(HttpMethod.Delete, $"/admin/keys/{id}", headers: ShopFloor.AnyVersion)).ShouldAnswer(204);
        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: token)).ShouldAnswer(401, "unauthenticated");
    }

    [Theory, OnBothDatabases]
    public async Task A_service_signs_for_its_token_and_a_signature_counts_once(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        using var service = await ServiceFloor.MakeAsync(client, "orders:read");
        var assertion = service.Sign(service.Claims());

        var token = (await ServiceFloor.AskAsync(client, assertion)).ShouldAnswer(200).Text("access_token")!;

        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: token)).ShouldAnswer(200);
        Denied(await ServiceFloor.AskAsync(client, assertion), 401, "invalid_client");
        (await ServiceFloor.AskAsync(client, service.Sign(service.Claims()))).ShouldAnswer(200);
    }

    [Fact]
    public async Task Row_19_forged_stale_and_misdirected_assertions_are_worth_nothing()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        using var service = await ServiceFloor.MakeAsync(client, "orders:read");
        using var other = await ServiceFloor.MakeAsync(client, "*");
        using var rsa = RSA.Create(2048);
        var forged = new Dictionary<string, string>();
        void With(string name, Action<JsonObject> change, JsonObject? header = null)
        {
            var claims = service.Claims();
            change(claims);
            forged[name] = service.Sign(claims, header);
        }

        With("other issuer", claims => claims["iss"] = other.Id);
        With("other subject", claims => claims["sub"] = other.Id);
        With("both another's", claims => (claims["iss"], claims["sub"]) = (other.Id, other.Id));
        With("unknown subject", claims => (claims["iss"], claims["sub"]) = ("key_none", "key_none"));
        With("another audience", claims => claims["aud"] = "https://elsewhere.example/token");
        With("several audiences", claims => claims["aud"] = new JsonArray(ServiceFloor.Endpoint, "https://elsewhere.example/token"));
        With("no audience", claims => claims.Remove("aud"));
        With("no end", claims => claims.Remove("exp"));
        With("ended", claims => claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds());
        With("without end", claims => claims["exp"] = DateTimeOffset.UtcNow.AddYears(1).ToUnixTimeSeconds());
        With("an end in words", claims => claims["exp"] = "tomorrow");
        With("not yet", claims => claims["nbf"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds());
        With("of tomorrow", claims => claims["iat"] = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds());
        With("without a name of its own", claims => claims.Remove("jti"));
        foreach (var algorithm in (string[])["none", "nOnE", "HS256", "RS256", "ES384", "es256", ""]) With($"alg {algorithm}", _ => { }, new() { ["alg"] = algorithm });
        With("no alg", _ => { }, []);
        With("another type", _ => { }, new() { ["alg"] = "ES256", ["typ"] = "at+jwt" });
        With("critical", _ => { }, new() { ["alg"] = "ES256", ["crit"] = new JsonArray("exp") });
        forged["unsigned"] = $"{ServiceFloor.Encode(new() { ["alg"] = "none" })}.{ServiceFloor.Encode(service.Claims())}.";
        forged["public key as secret"] = Hmac(service);
        forged["with a key of its own"] = OwnKey(service, rsa);
        forged["changed afterwards"] = Swap(service.Sign(service.Claims()), service.Claims());
        forged["a signature of zeros"] = service.Sign(service.Claims())[..^86] + new string('A', 86);
        forged["encrypted"] = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0....";
        forged["not a token"] = "none";
        forged["huge"] = new string('a', 20_000) + ".b.c";

        foreach (var (name, assertion) in forged) (await ServiceFloor.AskAsync(client, assertion)).Text("error").ShouldBeOneOf(["invalid_client", "invalid_request"], name);
        (await ServiceFloor.AskAsync(client, service.Sign(service.Claims()))).ShouldAnswer(200);
    }

    [Fact]
    public async Task A_public_key_is_no_secret()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var client = shop.Client();
        using var service = await ServiceFloor.MakeAsync(client, "*");
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{service.PublicKey["x"]}}","y":"{{service.PublicKey["y"]}}"}""";

        (await client.SendAsync(HttpMethod.Get, "/admin/orders", key: null, headers: ("Hub-Key", canonical))).ShouldAnswer(401, "unauthenticated");
        Denied(await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials"), ("client_id", service.Id), ("client_secret", canonical)), 401, "invalid_client");
        (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = "private", kind = "service", publicKey = With(service.PublicKey, "d", "AAAA") })).ShouldAnswer(400, "invalid_request");
        (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = "twin", kind = "service", publicKey = service.PublicKey })).ShouldAnswer(409, "name_taken");
    }

    [Theory, OnBothDatabases]
    public async Task A_service_rotates_its_key_with_an_overlap(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        using var service = await ServiceFloor.MakeAsync(client, "orders:read");
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        (await client.StaffAsync(HttpMethod.Post, $"/admin/keys/{service.Id}/rotate", new { overlapSeconds = 1 }, headers: ShopFloor.AnyVersion)).ShouldAnswer(400, "invalid_request");
        (await client.StaffAsync(HttpMethod.Post, $"/admin/keys/{service.Id}/rotate", new { overlapSeconds = 1, publicKey = ServiceFloor.Jwk(fresh) }, headers: ShopFloor.AnyVersion)).ShouldAnswer(201);

        (await ServiceFloor.AskAsync(client, service.Sign(service.Claims()))).ShouldAnswer(200);
        await Task.Delay(1_200);
        Denied(await ServiceFloor.AskAsync(client, service.Sign(service.Claims())), 401, "invalid_client");
    }

    [Theory, OnBothDatabases]
    public async Task Text_that_no_database_takes_is_a_refusal(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        using var service = await ServiceFloor.MakeAsync(client, "orders:read");
        var claims = service.Claims();
        claims["sub"] = "\0";

        Denied(await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials"), ("client_id", "\0"), ("client_secret", "x")), 400, "invalid_request");
        Denied(await ServiceFloor.AskAsync(client, service.Sign(claims)), 401, "invalid_client");
        (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = "empty", kind = "service", publicKey = new { kty = "RSA", n = "", e = "" } })).ShouldAnswer(400, "invalid_request");
        (await ServiceFloor.AskAsync(client, service.Sign(service.Claims()))).ShouldAnswer(200);
    }

    [Fact]
    public async Task Errors_have_the_shape_that_oauth_gives_them()
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        using var service = await ServiceFloor.MakeAsync(client, "orders:read");

        Denied(await ServiceFloor.AskAsync(client), 400, "invalid_request");
        Denied(await ServiceFloor.AskAsync(client, ("grant_type", "password")), 400, "unsupported_grant_type");
        Denied(await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials")), 401, "invalid_client");
        Denied(await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials"), ("grant_type", "client_credentials")), 400, "invalid_request");
        Denied(await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials"), ("client_id", "key_none"), ("client_secret", "none")), 401, "invalid_client");
        Denied(await ServiceFloor.AskAsync(client, ("grant_type", "client_credentials"), ("scope", "orders:write"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", service.Sign(service.Claims()))), 400, "invalid_scope");
        var known = await client.SendAsync(HttpMethod.Get, "/.well-known/oauth-authorization-server", key: null);
        known.ShouldAnswer(200).Text("token_endpoint").ShouldBe(ServiceFloor.Endpoint);
    }

    private static void Denied(Reply reply, int status, string error)
    {
        (reply.Status, reply.Text("error")).ShouldBe((status, error));
        reply.Text("error_description").ShouldNotBeNullOrEmpty();
        reply.Header("Cache-Control").ShouldBe("no-store");
    }

    private static JsonObject With(JsonObject jwk, string member, string value)
    {
        jwk[member] = value;
        return jwk;
    }

    private static string Hmac(ServiceFloor service)
    {
        var signed = $"{ServiceFloor.Encode(new() { ["alg"] = "HS256" })}.{ServiceFloor.Encode(service.Claims())}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(service.PublicKey.ToJsonString()), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string OwnKey(ServiceFloor service, RSA rsa)
    {
        var parameters = rsa.ExportParameters(false);
        var jwk = new JsonObject { ["kty"] = "RSA", ["n"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus), ["e"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent) };
        var signed = $"{ServiceFloor.Encode(new() { ["alg"] = "RS256", ["jwk"] = jwk, ["jku"] = "https://elsewhere.example/keys" })}.{ServiceFloor.Encode(service.Claims())}";
        return $"{signed}.{System.Buffers.Text.Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Swap(string token, JsonObject claims) => string.Join('.', token.Split('.')[0], ServiceFloor.Encode(claims), token.Split('.')[2]);
}
