using System.Text.Json;
using Composable.Sandbox.Stripe.Webhooks;

namespace Composable.Sandbox.Stripe;

/// <summary>What a test may make Stripe do of its own accord: deliver notices again, open disputes.</summary>
internal sealed class StripeControls(StripeBooks books, StripeSender sender)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/_webhooks/stripe/redeliver", JsonBody.Handler((http, body) => Redeliver(body, http.Request.Headers.TraceParent)));
        app.MapPost("/_dispute/stripe", JsonBody.Handler((http, body) => Dispute(body, http.Request.Headers.TraceParent)));
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
}
