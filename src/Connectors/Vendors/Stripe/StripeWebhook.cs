using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>Checks Stripe's signature on the raw bytes and reads what the event claims.</summary>
internal static class StripeWebhook
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    public static WebhookReading Read(WebhookRequest request, StripeSettings settings)
    {
        if (!request.WasVerified && Refusal(request, settings.WebhookSecret) is { } reason) return new WebhookReading.Refused(reason);
        try
        {
            var read = JsonSerializer.Deserialize(request.Body.Span, StripeJson.Default.StripeEvent) ?? throw new JsonException();
            if (read.Livemode is { } live && live != settings.Environment is StripeEnvironment.Live) return new WebhookReading.Refused("The event is of the other environment.");
            return new WebhookReading.Verified(read.Id, read.Type, Notice(read.Type, read.Data.Object));
        }
        catch (JsonException)
        {
            return new WebhookReading.Refused("The body is not a Stripe event.");
        }
    }

    private static string? Refusal(WebhookRequest request, string? secrets)
    {
        if (string.IsNullOrWhiteSpace(secrets)) return "The connection has no webhook secret.";
        if (request.Header("Stripe-Signature") is not { Length: > 0 and < 4096 } header) return "The signature is missing.";

        var parts = header.Split(',', StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToLookup(part => part[0], part => part[1]);
        if (!long.TryParse(parts["t"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var sent)) return "The signature has no time.";
        // Both ways: a time in the future would let a captured notice be replayed until then.
        if (Math.Abs(request.Now.ToUnixTimeSeconds() - sent) > (long)Tolerance.TotalSeconds) return "The signature is too old.";

        var signed = (byte[])[.. Encoding.ASCII.GetBytes($"{parts["t"].First()}."), .. request.Body.Span];
        var candidates = parts["v1"].Select(candidate => Encoding.ASCII.GetBytes(candidate)).ToList();
        // Both lists may hold two while a secret is being replaced, on Stripe's side or on ours.
        var genuine = false;
        foreach (var secret in secrets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)));
            foreach (var candidate in candidates) genuine |= CryptographicOperations.FixedTimeEquals(expected, candidate);
        }

        return genuine ? null : "The signature does not fit the body.";
    }

    private static VendorNotice Notice(string type, StripeEventObject of)
    {
        var amount = of is { Amount: { } units, Currency: { } currency } ? StripeMoney.FromWire(units, currency) : null;
        return (type.Split('.'), of, amount) switch
        {
            (["payment_intent", ..], { Id: { } intent }, { } money) => new VendorNotice.PaymentChanged(intent, Reference(of), money),
            // A charge inherits the metadata of its intent; a refund carries the reference of the refund, which names no attempt.
            (["charge", "refunded"], { PaymentIntent: { } intent }, { } money) => new VendorNotice.PaymentChanged(intent, Reference(of), money),
            (["refund", ..] or ["charge", "refund", ..], { Id: { } refund, PaymentIntent: { } intent, Status: "succeeded" or "failed" or "canceled" }, { } money) =>
                new VendorNotice.TransferChanged(TransferKind.Refund, refund, Reference(of), intent, of.Status == "succeeded", money),
            (["refund", ..] or ["charge", "refund", ..], { PaymentIntent: { } intent }, { } money) => new VendorNotice.PaymentChanged(intent, null, money),
            (["charge", "dispute", "created"], { Id: { } dispute, PaymentIntent: { } intent }, { } money) =>
                new VendorNotice.DisputeOpened(dispute, intent, money, of.Reason ?? "general"),
            (["charge", "dispute", "closed"], { Id: { } dispute, PaymentIntent: { } intent }, _) =>
                new VendorNotice.DisputeClosed(dispute, intent, of.Status is "won" or "warning_closed"),
            _ => new VendorNotice.Other(),
        };
    }

    private static string? Reference(StripeEventObject of) => of.Metadata?.GetValueOrDefault(StripeClient.ReferenceKey);
}
