using System.Globalization;
using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Adyen;

/// <summary>What the simulated Adyen did with money, for tests to hold against a merchant's own books.</summary>
internal sealed class AdyenLedger(AdyenBooks books, AdyenPipeline pipeline)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGet("/_ledger/adyen", http => Reply.SendAsync(http, 200, Write, FaultPlan.None));

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("charges");
        foreach (var payment in Snapshot())
        {
            Charge(json, payment);
        }

        json.WriteEndArray();
        json.WriteNumber("requests", pipeline.Requests);
        json.WriteEndObject();
    }

    private List<Payment> Snapshot()
    {
        lock (books.Gate)
        {
            return [.. books.Payments.OldestFirst];
        }
    }

    private static void Charge(Utf8JsonWriter json, Payment payment)
    {
        json.WriteStartObject();
        json.WriteString("id", payment.Id);
        json.WriteString("reference", payment.Reference);
        json.WriteNumber("amount", payment.Amount);
        json.WriteNumber("captured", payment.Captured);
        json.WriteNumber("refunded", payment.Refunded);
        json.WriteString("currency", payment.Currency);
        json.WriteString("status", Status(payment));
        json.WriteBoolean("erased", payment.Erased);
        json.WriteString("createdAt", DateTimeOffset.FromUnixTimeSeconds(payment.Created).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static string Status(Payment payment) => payment.Status switch
    {
        "authorised" when payment.Captured == 0 => "authorized",
        "authorised" => payment.Refunded == payment.Captured ? "refunded" : "captured",
        "redirect" => "action_required",
        "refused" => "declined",
        _ => "voided",
    };
}
