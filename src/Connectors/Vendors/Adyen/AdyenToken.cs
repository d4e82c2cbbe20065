using System.Text.Json;

namespace Composable.Connectors.Adyen;

/// <summary>The two kinds of method token: the id of a kept method, or the JSON object that Adyen's card form hands to the storefront.</summary>
internal static class AdyenToken
{
    private const int LongestId = 64;
    private const int LongestForm = 40_000;

    /// <summary>Null when it is neither, or holds anything but encrypted card data.</summary>
    public static AdyenMethod? Read(string token)
    {
        if (token.Length is 0 or > LongestForm) return null;
        if (token[0] != '{') return token.Length <= LongestId && token.All(letter => letter is > ' ' and < '\x7f') ? new AdyenMethod("scheme") { StoredPaymentMethodId = token } : null;
        try
        {
            var form = JsonSerializer.Deserialize(token, AdyenMethodJson.Default.AdyenMethod);
            return form is { Type: "scheme" } and ({ EncryptedCardNumber: not null, EncryptedExpiryMonth: not null, EncryptedExpiryYear: not null } or { StoredPaymentMethodId: not null }) ? form : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
