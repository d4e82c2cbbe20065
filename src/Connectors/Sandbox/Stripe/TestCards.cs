namespace Composable.Sandbox.Stripe;

/// <summary>What a card does when it is charged.</summary>
internal abstract record CardBehaviour
{
    private CardBehaviour() { }

    internal sealed record Pays(bool ThenDisputed = false) : CardBehaviour;

    internal sealed record AsksShopper : CardBehaviour;

    internal sealed record Declines(StripeError Error) : CardBehaviour;
}

/// <summary>Stripe's documented test payment methods.</summary>
internal static class TestCards
{
    public static readonly CardBehaviour.Declines Declined = Decline("card_declined", "generic_decline", "Your card was declined.");

    public static readonly StripeError AuthenticationFailed = new("invalid_request_error",
        "The provided PaymentMethod has failed authentication. You can provide a new payment method to attempt the payment again.",
        "payment_intent_authentication_failure");

    public static CardBehaviour? Find(string token) => token switch
    {
        "pm_card_visa" or "pm_card_mastercard" or "pm_card_amex" or "pm_card_visa_debit" => new CardBehaviour.Pays(),
        "pm_card_createDispute" => new CardBehaviour.Pays(ThenDisputed: true),
        "pm_card_authenticationRequired" or "pm_card_threeDSecure2Required" => new CardBehaviour.AsksShopper(),
        "pm_card_visa_chargeDeclined" or "pm_card_chargeDeclined" => Declined,
        "pm_card_chargeDeclinedInsufficientFunds" or "pm_card_visa_chargeDeclinedInsufficientFunds" =>
            Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
        "pm_card_chargeDeclinedExpiredCard" => Decline("expired_card", "expired_card", "Your card has expired."),
        "pm_card_chargeDeclinedProcessingError" => Decline("processing_error", "processing_error", "An error occurred while processing your card. Try again in a little bit."),
        _ => null,
    };

    private static CardBehaviour.Declines Decline(string code, string declineCode, string message) =>
        new(new StripeError("card_error", message, code, declineCode));
}
