using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>Stripe's error types and codes, and what each means to the hub. The statuses that are not Stripe's own are judged by <see cref="VendorHttp"/>.</summary>
internal static class StripeErrors
{
    public static StripeError Read(VendorAnswer answer) =>
        answer.TryRead(StripeJson.Default.StripeErrorAnswer)?.Error is { Type: not null } error ? error : throw answer.Unusable("it carries no Stripe error");

    /// <summary>An error that is no business answer.</summary>
    public static VendorException Failure(VendorAnswer answer, StripeError error)
    {
        var why = $"{error.Type} {error.Code} {error.Param}".TrimEnd();
        return (answer.Status, error.Type) switch
        {
            // An earlier request with this key is still at work, so this attempt's outcome is being decided elsewhere. (A 429 lock_timeout is
            // different: that request was turned away before it began, which is what RateLimited says.)
            (HttpStatusCode.Conflict, _) => answer.Failed(VendorFailure.OutcomeUnknown, why),
            // A key was used twice for different things: a bug on our side that repeating cannot mend.
            (_, "idempotency_error") => answer.Failed(VendorFailure.Rejected, $"{why}, the idempotency key was used before with other parameters"),
            _ => answer.Failed(VendorFailure.Rejected, why),
        };
    }

    /// <summary>Whether the error is a certain no to paying with this method. A method that does not exist, or was used up, is the shopper's to change.</summary>
    public static bool IsDecline(StripeError error) =>
        error.Type == "card_error" || error is { Type: "invalid_request_error", Param: "payment_method" };

    /// <summary>Our code of a decline. The issuer's finer reasons (stolen, fraud suspected) are for nobody's eyes.</summary>
    public static string DeclineCode(StripeError? error) => (error?.Code, error?.DeclineCode) switch
    {
        ("insufficient_funds", _) or (_, "insufficient_funds") => "insufficient_funds",
        ("expired_card", _) or (_, "expired_card") => "expired_card",
        ("payment_intent_authentication_failure" or "authentication_required", _) or (_, "authentication_required") => "authentication_failed",
        _ => "card_declined",
    };

    /// <summary>Our code of a refused capture, refund or void; null when the error is not that.</summary>
    public static string? RefusalCode(VendorAnswer answer, StripeError error) => error.Code switch
    {
        "charge_already_captured" => "already_captured",
        "charge_already_refunded" => "already_refunded",
        "charge_expired_for_capture" => "expired",
        "charge_disputed" => "refused",
        "resource_missing" when answer.Status is HttpStatusCode.NotFound || error.Param is "payment_intent" or "intent" => "not_found",
        // Refunding what was never collected, or more than is left.
        "payment_intent_unexpected_state" => "refused",
        _ when error.Type == "card_error" || error.Param is "amount" or "amount_to_capture" => "refused",
        _ => null,
    };
}
