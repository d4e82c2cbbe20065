namespace Composable.Sandbox.Stripe;

/// <summary>The moves of a payment's money, from confirmation to collection.</summary>
internal static class Charging
{
    /// <summary>Reserves the amount; collects it too unless the capture is manual.</summary>
    public static StripeEntry Authorize(StripeBooks books, PaymentIntent intent, StripeCall call)
    {
        var charged = intent with { ChargeId = Ids.New("ch_"), LastError = null, ActionUrl = null };
        return intent.CaptureMethod == "manual"
            ? new StripeEntry
            {
                Intent = charged with { Status = "requires_capture", Capturable = intent.Amount },
                Events = [Notices.Of("payment_intent.amount_capturable_updated", books.Now, call)],
            }
            : Collect(books, charged, intent.Amount, call);
    }

    public static StripeEntry Collect(StripeBooks books, PaymentIntent intent, long amount, StripeCall call)
    {
        var paid = new StripeEntry
        {
            Intent = intent with { Status = "succeeded", Received = amount, Capturable = 0 },
            Events = [Notices.Of("payment_intent.succeeded", books.Now, call)],
        };
        return TestCards.Find(intent.PaymentMethod!) is CardBehaviour.Pays { ThenDisputed: true } ? Disputing.Open(books, paid, call) : paid;
    }

    public static StripeEntry AskShopper(StripeBooks books, PaymentIntent intent, StripeCall call)
    {
        var back = intent.ReturnUrl is null ? "" : "?return_url=" + Uri.EscapeDataString(intent.ReturnUrl);
        return new StripeEntry
        {
            Intent = intent with { Status = "requires_action", ActionUrl = $"http://{call.Host}/stripe/3ds/{intent.Id}{back}" },
            Events = [Notices.Of("payment_intent.requires_action", books.Now, call)],
        };
    }

    /// <summary>The charge failed: the payment waits for another method, and the answer is a 402.</summary>
    public static StripeEntry Decline(StripeBooks books, PaymentIntent intent, StripeError error, StripeCall call) => new()
    {
        Intent = intent with { Status = "requires_payment_method", PaymentMethod = null, ActionUrl = null, ChargeId = Ids.New("ch_"), LastError = error },
        Events = [Notices.Of("payment_intent.payment_failed", books.Now, call)],
        Answer = new Answer(402, Shown.Error, error),
    };
}
