namespace Composable.Sandbox.Stripe;

/// <summary>The moves of a payment's money, from confirmation to collection.</summary>
internal static class Charging
{
    /// <summary>Reserves the amount; collects it too unless the capture is manual.</summary>
    public static StripeEntry Authorize(StripeBooks books, PaymentIntent intent, StripeCall call)
    {
        var kept = Keep(books, intent);
        var charged = intent with { ChargeId = Ids.New("ch_"), LastError = null, ActionUrl = null, PaymentMethod = kept?.Id ?? intent.PaymentMethod };
        var entry = intent.CaptureMethod == "manual"
            ? new StripeEntry
            {
                Intent = charged with { Status = "requires_capture", Capturable = intent.Amount },
                Events = [Notices.Of("payment_intent.amount_capturable_updated", books.Now, call)],
            }
            : Collect(books, charged, intent.Amount, call);
        return entry with { Method = kept };
    }

    public static StripeEntry Collect(StripeBooks books, PaymentIntent intent, long amount, StripeCall call)
    {
        var paid = new StripeEntry
        {
            Intent = intent with { Status = "succeeded", Received = amount, Capturable = 0 },
            Events = [Notices.Of("payment_intent.succeeded", books.Now, call)],
        };
        return Card(books, intent.PaymentMethod!) is CardBehaviour.Pays { ThenDisputed: true } ? Disputing.Open(books, paid, call) : paid;
    }

    /// <summary>How a method behaves: a test method, or one that a customer let Stripe keep.</summary>
    public static CardBehaviour? Card(StripeBooks books, string method) => TestCards.Find(books.Methods.TryGet(method, out var kept) ? kept.Card : method);

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

    private static KeptMethod? Keep(StripeBooks books, PaymentIntent intent) =>
        intent is { FutureUsage: not null, Customer: { } customer, PaymentMethod: { } method } && !books.Methods.TryGet(method, out _)
            ? new KeptMethod(Ids.New("pm_"), books.Methods.Next, method, customer, books.Now)
            : null;
}
