using System.Globalization;
using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Stripe;

/// <summary>What the simulated Stripe did with money, for tests to hold against a merchant's own books.</summary>
internal sealed class StripeLedger(StripeBooks books, StripePipeline pipeline)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGet("/_ledger/stripe", http => Reply.SendAsync(http, 200, Write, FaultPlan.None));

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("charges");
        foreach (var intent in Snapshot())
        {
            if (Status(intent) is { } status)
            {
                Charge(json, intent, status);
            }
        }

        json.WriteEndArray();
        json.WriteNumber("requests", pipeline.Requests);
        json.WriteEndObject();
    }

    private List<PaymentIntent> Snapshot()
    {
        lock (books.Gate)
        {
            return [.. books.Intents.OldestFirst];
        }
    }

    private static void Charge(Utf8JsonWriter json, PaymentIntent intent, string status)
    {
        json.WriteStartObject();
        json.WriteString("id", intent.Id);
        json.WriteString("reference", intent.Metadata.GetValueOrDefault("hub_reference"));
        json.WriteNumber("amount", intent.Amount);
        json.WriteNumber("captured", intent.Received);
        json.WriteNumber("refunded", intent.Refunded);
        json.WriteString("currency", intent.Currency.ToUpperInvariant());
        json.WriteString("status", status);
        json.WriteString("createdAt", DateTimeOffset.FromUnixTimeSeconds(intent.Created).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    /// <summary>Null for a payment that was never attempted.</summary>
    private static string? Status(PaymentIntent intent) => intent.Status switch
    {
        "requires_capture" => "authorized",
        "succeeded" => intent.Refunded == intent.Received ? "refunded" : "captured",
        "requires_action" => "action_required",
        _ when intent.LastError is not null => "declined",
        "canceled" when intent.ChargeId is not null => "voided",
        _ => null,
    };
}
