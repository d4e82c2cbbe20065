namespace Composable.Contracts;

/// <summary>Somebody to sign in with, such as a company's own directory.</summary>
public sealed record ProviderView(string Id, string Name);

/// <param name="RedirectUri">One of those that were registered for this provider, exactly.</param>
public sealed record BeginSignIn(string Provider, string RedirectUri);

/// <param name="Flow">Stays with the browser that began and is sent when it comes back; it is in no address.</param>
/// <param name="Url">Where to send the browser.</param>
public sealed record SignInFlow(string Flow, string Url, DateTimeOffset ExpiresAt);

/// <summary>What the provider sent the browser back with.</summary>
/// <param name="Iss">When it was there.</param>
public sealed record ProviderAnswer(string Flow, string State, string Code, string? Iss = null);

/// <summary>The same of a customer, who may bring a cart along as with a password.</summary>
public sealed record FinishSignIn(string Flow, string State, string Code, string? Iss = null, string? CartId = null, string? Strategy = null, string? Device = null);

/// <param name="Name">What people know the provider by.</param>
public sealed record IdentityView(string Provider, string Name, DateTimeOffset LinkedAt);
