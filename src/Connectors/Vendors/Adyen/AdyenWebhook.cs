using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>Checks the signature of every item of a standard webhook and reads what each claims.</summary>
internal static class AdyenWebhook
{
    private const int MostItems = 200;
    private const string SignatureKey = "hmacSignature";

    public static WebhookReading Read(WebhookRequest request, AdyenSettings settings)
    {
        var keys = settings.HmacKeys.Select(Convert.FromHexString).ToList();
        if (keys.Count == 0 && !request.WasVerified) return new WebhookReading.Refused("The connection has no HMAC key.");
        if (!request.WasVerified && !IsWelcome(request, settings)) return new WebhookReading.Refused("User or password are not those of the connection.");
        try
        {
            var read = JsonSerializer.Deserialize(request.Body.Span, AdyenJson.Default.AdyenNoticeBody) ?? throw new JsonException();
            if (read.Live != (settings.Environment is AdyenEnvironment.Live ? "true" : "false")) return new WebhookReading.Refused("The notice is of the other environment.");
            if (read.NotificationItems.Count is 0 or > MostItems) return new WebhookReading.Refused("The notice has no items, or too many.");
            var events = new List<WebhookReading.Verified>(read.NotificationItems.Count);
            foreach (var item in read.NotificationItems)
            {
                // One item that is not genuine spoils all: who put it there also chose the others.
                if (item?.Notice is not { } notice || !(request.WasVerified || IsGenuine(notice, keys))) return new WebhookReading.Refused("The signature does not fit the item.");
                if (notice.MerchantAccountCode != settings.MerchantAccount) return new WebhookReading.Refused("The notice is of another merchant account.");
                if (notice.Success is not ("true" or "false")) return new WebhookReading.Refused("The item does not say how it ended.");
                events.Add(new WebhookReading.Verified($"{notice.PspReference}:{notice.EventCode}:{notice.Success}", notice.EventCode, AdyenNotices.Of(notice)));
            }

            return events is [var single] ? single : new WebhookReading.Batch(events);
        }
        catch (JsonException)
        {
            return new WebhookReading.Refused("The body is not an Adyen notice.");
        }
    }

    /// <summary>Basic authentication, where staff have set one for the webhook.</summary>
    private static bool IsWelcome(WebhookRequest request, AdyenSettings settings)
    {
        if (settings.WebhookUser is null) return true;
        var expected = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.WebhookUser}:{settings.WebhookPassword}"))}";
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(request.Header("Authorization") ?? ""));
    }

    private static bool IsGenuine(AdyenNotice notice, List<byte[]> keys)
    {
        if (notice.AdditionalData?.GetValueOrDefault(SignatureKey) is not { Length: > 0 and < 200 } signature) return false;
        // What is signed is joined by colons that nothing escapes: without this, genuine text could be cut into fields at other places.
        if ($"{notice.PspReference}{notice.OriginalReference}{notice.Amount.Currency}{notice.EventCode}".Contains(':', StringComparison.Ordinal)) return false;
        var signed = Encoding.UTF8.GetBytes(string.Join(':',
            notice.PspReference, notice.OriginalReference, notice.MerchantAccountCode, notice.MerchantReference,
            notice.Amount.Value.ToString(CultureInfo.InvariantCulture), notice.Amount.Currency, notice.EventCode, notice.Success));
        var claimed = Encoding.UTF8.GetBytes(signature);
        // Two keys are known while one replaces the other; all are tried, so that time tells nothing.
        var genuine = false;
        foreach (var key in keys) genuine |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(key, signed))), claimed);
        return genuine;
    }
}
