namespace Composable.Sandbox.Stripe;

/// <summary>Sends collected money back. Runs under the books' gate.</summary>
internal sealed class RefundOperations(StripeBooks books)
{
    public StripeEntry Create(StripeCall call)
    {
        var intent = Refundable(call);
        var reason = call.OneOf("reason", "duplicate", "fraudulent", "requested_by_customer");
        var left = intent.Received - intent.Refunded;
        var amount = call.Integer("amount") ?? left;
        if (amount < 1 && left > 0)
        {
            throw StripeRefusal.Invalid("Invalid positive integer", "parameter_invalid_integer", "amount");
        }

        if (left == 0)
        {
            throw StripeRefusal.State($"Charge {intent.ChargeId} has already been refunded.", "charge_already_refunded");
        }

        if (amount > left)
        {
            throw StripeRefusal.State($"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount_too_large", param: "amount");
        }

        if (intent.DisputeId is { } id && books.Disputes.TryGet(id, out var dispute) && dispute.Status != "won")
        {
            throw StripeRefusal.State("This charge has been charged back.", "charge_disputed");
        }

        return Given(intent, amount, reason, call);
    }

    public Refund Find(string id) => books.Refunds.TryGet(id, out var refund) ? refund : throw StripeRefusal.NoSuch("refund", id, "id");

    private StripeEntry Given(PaymentIntent intent, long amount, string? reason, StripeCall call)
    {
        var refund = new Refund
        {
            Id = Ids.New("re_"),
            Sequence = books.Refunds.Next,
            Intent = intent.Id,
            Charge = intent.ChargeId!,
            Amount = amount,
            Currency = intent.Currency,
            Created = books.Now,
            Reason = reason,
            Metadata = call.Map("metadata"),
        };
        return new StripeEntry
        {
            Intent = intent with { Refunded = intent.Refunded + amount },
            Refund = refund,
            Answer = new Answer(200, Shown.Refund),
            Events = [Notices.Of("refund.created", books.Now, call), Notices.Of("charge.refunded", books.Now, call), Notices.Of("refund.updated", books.Now, call)],
        };
    }

    private PaymentIntent Refundable(StripeCall call)
    {
        var intent = call.Text("payment_intent") is { } id ? books.Intent(id, "payment_intent")
            : books.IntentOfCharge(call.Text("charge") ?? throw StripeRefusal.Missing("payment_intent"));
        return intent.Status == "succeeded"
            ? intent
            : throw StripeRefusal.State($"This PaymentIntent ({intent.Id}) does not have a successful charge to refund.", "payment_intent_unexpected_state", param: "payment_intent");
    }
}
