using System.Text.Json;

namespace Composable.Sandbox.Stripe;

internal static partial class StripeJson
{
    public static void Customer(Utf8JsonWriter json, Customer customer)
    {
        json.WriteStartObject();
        json.WriteString("id", customer.Id);
        json.WriteString("object", "customer");
        json.WriteNumber("created", customer.Created);
        json.WriteString("email", customer.Email);
        json.WriteBoolean("livemode", false);
        Strings(json, "metadata", customer.Metadata);
        json.WriteEndObject();
    }

    private static void Removal(Utf8JsonWriter json, string id, string what)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", what);
        json.WriteBoolean("deleted", true);
        json.WriteEndObject();
    }

    /// <param name="card">The test method it is, or behaves as.</param>
    /// <param name="kept">Null for a test method that anybody may use.</param>
    public static void Method(Utf8JsonWriter json, string id, string card, KeptMethod? kept = null)
    {
        var mastercard = card.Contains("mastercard", StringComparison.Ordinal);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("object", "payment_method");
        json.WriteStartObject("billing_details");
        json.WriteEndObject();
        json.WriteStartObject("card");
        json.WriteString("brand", mastercard ? "mastercard" : "visa");
        json.WriteString("country", "US");
        json.WriteNumber("exp_month", 3);
        json.WriteNumber("exp_year", 2030);
        json.WriteString("funding", "credit");
        json.WriteString("last4", mastercard ? "4444" : "4242");
        json.WriteEndObject();
        json.WriteNumber("created", kept?.Created ?? 0);
        json.WriteString("customer", kept?.Customer);
        json.WriteBoolean("livemode", false);
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteString("type", "card");
        json.WriteEndObject();
    }
}
