using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Http;

namespace Composable.Hub.Access.Keys;

/// <summary>A key as it is kept: without the key.</summary>
internal sealed class StoredKey
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";
    public string Hash { get; set; } = "";
    public string Hint { get; set; } = "";
    public string Scopes { get; set; } = "[]";
    public string Origins { get; set; } = "[]";
    public long CreatedAt { get; set; }
    public long? ExpiresAt { get; set; }
    public long? LastUsedAt { get; set; }
    public string? ReplacedBy { get; set; }

    /// <summary>A JSON Web Key, of a service that proves itself by signing.</summary>
    public string? PublicKey { get; set; }
    public long Version { get; set; }

    public AccessKeys.Entry Entry => new(Kind == "publishable" ? CallerKind.Publishable : CallerKind.Secret, Name, List(Scopes), List(Origins));

    public KeyView View(string? key = null) => new(Id, Name, Kind, key, "…" + Hint, List(Scopes), List(Origins), At(CreatedAt), ExpiresAt is { } ends ? At(ends) : null, LastUsedAt is { } used ? At(used) : null, Version, PublicKey is null ? null : JsonNode.Parse(PublicKey));

    private static List<string> List(string json) => JsonSerializer.Deserialize<List<string>>(json, Json.Options)!;

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}

/// <param name="Kind"><c>publishable</c>, <c>secret</c>, or <c>service</c>: a key of the service's own, which it signs with to be given tokens.</param>
/// <param name="Scopes">Not for publishable keys; none that the one who makes the key does not have.</param>
/// <param name="Origins">For publishable keys: whose pages may use it from a browser.</param>
/// <param name="PublicKey">Of a service: a JSON Web Key, RSA of 2,048 bits or more, P-256 or P-384.</param>
internal sealed record NewKey(string Name, string Kind, IReadOnlyList<string>? Scopes = null, IReadOnlyList<string>? Origins = null, DateTimeOffset? ExpiresAt = null, JsonObject? PublicKey = null);

/// <param name="OverlapSeconds">How long the old key works beside the new one. Default: 300; 0 ends it at once.</param>
/// <param name="PublicKey">The new one, of a service.</param>
internal sealed record RotateKey(int OverlapSeconds = 300, JsonObject? PublicKey = null);

/// <param name="Key">Shown once, in the answer that makes it; a service has its own.</param>
/// <param name="Hint">What it ends with; of a service, what its key's thumbprint (RFC 7638) does.</param>
internal sealed record KeyView(
    string Id, string Name, string Kind, string? Key, string Hint, IReadOnlyList<string> Scopes, IReadOnlyList<string> Origins,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, long Version, JsonNode? PublicKey = null);
