using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>Adyen's refusal reasons and error codes, and what each means to the hub. The statuses that are not Adyen's own are judged by <see cref="VendorHttp"/>.</summary>
internal static class AdyenErrors
{
    private const string NeverSaid = "none";

    public static AdyenError Read(VendorAnswer answer) =>
        answer.TryRead(AdyenJson.Default.AdyenError) is { ErrorCode: not null } error ? error : throw answer.Unusable("it carries no Adyen error");

    /// <summary>An error that is no business answer.</summary>
    public static VendorException Failure(VendorAnswer answer, AdyenError error)
    {
        var why = $"{Shown(error.ErrorType)} {Shown(error.ErrorCode)}";
        return IsUndecided(error) ? answer.Failed(VendorFailure.OutcomeUnknown, why) : answer.Failed(VendorFailure.Rejected, why);
    }

    /// <summary>An earlier request with this key is still at work, or was overtaken: this one's outcome is being decided elsewhere.</summary>
    public static bool IsUndecided(AdyenError error) => error.ErrorCode is "703" or "704";

    /// <summary>Whether the error is a certain no to paying with this method: mistyped, expired, or kept no longer. It is the shopper's to change.</summary>
    public static bool IsDecline(AdyenError error) => error.ErrorCode is
        "101" or "102" or "103" or "105" or "129" or "131" or "140" or "141" or "142" or "153" or "172" or "174" or "800" or "803" or "14_004" or "14_008";

    /// <summary>No payment has the id that a capture, cancel or refund named.</summary>
    public static bool IsNoSuchPayment(VendorAnswer answer, AdyenError error) => answer.Status is HttpStatusCode.UnprocessableEntity && error.ErrorCode == "167";

    public static bool IsNoSuchMethod(AdyenError error) => error.ErrorCode is "800" or "803";

    /// <summary>Our code of a refusal. The issuer's finer reasons (stolen, fraud suspected) are for nobody's eyes.</summary>
    public static string DeclineCode(string? refusalReasonCode) => refusalReasonCode switch
    {
        "6" => "expired_card",
        "11" or "38" or "42" => "authentication_failed",
        "12" => "insufficient_funds",
        "15" or "16" => "canceled",
        _ => "card_declined",
    };

    /// <summary>Our code of a refusal as notices word it: they carry the reason's text and not its number.</summary>
    public static string DeclineCodeOfText(string? reason) => Squeeze(reason) switch
    {
        "expiredcard" => "expired_card",
        "3dnotauthenticated" or "authenticationrequired" => "authentication_failed",
        "notenoughbalance" => "insufficient_funds",
        "cancelled" or "shoppercancelled" => "canceled",
        _ => "card_declined",
    };

    private static string Squeeze(string? text) =>
        text is { Length: < 100 } ? string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant() : "";

    /// <summary>Codes are short and plain; anything else in their place may repeat what should not be shown.</summary>
    private static string Shown(string? code) => code is { Length: < 20 } && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? code : NeverSaid;
}
