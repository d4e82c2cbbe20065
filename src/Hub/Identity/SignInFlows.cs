using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Access.Proving;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Identity;

/// <summary>
/// Sign-ins with another provider (authorization code with PKCE). What ties the end to the beginning stays here; the browser that began holds the flow's token, which
/// is in no address: a code that somebody else was given, or slipped to it, is worth nothing there.
/// </summary>
internal sealed partial class SignInFlows(Database database, Providers providers, Attempts attempts, TimeProvider clock, ILogger<SignInFlows> logger)
{
    private const string Prefix = "flow_", Used = "flow_used";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);
    private static readonly Refusal NotConfirmed = new(401, "invalid_credentials", "The provider did not confirm this sign-in. Begin again.");

    private sealed record Row(string Provider, string State, string Nonce, string Verifier, string RedirectUri);

    public IReadOnlyList<ProviderView> Offered(string audience) => [.. providers.For(audience).Select(provider => new ProviderView(provider.Id, provider.Options.Name))];

    public async Task<SignInFlow> BeginAsync(string audience, BeginSignIn input, string address, CancellationToken cancellationToken)
    {
        if (providers.Find(input.Provider, audience) is not { } provider) throw new RefusedException(Refusal.Invalid("/provider", "unknown_provider", "There is no such provider here."));
        if (!provider.Options.RedirectUris.Contains(input.RedirectUri)) throw new RefusedException(Refusal.Invalid("/redirectUri", "not_registered", "This is none of the addresses that were agreed on."));
        await attempts.TakeAsync(null, address, cancellationToken);
        var known = await AskAsync(provider, () => provider.DescribeAsync(cancellationToken));
        var (flow, state, nonce, verifier) = (SecretToken.New(Prefix), SecretToken.New(""), SecretToken.New(""), SecretToken.New(""));
        await database.CommitAsync(new Commit().Add($"DELETE FROM sign_in_flows WHERE expires_at <= {Sql.Now}").Add($"""
            INSERT INTO sign_in_flows (hash, audience, provider, state, nonce, verifier, redirect_uri, expires_at)
            VALUES ({SecretToken.HashOf(flow)}, {audience}, {provider.Id}, {SecretToken.HashOf(state)}, {nonce}, {verifier}, {input.RedirectUri}, {Sql.Now} + {(long)Life.TotalMilliseconds})
            """), cancellationToken);
        return new(flow, AddressOf(known, provider.Options, input.RedirectUri, state, nonce, verifier), clock.GetUtcNow() + Life);
    }

    /// <summary>Who it was; the flow is used up by the attempt.</summary>
    public async Task<OpenIdPerson> FinishAsync(string audience, ProviderAnswer input, string address, CancellationToken cancellationToken)
    {
        await attempts.TakeAsync(null, address, cancellationToken);
        var row = SecretToken.Is(input.Flow, Prefix) ? await TakeAsync(audience, input.Flow, cancellationToken) : null;
        if (row is null || providers.Find(row.Provider, audience) is not { } provider) throw new RefusedException(NotConfirmed);
        if (input.State.Length > 200 || !string.Equals(row.State, SecretToken.HashOf(input.State), StringComparison.Ordinal) || input.Code.Length is 0 or > 4_000) throw new RefusedException(NotConfirmed);
        var known = await AskAsync(provider, () => provider.DescribeAsync(cancellationToken));
        // Another provider's answer, slipped in for this one's (RFC 9207).
        if (input.Iss is null ? known.SendsIssuer : input.Iss != provider.Options.Issuer) throw new RefusedException(NotConfirmed);
        return await AskAsync(provider, () => provider.ExchangeAsync(input.Code, row.Verifier, row.RedirectUri, row.Nonce, cancellationToken)) ?? throw new RefusedException(NotConfirmed);
    }

    private async Task<Row?> TakeAsync(string audience, string flow, CancellationToken cancellationToken)
    {
        var hash = SecretToken.HashOf(flow);
        var row = await database.FirstAsync<Row>($"SELECT provider, state, nonce, verifier, redirect_uri AS RedirectUri FROM sign_in_flows WHERE hash = {hash} AND audience = {audience} AND expires_at > {Sql.Now}", cancellationToken);
        if (row is null) return null;
        try
        {
            await database.CommitAsync(new Commit().Require($"DELETE FROM sign_in_flows WHERE hash = {hash}", 1, Used), cancellationToken);
            return row;
        }
        catch (GuardFailedException)
        {
            return null;
        }
    }

    private static string AddressOf(ProviderDescription known, ProviderOptions options, string redirectUri, string state, string nonce, string verifier)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        (string, string)[] query =
        [
            ("response_type", "code"), ("client_id", options.ClientId), ("redirect_uri", redirectUri), ("scope", options.Scope), ("state", state), ("nonce", nonce),
            ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ];
        var joint = known.AuthorizationEndpoint.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return known.AuthorizationEndpoint + joint + string.Join('&', query.Select(pair => $"{pair.Item1}={WebUtility.UrlEncode(pair.Item2)}"));
    }

    private async Task<T> AskAsync<T>(Provider provider, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ProviderException silent)
        {
            Log.Silent(logger, provider.Id, silent);
            throw new RefusedException(new(503, "service_unavailable", $"{provider.Options.Name} cannot be asked now. Begin again in a moment.") { RetryAfter = TimeSpan.FromSeconds(5) });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The sign-in provider {Provider} cannot be asked")]
        public static partial void Silent(ILogger logger, string provider, Exception error);
    }
}
