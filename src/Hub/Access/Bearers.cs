using Composable.Hub.Http;

namespace Composable.Hub.Access;

/// <summary>A kind of token that stands for somebody and is looked up once a request.</summary>
internal interface IBearer
{
    /// <summary>What such tokens begin with.</summary>
    string Prefix { get; }

    /// <summary>The caller with what the token gives them; null when it is worth nothing.</summary>
    Task<Caller?> FindAsync(string token, Caller caller, CancellationToken cancellationToken);
}

/// <summary>Tokens in <c>Authorization</c> that are no keys: they say nothing by themselves, and are worth what their row in the database is.</summary>
internal sealed class Bearers(IEnumerable<IBearer> kinds)
{
    private static readonly string[] Prefixes = [Sessions.Prefix, StaffSessions.Prefix, Keys.AccessTokens.Prefix];

    /// <summary>The token of a request, whether it is worth anything or not.</summary>
    public static string? TokenOf(HttpContext context) => Caller.Bearer(context) is { } bearer && Array.Exists(Prefixes, prefix => bearer.StartsWith(prefix, StringComparison.Ordinal)) ? bearer : null;

    /// <summary>From here on the request is whose the token is, or when it is worth nothing nobody's.</summary>
    public async Task<Caller?> EnterAsync(HttpContext context, string token)
    {
        if (Caller.Find(context) is not { } caller) return null;
        var kind = kinds.First(kind => token.StartsWith(kind.Prefix, StringComparison.Ordinal));
        var found = SecretToken.Is(token, kind.Prefix) ? await kind.FindAsync(token, caller, context.RequestAborted) : null;
        Caller.Enter(context, found);
        return found;
    }
}
