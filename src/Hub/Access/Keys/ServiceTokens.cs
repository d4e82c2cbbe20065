using System.Text.Json.Nodes;
using Composable.Hub.Access.Proving;
using Composable.Hub.Storage;

namespace Composable.Hub.Access.Keys;

/// <summary>What a service asks with: its secret, or a token that it signed (RFC 7523).</summary>
internal sealed record TokenRequest(string? GrantType, string? Scope, string? ClientId, string? ClientSecret, string? AssertionType, string? Assertion);

/// <summary>Either a token, or an error of RFC 6749 §5.2.</summary>
internal sealed record TokenOutcome(string? Token, string Scope, string? Error = null, string? Why = null);

/// <summary>Client credentials (RFC 6749 §4.4): a key that staff made, shown by its secret or proven by its signature, for a token that ends soon.</summary>
internal sealed class ServiceTokens(Database database, KeyStore keys, IConfiguration configuration, TimeProvider clock)
{
    public const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private const string Replayed = "assertion_used";
    private static readonly TimeSpan LongestAssertion = TimeSpan.FromMinutes(5);

    private sealed record Assertion(string Id, DateTimeOffset Ends);

    /// <summary>Services sign their tokens for either.</summary>
    public string Issuer => (configuration["Hub:PublicUrl"] ?? "http://localhost:5080").TrimEnd('/');

    public string Endpoint => Issuer + "/oauth/token";

    public async Task<TokenOutcome> IssueAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (request.GrantType is null) return Failed("invalid_request", "grant_type is missing.");
        if (request.GrantType != "client_credentials") return Failed("unsupported_grant_type", "client_credentials is the only one.");
        var (key, assertion) = await FindAsync(request, cancellationToken);
        if (key is null) return Failed("invalid_client", "The client is not known, or did not prove who it is.");
        var wanted = request.Scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [.. key.Entry.Scopes];
        if (wanted.Any(scope => !Rights.Of(key.Entry.Scopes).May(scope) || !Scopes.All.Contains(scope))) return Failed("invalid_scope", "The key does not have all of these scopes.");
        var commit = new Commit();
        var token = AccessTokens.Issue(commit, key, wanted);
        if (assertion is not null) commit.Require($"INSERT INTO used_assertions (key_id, id, expires_at) VALUES ({key.Id}, {assertion.Id}, {assertion.Ends.ToUnixTimeMilliseconds()}) ON CONFLICT DO NOTHING", 1, Replayed);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return new(token, string.Join(' ', wanted));
        }
        catch (GuardFailedException used) when (used.Code == Replayed)
        {
            return Failed("invalid_client", "This assertion was used before.");
        }
    }

    private static TokenOutcome Failed(string error, string why) => new(null, "", error, why);

    private async Task<(StoredKey? Key, Assertion? Assertion)> FindAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        if (request.ClientSecret is not null && request.Assertion is not null) return (null, null);
        if (request.Assertion is { } signed) return request.AssertionType == AssertionType ? await ProvenAsync(signed, request.ClientId, cancellationToken) : (null, null);
        if (request is not { ClientId: { } id, ClientSecret: { Length: <= 200 } secret } || await LivingAsync(id, cancellationToken) is not { PublicKey: null, Kind: "secret" } key) return (null, null);
        return (string.Equals(key.Hash, SecretToken.HashOf(secret), StringComparison.Ordinal) ? key : null, null);
    }

    private async Task<(StoredKey? Key, Assertion? Assertion)> ProvenAsync(string signed, string? clientId, CancellationToken cancellationToken)
    {
        if (SignedToken.Unproven(signed, "sub") is not { } id || (clientId is not null && clientId != id) || await LivingAsync(id, cancellationToken) is not { PublicKey: { } jwk } key) return (null, null);
        using var publicKey = SigningKey.Read(JsonNode.Parse(jwk)!.AsObject());
        var now = clock.GetUtcNow();
        if (publicKey is null || SignedToken.Open(signed, [publicKey], now, "jwt", "client-authentication+jwt") is not { } claims) return (null, null);
        if (SignedToken.Text(claims, "iss") != id || SignedToken.Text(claims, "sub") != id || !(SignedToken.IsFor(claims, Endpoint) || SignedToken.IsFor(claims, Issuer))) return (null, null);
        if (SignedToken.Text(claims, "jti") is not { Length: > 0 and <= 200 } jti || SignedToken.Time(claims, "exp") is not { } ends || ends > now + LongestAssertion + LongestAssertion) return (null, null);
        return (key, new(SecretToken.HashOf(jti), ends + LongestAssertion));
    }

    private async Task<StoredKey?> LivingAsync(string id, CancellationToken cancellationToken) =>
        await keys.FindAsync(id, cancellationToken) is { } key && (key.ExpiresAt is not { } ends || ends > clock.GetUtcNow().ToUnixTimeMilliseconds()) ? key : null;
}
