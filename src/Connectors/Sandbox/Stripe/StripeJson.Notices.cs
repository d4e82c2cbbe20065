using System.Text.Json;

namespace Composable.Sandbox.Stripe;

internal static partial class StripeJson
{
    public static void Charge(Utf8JsonWriter json, PaymentIntent intent)
    {
        var failed = intent.LastError is not null;
        json.WriteStartObject();
        json.WriteString("id", intent.ChargeId);
        json.WriteString("object", "charge");
        json.WriteNumber("amount", intent.Amount);
        json.WriteNumber("amount_captured", intent.Received);
        // What a capture or a cancellation released counts as refunded at Stripe.
        json.WriteNumber("amount_refunded", intent.Refunded + intent.Released());
        json.WriteBoolean("captured", intent.Received > 0);
        json.WriteNumber("created", intent.Created);
        json.WriteString("currency", intent.Currency);
        json.WriteBoolean("disputed", intent.DisputeId is not null);
        json.WriteString("failure_code", intent.LastError?.Code);
        json.WriteString("failure_message", intent.LastError?.Message);
        json.WriteBoolean("livemode", false);
        Strings(json, "metadata", intent.Metadata);
        json.WriteBoolean("paid", !failed);
        json.WriteString("payment_intent", intent.Id);
        json.WriteString("payment_method", intent.PaymentMethod);
        json.WriteBoolean("refunded", !failed && intent.Refunded + intent.Released() == intent.Amount);
        json.WriteString("status", failed ? "failed" : "succeeded");
        json.WriteEndObject();
    }

    public static void Event(Utf8JsonWriter json, StripeEvent notice, StripeEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", notice.Id);
        json.WriteString("object", "event");
        json.WriteString("api_version", ApiVersion);
        json.WriteNumber("created", notice.Created);
        json.WriteStartObject("data");
        json.WritePropertyName("object");
        switch (notice.Type)
        {
            case "charge.refunded":
                Charge(json, entry.Intent!);
                break;
            case ['r', ..]:
                Refund(json, entry.Refund!);
                break;
            case ['c', ..]:
                Dispute(json, entry.Dispute!);
                break;
            default:
                Intent(json, entry.Intent!);
                break;
        }

        json.WriteEndObject();
        json.WriteBoolean("livemode", false);
        json.WriteNumber("pending_webhooks", 1);
        json.WriteStartObject("request");
        json.WriteString("id", notice.RequestId);
        json.WriteString("idempotency_key", notice.IdempotencyKey);
        json.WriteEndObject();
        json.WriteString("type", notice.Type);
        json.WriteEndObject();
    }

    public static void Dispute(Utf8JsonWriter json, Dispute dispute)
    {
        json.WriteStartObject();
        json.WriteString("id", dispute.Id);
        json.WriteString("object", "dispute");
        json.WriteNumber("amount", dispute.Amount);
        json.WriteStartArray("balance_transactions");
        json.WriteEndArray();
        json.WriteString("charge", dispute.Charge);
        json.WriteNumber("created", dispute.Created);
        json.WriteString("currency", dispute.Currency);
        Strings(json, "evidence", dispute.Evidence);
        json.WriteBoolean("is_charge_refundable", false);
        json.WriteBoolean("livemode", false);
        Strings(json, "metadata", dispute.Metadata);
        json.WriteString("payment_intent", dispute.Intent);
        json.WriteString("reason", "fraudulent");
        json.WriteString("status", dispute.Status);
        json.WriteEndObject();
    }

    public static void Endpoint(Utf8JsonWriter json, WebhookEndpoint endpoint, bool withSecret)
    {
        json.WriteStartObject();
        json.WriteString("id", endpoint.Id);
        json.WriteString("object", "webhook_endpoint");
        json.WriteString("api_version", endpoint.ApiVersion);
        json.WriteNumber("created", endpoint.Created);
        json.WriteString("description", endpoint.Description);
        json.WriteStartArray("enabled_events");
        foreach (var type in endpoint.Events)
        {
            json.WriteStringValue(type);
        }

        json.WriteEndArray();
        json.WriteBoolean("livemode", false);
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        if (withSecret)
        {
            json.WriteString("secret", endpoint.Secret);
        }

        json.WriteString("status", "enabled");
        json.WriteString("url", endpoint.Url);
        json.WriteEndObject();
    }
}
