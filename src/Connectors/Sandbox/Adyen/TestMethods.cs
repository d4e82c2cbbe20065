namespace Composable.Sandbox.Adyen;

/// <summary>What a method does when it is charged.</summary>
internal sealed record MethodBehaviour(string Token, string Brand = "visa", string LastFour = "1111")
{
    /// <summary>Sends the shopper to a page first.</summary>
    public bool Redirects { get; init; }

    /// <summary>Why the issuer refuses; null when it does not.</summary>
    public (string Reason, string Code)? Refusal { get; init; }
}

/// <summary>Adyen's documented test values, the sandbox's own names for them, and Stripe's test methods so that one storefront form serves both.</summary>
internal static class TestMethods
{
    public static readonly (string Reason, string Code) Refused = ("Refused", "2");
    public static readonly (string Reason, string Code) NotAuthenticated = ("3D Not Authenticated", "11");

    /// <summary>By the name of a method that anybody may use.</summary>
    public static MethodBehaviour? Find(string token) => token switch
    {
        "test_visa" or "pm_card_visa" or "test_4111111111111111" => new(token),
        "test_mc" or "pm_card_mastercard" or "test_5555555555554444" => new(token, "mc", "4444"),
        "test_refused" or "pm_card_visa_chargeDeclined" or "pm_card_chargeDeclined" => new(token) { Refusal = Refused },
        "test_not_enough_balance" or "pm_card_chargeDeclinedInsufficientFunds" or "pm_card_visa_chargeDeclinedInsufficientFunds" => new(token) { Refusal = ("Not enough balance", "12") },
        "test_expired" or "pm_card_chargeDeclinedExpiredCard" => new(token) { Refusal = ("Expired Card", "6") },
        "test_3ds_redirect" or "pm_card_authenticationRequired" or "test_4212345678901237" => new(token, LastFour: "1237") { Redirects = true },
        _ => null,
    };

    /// <summary>A card from the form: its encrypted number says which, and the holder's name how it ends.</summary>
    public static MethodBehaviour? OfForm(MethodBody method) => method.EncryptedCardNumber is { } number && Find(number) is { } behaviour
        ? method.HolderName switch
        {
            "DECLINED" => behaviour with { Refusal = Refused },
            "BLOCK_CARD" => behaviour with { Refusal = ("Blocked Card", "5") },
            "CARD_EXPIRED" => behaviour with { Refusal = ("Expired Card", "6") },
            "NOT_ENOUGH_BALANCE" => behaviour with { Refusal = ("Not enough balance", "12") },
            _ => behaviour,
        }
        : null;
}
