using Composable.Hub.Http;

namespace Composable.Hub.Customers.Passkeys;

/// <summary>For whom authenticators make passkeys, and on whose pages they are shown.</summary>
internal sealed record PasskeyParty(string Domain, IReadOnlyList<string> Origins)
{
    public static PasskeyParty Of(PasskeyOptions passkeys, CustomerOptions customers)
    {
        var storefront = Uri.TryCreate(customers.StorefrontUrl, UriKind.Absolute, out var url) ? url : null;
        return new(passkeys.RelyingParty ?? storefront?.IdnHost ?? "", passkeys.Origins.Count > 0 ? [.. passkeys.Origins] : storefront is null ? [] : [OriginOf(storefront)]);
    }

    /// <summary>Whether the settings can work at all. Those that were left out may not: a storefront without a domain, such as 127.0.0.1, has no passkeys.</summary>
    public static bool IsPossible(PasskeyOptions passkeys, CustomerOptions customers)
    {
        var party = Of(passkeys, customers);
        var isDomain = Uri.CheckHostName(party.Domain) == UriHostNameType.Dns && !party.Domain.Any(char.IsAsciiLetterUpper);
        return passkeys is { RelyingParty: null, Origins.Count: 0 } || (isDomain && party.Origins.All(party.IsPlace));
    }

    /// <summary>Exactly one of the origins, and no page of another one around it.</summary>
    public bool Allows(string origin, bool isFramed) => !isFramed && Origins.Any(allowed => WebOrigin.Matches(allowed, origin));

    /// <summary>Browsers show passkeys only over TLS, except on the same machine, and only on the domain or below it.</summary>
    private bool IsPlace(string origin)
    {
        if (!WebOrigin.IsValid(origin) || !Uri.TryCreate(origin.EndsWith(":*", StringComparison.Ordinal) ? origin[..^2] : origin, UriKind.Absolute, out var url)) return false;
        return (url.Scheme == "https" || url.Host == "localhost" || url.Host.EndsWith(".localhost", StringComparison.Ordinal))
            && (url.Host == Domain || url.Host.EndsWith("." + Domain, StringComparison.Ordinal));
    }

    private static string OriginOf(Uri url) => $"{url.Scheme}://{url.IdnHost}{(url.IsDefaultPort ? "" : $":{url.Port}")}";
}
