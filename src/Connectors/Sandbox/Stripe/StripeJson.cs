using System.Text.Json;

namespace Composable.Sandbox.Stripe;

/// <summary>Writes objects as Stripe's API shows them.</summary>
internal static partial class StripeJson
{
    public const string ApiVersion = "2026-10-28.endive";

    public static void Answer(Utf8JsonWriter json, StripeEntry entry)
    {
        switch (entry.Answer.Shows)
        {
            case Shown.Intent:
                Intent(json, entry.Intent!);
                break;
            case Shown.Refund:
                Refund(json, entry.Refund!);
                break;
            case Shown.Dispute:
                Dispute(json, entry.Dispute!);
                break;
            case Shown.Customer:
                Customer(json, entry.Customer!);
                break;
            case Shown.Method:
                Method(json, entry.Method!.Id, entry.Method.Card, entry.Method);
                break;
            case Shown.Endpoint:
                Endpoint(json, entry.Endpoint!, withSecret: true);
                break;
            case Shown.RemovedCustomer:
                Removal(json, entry.Customer!.Id, "customer");
                break;
            case Shown.Removal:
                Removal(json, entry.Endpoint!.Id, "webhook_endpoint");
                break;
            default:
                Error(json, entry.Answer.Error!, entry.Intent);
                break;
        }
    }

    public static void Error(Utf8JsonWriter json, StripeError error, PaymentIntent? intent)
    {
        json.WriteStartObject();
        json.WritePropertyName("error");
        json.WriteStartObject();
        ErrorMembers(json, error);
        if (intent is not null)
        {
            if (error.Type == "card_error" && intent.ChargeId is not null)
            {
                json.WriteString("charge", intent.ChargeId);
            }

            json.WritePropertyName("payment_intent");
            Intent(json, intent);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Intent(Utf8JsonWriter json, PaymentIntent intent)
    {
        json.WriteStartObject();
        json.WriteString("id", intent.Id);
        json.WriteString("object", "payment_intent");
        json.WriteNumber("amount", intent.Amount);
        json.WriteNumber("amount_capturable", intent.Capturable);
        json.WriteNumber("amount_received", intent.Received);
        Optional(json, "canceled_at", intent.CanceledAt);
        json.WriteString("cancellation_reason", intent.CancellationReason);
        json.WriteString("capture_method", intent.CaptureMethod);
        json.WriteString("client_secret", intent.ClientSecret);
        json.WriteString("confirmation_method", "automatic");
        json.WriteNumber("created", intent.Created);
        json.WriteString("currency", intent.Currency);
        json.WriteString("customer", intent.Customer);
        json.WriteString("description", intent.Description);
        json.WritePropertyName("last_payment_error");
        LastError(json, intent.LastError);
        json.WriteString("latest_charge", intent.ChargeId);
        json.WriteBoolean("livemode", false);
        Strings(json, "metadata", intent.Metadata);
        NextAction(json, intent);
        json.WriteString("payment_method", intent.PaymentMethod);
        json.WriteStartArray("payment_method_types");
        json.WriteStringValue("card");
        json.WriteEndArray();
        json.WriteString("receipt_email", intent.ReceiptEmail);
        json.WriteString("setup_future_usage", intent.FutureUsage);
        json.WriteString("statement_descriptor", intent.StatementDescriptor);
        json.WriteString("status", intent.Status);
        json.WriteEndObject();
    }

    public static void Refund(Utf8JsonWriter json, Refund refund)
    {
        json.WriteStartObject();
        json.WriteString("id", refund.Id);
        json.WriteString("object", "refund");
        json.WriteNumber("amount", refund.Amount);
        json.WriteString("charge", refund.Charge);
        json.WriteNumber("created", refund.Created);
        json.WriteString("currency", refund.Currency);
        Strings(json, "metadata", refund.Metadata);
        json.WriteString("payment_intent", refund.Intent);
        json.WriteString("reason", refund.Reason);
        json.WriteString("status", "succeeded");
        json.WriteEndObject();
    }

    private static void ErrorMembers(Utf8JsonWriter json, StripeError error)
    {
        json.WriteString("type", error.Type);
        if (error.Code is not null)
        {
            json.WriteString("code", error.Code);
            json.WriteString("doc_url", "https://stripe.com/docs/error-codes/" + error.Code.Replace('_', '-'));
        }

        if (error.DeclineCode is not null)
        {
            json.WriteString("decline_code", error.DeclineCode);
        }

        json.WriteString("message", error.Message);
        if (error.Param is not null)
        {
            json.WriteString("param", error.Param);
        }
    }

    private static void LastError(Utf8JsonWriter json, StripeError? error)
    {
        if (error is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        ErrorMembers(json, error);
        json.WriteEndObject();
    }

    private static void NextAction(Utf8JsonWriter json, PaymentIntent intent)
    {
        if (intent.ActionUrl is null)
        {
            json.WriteNull("next_action");
            return;
        }

        json.WriteStartObject("next_action");
        json.WriteStartObject("redirect_to_url");
        json.WriteString("return_url", intent.ReturnUrl);
        json.WriteString("url", intent.ActionUrl);
        json.WriteEndObject();
        json.WriteString("type", "redirect_to_url");
        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> members)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in members)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }
}
