using System.Text.Json;
using Composable.Sandbox.Faults;
using Composable.Sandbox.Stripe.Webhooks;

namespace Composable.Sandbox.Stripe;

/// <summary>What a test may make Stripe do of its own accord: deliver notices badly or again, open disputes.</summary>
internal sealed class StripeControls(StripeBooks books, WebhookSender sender)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/_webhooks", JsonBody.Handler((_, body) => SetManner(body)));
        app.MapGet("/_webhooks", http => Reply.SendAsync(http, 200, WriteManner, FaultPlan.None));
        app.MapDelete("/_webhooks", http =>
        {
            sender.Manner = new DeliveryManner();
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        app.MapPost("/_webhooks/stripe/redeliver", JsonBody.Handler((http, body) => Redeliver(body, http.Request.Headers.TraceParent)));
        app.MapPost("/_dispute/stripe", JsonBody.Handler((http, body) => Dispute(body, http.Request.Headers.TraceParent)));
    }

    private Action<Utf8JsonWriter> SetManner(JsonElement body)
    {
        JsonBody.OnlyMembers(body, "vendor", "delayMs", "copies", "shuffle", "drop");
        if (JsonBody.Text(body, "vendor", "stripe") is not ("stripe" or "*"))
        {
            throw new FormatException("'vendor' must be stripe: no other vendor here sends notices.");
        }

        sender.Manner = new DeliveryManner(
            JsonBody.Integer(body, "delayMs", 0, 600_000) ?? 0, JsonBody.Integer(body, "copies", 1, 100) ?? 1, JsonBody.Flag(body, "shuffle"), JsonBody.Flag(body, "drop"));
        return WriteManner;
    }

    private Action<Utf8JsonWriter> Redeliver(JsonElement body, string? traceParent)
    {
        JsonBody.OnlyMembers(body, "event");
        var id = JsonBody.Text(body, "event");
        lock (books.Gate)
        {
            var (notice, entry) = books.Event(id) ?? throw new FormatException($"No event '{id}'.");
            sender.Redeliver(notice, entry, traceParent);
            return json => StripeJson.Event(json, notice, entry);
        }
    }

    private Action<Utf8JsonWriter> Dispute(JsonElement body, string? traceParent)
    {
        JsonBody.OnlyMembers(body, "payment_intent");
        var id = JsonBody.Text(body, "payment_intent");
        lock (books.Gate)
        {
            if (!books.Intents.TryGet(id, out var intent) || intent.Status != "succeeded" || intent.Received == intent.Refunded || intent.DisputeId is not null)
            {
                throw new FormatException($"'{id}' is not a collected payment without a dispute.");
            }

            var entry = books.Commit(Disputing.Open(books, new StripeEntry { Intent = intent }, StripeCall.Internal()));
            sender.Notify(entry, traceParent);
            return json => StripeJson.Dispute(json, entry.Dispute!);
        }
    }

    private void WriteManner(Utf8JsonWriter json)
    {
        var manner = sender.Manner;
        json.WriteStartObject();
        json.WriteString("vendor", "stripe");
        json.WriteNumber("delayMs", manner.DelayMs);
        json.WriteNumber("copies", manner.Copies);
        json.WriteBoolean("shuffle", manner.Shuffle);
        json.WriteBoolean("drop", manner.Drop);
        json.WriteEndObject();
    }
}
