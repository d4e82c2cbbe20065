using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composable.Hub.Access.Proving;

/// <summary>
/// A JSON Web Token that somebody else signed, read as RFC 8725 advises: the keys are known beforehand and each has its algorithm; what the token says of its own
/// algorithm, and of where keys may be found, is not followed.
/// </summary>
internal static class SignedToken
{
    private const int Longest = 16 << 10;
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Its claims; null when it is not signed by one of the keys, of none of the types, or not valid now.</summary>
    /// <param name="types">What its header may call it, in lower case. No type at all is <c>jwt</c>.</param>
    public static JsonObject? Open(string token, IEnumerable<SigningKey> keys, DateTimeOffset now, params ReadOnlySpan<string> types)
    {
        if (token.Length > Longest || token.Split('.') is not [var head, var body, var signature]) return null;
        try
        {
            if (Parse(head) is not { } header || header.ContainsKey("crit") || !types.Contains((Text(header, "typ") ?? "jwt").ToLowerInvariant())) return null;
            var (algorithm, id, signed, proof) = (Text(header, "alg"), Text(header, "kid"), Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature));
            var isSigned = keys.Any(key => key.Algorithm == algorithm && (id is null || key.Id is null || key.Id == id) && key.Verify(signed, proof));
            return isSigned && Parse(body) is { } claims && IsNow(claims, now) ? claims : null;
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What it says of itself, to find out with whose keys it may be opened; nothing is proven yet.</summary>
    public static string? Unproven(string token, string claim)
    {
        try
        {
            return token.Length <= Longest && token.Split('.') is [_, var body, _] && Parse(body) is { } claims ? Text(claims, claim) : null;
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string? Text(JsonObject claims, string name) => claims[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is var text && !text.Contains('\0') ? text : null;

    /// <summary>Seconds since 1970, as tokens tell time.</summary>
    public static DateTimeOffset? Time(JsonObject claims, string name) =>
        claims[name] is JsonValue value && value.TryGetValue<double>(out var seconds) && seconds is > 0 and < 1e11 ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;

    /// <summary>Whether it is for this audience, and for no other.</summary>
    public static bool IsFor(JsonObject claims, string audience) => claims["aud"] switch
    {
        JsonArray { Count: 1 } one => one[0] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == audience,
        JsonValue => Text(claims, "aud") == audience,
        _ => false,
    };

    private static bool IsNow(JsonObject claims, DateTimeOffset now) =>
        Time(claims, "exp") is { } ends && ends + Skew > now
        && (!claims.ContainsKey("nbf") || Time(claims, "nbf") - Skew <= now)
        && (!claims.ContainsKey("iat") || Time(claims, "iat") - Skew <= now);

    private static JsonObject? Parse(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part), documentOptions: Strict) as JsonObject;
}
