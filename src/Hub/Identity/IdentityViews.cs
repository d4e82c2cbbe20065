namespace Composable.Hub.Identity;

/// <summary>Somebody to sign in with.</summary>
internal sealed record ProviderView(string Id, string Name);

/// <param name="RedirectUri">One of those that were registered for this provider, exactly.</param>
internal sealed record BeginSignIn(string Provider, string RedirectUri);

/// <param name="Flow">Stays with the browser that began and is sent when it comes back; it is in no address.</param>
/// <param name="Url">Where to send the browser.</param>
internal sealed record FlowView(string Flow, string Url, DateTimeOffset ExpiresAt);

/// <summary>What the provider sent the browser back with.</summary>
internal record ProviderAnswer(string Flow, string State, string Code, string? Iss = null);
