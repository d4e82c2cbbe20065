using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Payments;
using Microsoft.Extensions.Options;

using Composable.Hub.Observability;

namespace Composable.Hub.Checkout.Steps;

/// <summary>Reserves the money. A yes and a no are the provider's to say; anything else is asked about until it is one of them.</summary>
internal sealed class PayForIt(PaymentDesk desk, PaymentRouting routing, CheckoutViews views, IOptions<CheckoutOptions> options)
{
    /// <summary>How often a provider is asked while the shopper confirms, in case its notice got lost.</summary>
    private static readonly TimeSpan AskOften = TimeSpan.FromSeconds(15);

    public static Task<StepResult<CheckoutState>> Open(CheckoutState state, StepContext step)
    {
        PaymentBook.Open(step.Commit, state.Payment!);
        return Done(state);
    }

    public static Task<CheckoutState> Close(CheckoutState state, StepContext step)
    {
        PaymentBook.Close(step.Commit, state.Payment!, state.Voided);
        return Task.FromResult(state);
    }

    public async Task<StepResult<CheckoutState>> Authorize(CheckoutState state, StepContext step)
    {
        CrashPoint.Reach("C07");
        CrashPoint.Reach("C08");
        PaymentOutcome outcome;
        try
        {
            outcome = await desk.AuthorizeAsync(state.Payment!, step.Repeated, step.CancellationToken);
        }
        catch (VendorException failure)
        {
            routing.Report(state, good: false);
            if (!step.Repeated && IsCertainlyNothing(failure) && state.Elsewhere.Count > 0) return Elsewhere(state, step, failure);
            throw;
        }

        routing.Report(state, good: outcome is not PaymentOutcome.Declined);
        return outcome is PaymentOutcome.ActionNeeded action ? await AskShopperAsync(state, action, step) : Decide(state, outcome);
    }

    /// <summary>Nothing has reached the provider, or it said so itself. A rejection is not among these: it may be about an earlier request with the same key.</summary>
    private static bool IsCertainlyNothing(VendorException failure) => failure.Failure is VendorFailure.Transient or VendorFailure.RateLimited or VendorFailure.Misconfigured;

    /// <summary>The attempt is over, and a new one with an id of its own is written down before it leaves for another provider.</summary>
    private static StepResult<CheckoutState>.Again Elsewhere(CheckoutState state, StepContext step, VendorException failure)
    {
        var connection = state.Elsewhere[0];
        var next = state.Payment! with { Id = Ids.New("pay"), Connection = connection, StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(step.Now.ToUnixTimeMilliseconds()) };
        PaymentBook.Close(step.Commit, state.Payment!, voided: false);
        PaymentBook.Open(step.Commit, next);
        return new(state with { Payment = next, Elsewhere = [.. state.Elsewhere.Skip(1)] }, $"{state.Payment!.Connection} was not reached ({failure.Failure}); {connection} is asked.");
    }

    public async Task<CheckoutState> Void(CheckoutState state, StepContext step)
    {
        var outcome = await desk.VoidAsync(state.Payment!.Connection, state.Payment.Id, state.Payment.VendorId, state.Payment.Amount, state.Payment.StartedAt, step);
        if (outcome is TransferOutcome.Pending) throw new VendorException(VendorFailure.OutcomeUnknown, "The provider has not decided yet.");
        if (outcome is TransferOutcome.Refused { Code: not "not_found" } refused && !await desk.WasDeclinedAsync(state.Payment, step.CancellationToken))
            throw new VendorException(VendorFailure.Rejected, $"The payment cannot be voided: {refused.Code}.");
        return state with { Voided = outcome is TransferOutcome.Succeeded };
    }

    public async Task<StepResult<CheckoutState>> Confirmed(CheckoutState state, StepContext step)
    {
        if (!step.Resumed) return new StepResult<CheckoutState>.Wait(state, AskOften);
        if (await desk.DecidedAsync(state.Payment!, step.CancellationToken) is { } outcome) return Decide(state, outcome);
        return step.Now >= state.ConfirmBy
            ? new StepResult<CheckoutState>.Refused(new(402, "payment_declined", "The payment was not confirmed in time."))
            : new StepResult<CheckoutState>.Wait(state, Min(AskOften, state.ConfirmBy!.Value - step.Now));
    }

    /// <summary>A provider that reserved another amount than the order's is not accepted: the reservation is given back.</summary>
    public static Task<StepResult<CheckoutState>> CompareAmount(CheckoutState state, StepContext step) => state.Payment!.Authorized == state.Payment.Amount
        ? Done(state)
        : Task.FromResult<StepResult<CheckoutState>>(new StepResult<CheckoutState>.Refused(new(502, "connector_invalid_response", "The payment provider reserved another amount.")));

    private static StepResult<CheckoutState> Decide(CheckoutState state, PaymentOutcome outcome) => outcome switch
    {
        PaymentOutcome.Authorized yes => Paid(state, yes.VendorId, yes.Amount, captured: false),
        PaymentOutcome.Captured yes => Paid(state, yes.VendorId, yes.Amount, captured: true),
        PaymentOutcome.Declined no => new StepResult<CheckoutState>.Refused(new(402, "payment_declined", Words(no.Code))
        {
            Upstream = new(state.Payment!.Connection, "declined"),
            Errors = [new FieldError("/payment/method", no.Code, Words(no.Code))],
        }),
        _ => throw new VendorException(VendorFailure.OutcomeUnknown, "The provider has not decided yet."),
    };

    private async Task<StepResult<CheckoutState>> AskShopperAsync(CheckoutState state, PaymentOutcome.ActionNeeded action, StepContext step)
    {
        var confirmBy = step.Now + options.Value.ConfirmationWindow;
        var payment = state.Payment! with { VendorId = action.VendorId, ActionUrl = action.Url.ToString() };
        var session = state.Session with
        {
            Status = CheckoutSession.ActionRequired,
            Version = state.Session.Version + 1,
            Actions = [new("redirect", action.Url.ToString(), confirmBy)],
        };
        PaymentBook.AwaitAction(step.Commit, payment);
        CheckoutStore.Update(step.Commit, session, "checkout.action_required", sameOffer: true);
        await views.AnswerAsync(step, 200, session, state.Cart);
        return new StepResult<CheckoutState>.Done(state with { Payment = payment, Session = session, ConfirmBy = confirmBy });
    }

    private static StepResult<CheckoutState> Paid(CheckoutState state, string vendorId, Money amount, bool captured) =>
        new StepResult<CheckoutState>.Done(state with { Payment = state.Payment! with { VendorId = vendorId, Authorized = amount, AlreadyCaptured = captured } });

    private static string Words(string code) => code switch
    {
        "insufficient_funds" => "There is not enough money on this card. Please try another method.",
        "expired_card" => "This card has expired. Please try another method.",
        "authentication_failed" => "The payment was not confirmed. Please try again or use another method.",
        _ => "The payment was declined. Please try another method.",
    };

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static Task<StepResult<CheckoutState>> Done(CheckoutState state) => Task.FromResult<StepResult<CheckoutState>>(new StepResult<CheckoutState>.Done(state));
}
