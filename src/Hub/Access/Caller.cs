using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Http;

namespace Composable.Hub.Access;

internal enum CallerKind
{
    Anonymous,
    Publishable,
    Secret,
}

/// <summary>Who is calling. Known from keys and tokens only, never from other headers.</summary>
/// <param name="Id">Scope of idempotency keys; never the key itself.</param>
internal sealed record Caller(CallerKind Kind, string Id, IReadOnlyList<string> Scopes, string? CartToken)
{
    public static Caller Of(HttpContext context)
    {
        if (context.Items[typeof(Caller)] is Caller known) return known;
        var caller = Resolve(context);
        context.Items[typeof(Caller)] = caller;
        return caller;
    }

    public bool May(string scope) => Scopes.Contains("*") || Scopes.Contains(scope);

    /// <summary>Whether the guest token belongs to the resource; a secret key reaches everything.</summary>
    public bool Owns(string tokenHash) => Kind == CallerKind.Secret
        || (CartToken is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CartTokens.HashOf(CartToken)), Encoding.ASCII.GetBytes(tokenHash)));

    private static Caller Resolve(HttpContext context)
    {
        var request = context.Request;
        var token = request.Headers["Hub-Cart-Token"].FirstOrDefault() ?? request.Cookies["hub_cart_token"];
        token = token is { Length: > 0 and <= 200 } ? token : null;
        var key = request.Headers["Hub-Key"].FirstOrDefault() ?? Bearer(request.Headers.Authorization.FirstOrDefault());
        if (key is not null) return context.RequestServices.GetRequiredService<AccessKeys>().Find(key) is { } found ? new(found.Kind, found.Id, found.Scopes, token) : throw Unknown();
        return new(CallerKind.Anonymous, token is null ? "anonymous" : "guest:" + CartTokens.HashOf(token), [], token);
    }

    private static string? Bearer(string? header) => header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? header[7..].Trim() : null;

    private static RefusedException Unknown() => new(new Refusal(401, "unauthenticated", "This key is not known."));
}

/// <summary>A guest cart is reached by its id and a token that only its creator was given; the hub keeps the token's hash.</summary>
internal static class CartTokens
{
    public static (string Token, string Hash) New()
    {
        var token = "ct_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        return (token, HashOf(token));
    }

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
