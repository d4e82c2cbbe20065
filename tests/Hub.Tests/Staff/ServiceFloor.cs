using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Staff;

/// <summary>A service that has a key of its own and signs with it.</summary>
internal sealed class ServiceFloor : IDisposable
{
    public const string Endpoint = "http://localhost:5080/oauth/token";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Id { get; private set; } = "";

    public JsonObject PublicKey => Jwk(key);

    public static async Task<ServiceFloor> MakeAsync(ShopClient client, params string[] scopes)
    {
        var service = new ServiceFloor();
        var made = (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = $"service {Guid.NewGuid():N}", kind = "service", scopes, publicKey = service.PublicKey })).ShouldAnswer(201);
        made.Json!["key"].ShouldBeNull("the service has its own");
        service.Id = made.Text("id")!;
        return service;
    }

    public JsonObject Claims() => new()
    {
        ["iss"] = Id,
        ["sub"] = Id,
        ["aud"] = Endpoint,
        ["jti"] = Guid.NewGuid().ToString("N"),
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(2).ToUnixTimeSeconds(),
    };

    public string Sign(JsonObject claims, JsonObject? header = null)
    {
        var signed = $"{Encode(header ?? new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT" })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    public static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    public static Task<Reply> AskAsync(ShopClient client, string assertion) => AskAsync(client,
        ("grant_type", "client_credentials"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion));

    public static async Task<Reply> AskAsync(ShopClient client, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        var response = await client.Shop.Http.PostAsync(new Uri("/oauth/token", UriKind.Relative), content);
        return new((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync()), response);
    }

    public void Dispose() => key.Dispose();

    public static JsonObject Jwk(ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }
}
