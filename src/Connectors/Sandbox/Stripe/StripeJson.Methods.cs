using System.Text.Json;

namespace Composable.Sandbox.Stripe;

internal static partial class StripeJson
{
    public static void PaymentMethod(Utf8JsonWriter json, string token)
    {
        if (TestCards.Find(token) is null)
        {
            throw StripeRefusal.NoSuch("PaymentMethod", token, "payment_method");
        }

        json.WriteStartObject();
        json.WriteString("id", token);
        json.WriteString("object", "payment_method");
        json.WriteStartObject("billing_details");
        json.WriteEndObject();
        json.WriteStartObject("card");
        json.WriteString("brand", token.Contains("mastercard", StringComparison.Ordinal) ? "mastercard" : "visa");
        json.WriteString("country", "US");
        json.WriteString("funding", "credit");
        json.WriteString("last4", token.Contains("mastercard", StringComparison.Ordinal) ? "4444" : "4242");
        json.WriteEndObject();
        json.WriteNumber("created", 0);
        json.WriteNull("customer");
        json.WriteBoolean("livemode", false);
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteString("type", "card");
        json.WriteEndObject();
    }
}
