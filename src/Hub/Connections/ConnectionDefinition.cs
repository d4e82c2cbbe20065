using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>
/// What a connection is made of. <paramref name="Settings"/> hold the secrets, so this never leaves the hub as it is. A secret may also be the
/// name of one, <c>{"$secret": "STRIPE_KEY"}</c>, whose value is <c>Secrets:Values:STRIPE_KEY</c> of the hub's own settings.
/// </summary>
internal sealed record ConnectionDefinition(string Id, Connector Connector, JsonObject Settings, bool Enabled)
{
    public ConnectionTerms Terms { get; init; } = new();

    /// <summary>The settings that are secret, by the connector's schema.</summary>
    public IEnumerable<string> SecretNames => SecretsOf(Connector);

    /// <summary>The settings without the secrets; names of secrets stay, because they tell nothing.</summary>
    public JsonObject ShownSettings()
    {
        var shown = Settings.DeepClone().AsObject();
        foreach (var name in SecretNames) if (shown[name] is not null && ReferenceIn(shown[name]) is null) shown.Remove(name);
        return shown;
    }

    public static string? ReferenceIn(JsonNode? value) => value is JsonObject { Count: 1 } reference && reference["$secret"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The scheme, host and port of each setting that is an address.</summary>
    public IEnumerable<(string Setting, string Origin)> Origins() =>
        from setting in Settings
        where !SecretNames.Contains(setting.Key) && setting.Value is JsonValue
        let text = setting.Value.AsValue().TryGetValue<string>(out var written) ? written : ""
        let address = Uri.TryCreate(text, UriKind.Absolute, out var parsed) ? parsed : null
        where address?.Scheme is "http" or "https"
        select (setting.Key, address.GetLeftPart(UriPartial.Authority));

    public static IEnumerable<string> SecretsOf(Connector connector) =>
        from member in connector.SettingsSchema["properties"]?.AsObject() ?? []
        where member.Value is JsonObject schema && schema["writeOnly"]?.GetValue<bool>() == true
        select member.Key;
}

/// <summary>A definition with the client that was made from it. Calls that have the client finish with it, whatever is configured meanwhile.</summary>
/// <param name="Version">0 for a connection of the settings file.</param>
/// <param name="Client">Null when none could be made; <paramref name="Problem"/> says why.</param>
internal sealed record Connection(ConnectionDefinition Definition, long Version, IPort? Client, CallHealth Health, string? Problem);
