using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Hub.Access.Proving;

namespace Composable.Hub.Identity;

/// <summary>Who a provider says that somebody is.</summary>
/// <param name="Subject">Theirs for ever, with this provider. The address may become somebody else's.</param>
internal sealed record OpenIdPerson(string Provider, string Subject, JsonObject Claims)
{
    /// <summary>Null unless the provider vouches for it.</summary>
    public string? Email => IsVouchedFor && SignedToken.Text(Claims, "email") is { Length: > 0 and <= 254 } email ? email.Trim() : null;

    public string? Name => SignedToken.Text(Claims, "name") is { Length: > 0 and <= 200 } name && !name.Any(char.IsControl) ? name : null;

    // Some providers write the truth in quotes.
    private bool IsVouchedFor => Claims["email_verified"] is JsonValue value && (value.GetValueKind() == JsonValueKind.True || SignedToken.Text(Claims, "email_verified") == "true");

    /// <summary>The texts of a claim that is one or a list.</summary>
    public IReadOnlyList<string> Texts(string claim) => Claims[claim] switch
    {
        JsonArray list => [.. list.OfType<JsonValue>().Where(item => item.GetValueKind() == JsonValueKind.String).Select(item => item.GetValue<string>())],
        _ => SignedToken.Text(Claims, claim) is { } one ? [one] : [],
    };
}
