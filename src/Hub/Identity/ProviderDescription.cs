using System.Text.Json.Nodes;
using Composable.Hub.Access.Proving;

namespace Composable.Hub.Identity;

/// <summary>What a provider says of itself (OpenID Connect Discovery), and the keys it signs with.</summary>
internal sealed record ProviderDescription(string AuthorizationEndpoint, string TokenEndpoint, string? UserInfoEndpoint, string KeysAddress, bool SendsIssuer, bool TakesBasic)
{
    /// <summary>Null when it speaks for another issuer, or names no proper addresses.</summary>
    public static ProviderDescription? Read(JsonObject json, string issuer, bool allowPlain)
    {
        string? Address(string name) => SignedToken.Text(json, name) is { } text && ProviderOptions.IsAddress(text, allowPlain) ? text : null;
        if (SignedToken.Text(json, "issuer") != issuer || Address("authorization_endpoint") is not { } authorization || Address("token_endpoint") is not { } token || Address("jwks_uri") is not { } keys) return null;
        var methods = json["token_endpoint_auth_methods_supported"] as JsonArray;
        return new(authorization, token, Address("userinfo_endpoint"), keys, json["authorization_response_iss_parameter_supported"]?.GetValueKind() == System.Text.Json.JsonValueKind.True,
            methods is null || methods.Any(method => method is JsonValue && method.GetValueKind() == System.Text.Json.JsonValueKind.String && method.GetValue<string>() == "client_secret_basic"));
    }
}

/// <summary>A provider's keys as they were read last.</summary>
internal sealed class ProviderKeys(IReadOnlyList<SigningKey> keys, DateTimeOffset readAt)
{
    public static readonly ProviderKeys None = new([], DateTimeOffset.MinValue);

    private const int Most = 50;

    public IReadOnlyList<SigningKey> Keys { get; } = keys;

    public DateTimeOffset ReadAt { get; } = readAt;

    /// <summary>Those that sign with what we agreed on.</summary>
    public static ProviderKeys Read(JsonObject json, string algorithm, DateTimeOffset now) => new(
        [.. (json["keys"] as JsonArray ?? []).OfType<JsonObject>().Take(Most).Select(SigningKey.Read).OfType<SigningKey>().Where(key => key.Algorithm == algorithm)], now);
}
