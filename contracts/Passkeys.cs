using System.Text.Json;

namespace Composable.Contracts;

/// <param name="Password">Needed when the session was not begun within the last 15 minutes.</param>
public sealed record BeginPasskey(string? Password = null);

/// <summary>What a browser is to ask its authenticator for.</summary>
/// <param name="Flow">Names this attempt. It works once, within 5 minutes.</param>
/// <param name="PublicKey">For <c>PublicKeyCredential.parseCreationOptionsFromJSON</c>, or <c>parseRequestOptionsFromJSON</c>.</param>
public sealed record PasskeyFlowView(string Flow, IReadOnlyDictionary<string, JsonElement> PublicKey);

/// <param name="Credential">What <c>navigator.credentials.create</c> gave, as its <c>toJSON</c> writes it.</param>
/// <param name="Name">What the list of passkeys calls it.</param>
public sealed record AddPasskey(string Flow, IReadOnlyDictionary<string, JsonElement> Credential, string? Name = null);

/// <summary>A key that lies with the customer, on a device or in a password manager.</summary>
public sealed record PasskeyView(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <param name="Credential">What <c>navigator.credentials.get</c> gave, as its <c>toJSON</c> writes it.</param>
/// <param name="CartId">A guest cart to take along; its token comes in <c>Hub-Cart-Token</c>.</param>
/// <param name="Strategy"><c>merge</c> (default), <c>keep_guest</c> or <c>keep_customer</c>.</param>
/// <param name="Device">What the list of devices calls this one; the User-Agent when it is left out.</param>
public sealed record SignInWithPasskey(string Flow, IReadOnlyDictionary<string, JsonElement> Credential, string? CartId = null, string? Strategy = null, string? Device = null);
