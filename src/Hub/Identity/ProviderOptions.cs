using System.ComponentModel.DataAnnotations;

namespace Composable.Hub.Identity;

/// <summary>Another provider (OpenID Connect) that customers or staff may sign in with: <c>SignIn:Providers:{id}</c>.</summary>
internal sealed class ProviderOptions
{
    public const string Customers = "customers", Staff = "staff";

    private static readonly string[] KnownAlgorithms = ["RS256", "PS256", "ES256", "ES384"];

    /// <summary>What people know it by.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>As the provider itself writes it; its description is looked for below.</summary>
    [Required, Url]
    public string Issuer { get; set; } = "";

    [Required]
    public string ClientId { get; set; } = "";

    /// <summary>None for a client that has only PKCE.</summary>
    public string? ClientSecret { get; set; }

    /// <summary><c>customers</c> or <c>staff</c>. Default: customers.</summary>
    public string For { get; set; } = Customers;

    /// <summary>Pages of the storefront or the console that people come back to, exactly as registered with the provider.</summary>
    public IList<string> RedirectUris { get; } = [];

    /// <summary>Default: openid email profile.</summary>
    public string Scope { get; set; } = "openid email profile";

    /// <summary>What the provider signs with, and nothing else is taken. Default: RS256.</summary>
    public string Algorithm { get; set; } = "RS256";

    /// <summary>Of staff: the claim that holds their groups. With it, roles are given by the provider at every sign-in; without it, by us.</summary>
    public string? RolesClaim { get; set; }

    /// <summary>Of staff: which group has which role. Who has none does not enter.</summary>
    public IDictionary<string, string> Roles { get; } = new Dictionary<string, string>();

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Wrong(bool allowPlain) =>
        Name.Length == 0 || ClientId.Length == 0 ? "needs a Name and a ClientId."
        : !IsAddress(Issuer, allowPlain) || new Uri(Issuer).Query.Length > 0 ? "needs an Issuer, which is an https address."
        : For is not (Customers or Staff) ? "is For customers or staff."
        : RedirectUris.Count == 0 || RedirectUris.Any(uri => !IsAddress(uri, allowPlain) && !IsLoopback(uri)) ? "needs RedirectUris, which are https addresses."
        : !KnownAlgorithms.Contains(Algorithm) ? $"has an Algorithm: {string.Join(", ", KnownAlgorithms)}."
        : !Scope.Split(' ').Contains("openid") ? "has the scope openid."
        : RolesClaim is not null && (For != Staff || Roles.Count == 0) ? "has a RolesClaim, which needs Roles and is for staff."
        : null;

    public static bool IsAddress(string? text, bool allowPlain) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0 && (uri.Scheme == Uri.UriSchemeHttps || (allowPlain && uri.Scheme == Uri.UriSchemeHttp));

    private static bool IsLoopback(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { IsLoopback: true, Fragment: "" };
}
