namespace Composable.Sandbox.Stripe;

/// <summary>What merchants do with payment intents. Runs under the books' gate; effects are returned, not yet committed.</summary>
internal sealed class PaymentIntentOperations(StripeBooks books)
{
    public StripeEntry Create(StripeCall call)
    {
        call.Required("amount");
        call.Required("currency");
        var amount = call.Integer("amount")!.Value;
        var id = Ids.New("pi_");
        var intent = new PaymentIntent
        {
            Id = id,
            Sequence = books.Intents.Next,
            ClientSecret = Ids.New(id + "_secret_"),
            Amount = amount,
            Currency = StripeCurrencies.Check(call.Required("currency"), amount),
            CaptureMethod = call.OneOf("capture_method", "automatic", "automatic_async", "manual") ?? "automatic",
            Created = books.Now,
            Status = "requires_payment_method",
        };
        intent = Described(intent, call);
        if (call.Flag("confirm"))
        {
            return Confirm(intent, call);
        }

        return call.Text("return_url") is null
            ? new StripeEntry { Intent = intent }
            : throw StripeRefusal.Invalid("return_url can only be given when confirm is true.", null, "return_url");
    }

    public StripeEntry Update(StripeCall call)
    {
        var intent = books.Intent(call.Id);
        if (intent.Status is "succeeded" or "canceled" or "requires_capture" or "processing" && (call.Text("amount") ?? call.Text("currency") ?? call.Text("payment_method")) is not null)
        {
            throw Unexpected(intent, "update");
        }

        var amount = call.Integer("amount") ?? intent.Amount;
        var currency = StripeCurrencies.Check(call.Text("currency") ?? intent.Currency, amount);
        return new StripeEntry { Intent = Described(intent with { Amount = amount, Currency = currency }, call) };
    }

    public StripeEntry Confirm(StripeCall call)
    {
        var intent = books.Intent(call.Id);
        if (intent.Status is not ("requires_payment_method" or "requires_confirmation" or "requires_action"))
        {
            throw Unexpected(intent, "confirm");
        }

        return Confirm(Described(intent, call), call);
    }

    public StripeEntry Capture(StripeCall call)
    {
        var intent = books.Intent(call.Id);
        var amount = call.Integer("amount_to_capture") ?? intent.Capturable;
        if (intent.Status != "requires_capture")
        {
            throw intent.Status == "succeeded"
                ? StripeRefusal.State("This PaymentIntent could not be captured because it has already been captured.", "payment_intent_unexpected_state", intent)
                : Unexpected(intent, "capture");
        }

        if (amount < 1)
        {
            throw StripeRefusal.Invalid("Invalid positive integer", "parameter_invalid_integer", "amount_to_capture");
        }

        return amount > intent.Capturable
            ? throw StripeRefusal.State("The amount to capture is greater than the amount that can be captured.", "amount_too_large", param: "amount_to_capture")
            : Charging.Collect(books, Described(intent, call), amount, call);
    }

    public StripeEntry Cancel(StripeCall call)
    {
        var intent = books.Intent(call.Id);
        var reason = call.OneOf("cancellation_reason", "duplicate", "fraudulent", "requested_by_customer", "abandoned");
        if (intent.Status is "canceled" or "succeeded")
        {
            throw Unexpected(intent, "cancel");
        }

        var canceled = intent with { Status = "canceled", Capturable = 0, ActionUrl = null, CanceledAt = books.Now, CancellationReason = reason };
        return new StripeEntry { Intent = canceled, Events = [Notices.Of("payment_intent.canceled", books.Now, call)] };
    }

    private StripeEntry Confirm(PaymentIntent intent, StripeCall call)
    {
        if (intent.PaymentMethod is null)
        {
            throw StripeRefusal.Invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", "parameter_missing", "payment_method");
        }

        var card = call.Decline ? TestCards.Declined : Charging.Card(books, intent.PaymentMethod)!;
        intent = intent with { ReturnUrl = call.Text("return_url") ?? intent.ReturnUrl, ActionUrl = null, LastError = null };
        return card switch
        {
            CardBehaviour.Declines declines => Charging.Decline(books, intent, declines.Error, call),
            CardBehaviour.AsksShopper when call.Flag("error_on_requires_action") => Charging.Decline(books, intent,
                new StripeError("card_error", "Your card was declined. This transaction requires authentication.", "authentication_required", "authentication_required"), call),
            CardBehaviour.AsksShopper => Charging.AskShopper(books, intent, call),
            _ => Charging.Authorize(books, intent, call),
        };
    }

    private PaymentIntent Described(PaymentIntent intent, StripeCall call)
    {
        var method = call.Text("payment_method");
        var customer = call.Text("customer") ?? intent.Customer;
        if (customer is not null && !books.Customers.TryGet(customer, out _))
        {
            throw StripeRefusal.NoSuch("customer", customer, "customer", status: 400);
        }

        // A method that is kept belongs to its customer, and to nobody once it was detached.
        if (method is not null && (Charging.Card(books, method) is null || (books.Methods.TryGet(method, out var kept) && (kept.Customer is null || kept.Customer != customer))))
        {
            throw StripeRefusal.NoSuch("PaymentMethod", method, "payment_method", status: 400);
        }

        var described = intent with
        {
            PaymentMethod = method ?? intent.PaymentMethod,
            Customer = customer,
            FutureUsage = call.OneOf("setup_future_usage", "on_session", "off_session") ?? intent.FutureUsage,
            Description = call.Text("description") ?? intent.Description,
            ReceiptEmail = call.Text("receipt_email") ?? intent.ReceiptEmail,
            StatementDescriptor = call.Text("statement_descriptor") ?? intent.StatementDescriptor,
            Metadata = call.Map("metadata", intent.Metadata),
        };
        return method is not null && described.Status == "requires_payment_method" ? described with { Status = "requires_confirmation" } : described;
    }

    private static StripeRefusal Unexpected(PaymentIntent intent, string verb) => StripeRefusal.State(
        $"You cannot {verb} this PaymentIntent because it has a status of {intent.Status}.", "payment_intent_unexpected_state", intent);
}
