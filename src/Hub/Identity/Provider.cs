using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Access.Proving;

namespace Composable.Hub.Identity;

/// <summary>The provider did not do its part; whoever wanted to sign in did nothing wrong.</summary>
internal sealed class ProviderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Asks one provider who somebody is: code for tokens, tokens for claims. What is not exactly as it should be is nobody.</summary>
internal sealed class Provider(string id, ProviderOptions options, HttpClient http, bool allowPlain, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1), KeysAgain = TimeSpan.FromSeconds(30), LongestAge = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim reading = new(1);
    private ProviderDescription? description;
    private DateTimeOffset describedAt = DateTimeOffset.MinValue;
    private ProviderKeys keys = ProviderKeys.None;

    public string Id { get; } = id;

    public ProviderOptions Options { get; } = options;

    /// <exception cref="ProviderException">It cannot be reached, and was never read.</exception>
    public async Task<ProviderDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        if (description is { } known && clock.GetUtcNow() - describedAt < Fresh) return known;
        try
        {
            var json = await JsonAsync(new(HttpMethod.Get, Options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration"), cancellationToken);
            description = ProviderDescription.Read(json, Options.Issuer, allowPlain) ?? throw new ProviderException("What the provider says of itself is not for this issuer.");
            describedAt = clock.GetUtcNow();
            return description;
        }
        catch (ProviderException) when (description is not null)
        {
            // What it said last is better than nobody signing in.
            return description;
        }
    }

    /// <summary>Null when the provider does not confirm it.</summary>
    /// <exception cref="ProviderException">It cannot be asked now.</exception>
    public async Task<OpenIdPerson?> ExchangeAsync(string code, string verifier, string redirectUri, string nonce, CancellationToken cancellationToken)
    {
        var known = await DescribeAsync(cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, known.TokenEndpoint);
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = redirectUri, ["code_verifier"] = verifier };
        if (Options.ClientSecret is { } secret && known.TakesBasic) request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(Options.ClientId)}:{Uri.EscapeDataString(secret)}")));
        else form["client_id"] = Options.ClientId;
        if (Options.ClientSecret is { } posted && !known.TakesBasic) form["client_secret"] = posted;
        request.Content = new FormUrlEncodedContent(form);
        var tokens = await JsonAsync(request, cancellationToken, refusable: true);
        if (SignedToken.Text(tokens, "id_token") is not { } idToken || await OpenAsync(idToken, known, cancellationToken) is not { } claims || !IsRight(claims, nonce)) return null;
        var person = new OpenIdPerson(Id, SignedToken.Text(claims, "sub")!, claims);
        return SignedToken.Text(claims, "email") is null && known.UserInfoEndpoint is { } endpoint && SignedToken.Text(tokens, "access_token") is { } access ? await MoreAsync(person, endpoint, access, cancellationToken) : person;
    }

    public void Dispose() => reading.Dispose();

    private bool IsRight(JsonObject claims, string nonce) =>
        SignedToken.Text(claims, "iss") == Options.Issuer && SignedToken.IsFor(claims, Options.ClientId) && (!claims.ContainsKey("azp") || SignedToken.Text(claims, "azp") == Options.ClientId)
        && SignedToken.Text(claims, "nonce") == nonce && SignedToken.Text(claims, "sub") is { Length: > 0 and <= 255 }
        && SignedToken.Time(claims, "iat") is { } issued && issued > clock.GetUtcNow() - LongestAge;

    /// <summary>A key that is not known may be new: it is looked for, but not at anybody's pace.</summary>
    private async Task<JsonObject?> OpenAsync(string idToken, ProviderDescription known, CancellationToken cancellationToken)
    {
        if (SignedToken.Open(idToken, keys.Keys, clock.GetUtcNow(), "jwt") is { } claims) return claims;
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (clock.GetUtcNow() - keys.ReadAt > KeysAgain) keys = ProviderKeys.Read(await JsonAsync(new(HttpMethod.Get, known.KeysAddress), cancellationToken), Options.Algorithm, clock.GetUtcNow());
        }
        finally
        {
            reading.Release();
        }

        return SignedToken.Open(idToken, keys.Keys, clock.GetUtcNow(), "jwt");
    }

    /// <summary>Some providers keep the address for those who ask once more.</summary>
    private async Task<OpenIdPerson?> MoreAsync(OpenIdPerson person, string endpoint, string access, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint);
        request.Headers.Authorization = new("Bearer", access);
        var claims = await JsonAsync(request, cancellationToken);
        if (SignedToken.Text(claims, "sub") != person.Subject) return null;
        foreach (var (name, value) in person.Claims) claims[name] = value?.DeepClone();
        return person with { Claims = claims };
    }

    /// <param name="refusable">Whether a 4xx is an answer: nobody is confirmed.</param>
    private async Task<JsonObject> JsonAsync(HttpRequestMessage request, CancellationToken cancellationToken, bool refusable = false)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (refusable && (int)response.StatusCode is >= 400 and < 500) return [];
            if (!response.IsSuccessStatusCode) throw new ProviderException($"The provider answered {(int)response.StatusCode}.");
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken), documentOptions: new() { MaxDepth = 16 }) as JsonObject ?? throw new ProviderException("The provider's answer is no JSON object.");
        }
        catch (Exception silent) when (silent is HttpRequestException or System.Text.Json.JsonException or InvalidOperationException or Composable.Connectors.Sdk.VendorException || (silent is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ProviderException("The provider cannot be asked now.", silent);
        }
    }
}
