using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>Authorizing. Adyen has no inquiry: a lost answer is got by repeating the request with its key, and what happens later is told by notice.</summary>
internal sealed partial class AdyenClient
{
    /// <summary>Marks a payment that is collected at once, so that its notice can say so.</summary>
    public const string CaptureKey = "hub_capture";

    public const string AtOnce = "at_once";

    private const int LongestMetadata = 80;
    private const int LongestRedirectResult = 20_000;

    /// <summary>Adyen insists on an address. Nobody can be sent to this one, so a payment that turns out to need the shopper ends as undecided.</summary>
    private const string NoReturn = "https://shop.invalid/";

    public async Task<PaymentOutcome> AuthorizeAsync(PaymentRequest request, CancellationToken cancellationToken)
    {
        var amount = AdyenMoney.ToWire(request.Amount);
        if (AdyenToken.Read(request.MethodToken) is not { } method) return new PaymentOutcome.Declined(null, "card_declined");

        var answer = await ChangeAsync("/payments", request.IdempotencyKey, Body(request, amount, method), AdyenJson.Default.AdyenPayment, cancellationToken);
        if (!answer.IsSuccess)
        {
            var error = AdyenErrors.Read(answer);
            return AdyenErrors.IsDecline(error) ? new PaymentOutcome.Declined(null, "card_declined") : throw AdyenErrors.Failure(answer, error);
        }

        var read = answer.Read(AdyenJson.Default.AdyenPaymentAnswer);
        // The key was used before for another attempt, and this is the answer to that.
        if (read.MerchantReference is { } reference && reference != request.Reference)
            throw answer.Failed(VendorFailure.Rejected, "the answer is to another request, so the idempotency key was used before");
        return Outcome(answer, read, request.Amount, request.Capture, canReturn: ReturnUrl(request) != NoReturn);
    }

    /// <summary>Nothing can be asked at Adyen, so nothing is claimed: least of all that there is no such payment.</summary>
    public Task<PaymentOutcome> InquireAsync(PaymentInquiry inquiry, CancellationToken cancellationToken) =>
        throw new VendorException(VendorFailure.OutcomeUnknown, "Adyen cannot be asked about a payment; the same request with the same key, or a notice, tells.");

    public async Task<PaymentOutcome> ConfirmAsync(PaymentConfirmation confirmation, CancellationToken cancellationToken)
    {
        if (confirmation.Details.GetValueOrDefault("redirectResult") is not { Length: > 0 and <= LongestRedirectResult } result) return Undecided(confirmation);

        var body = new AdyenDetails(new AdyenCompletion(result));
        var answer = await ChangeAsync("/payments/details", AdyenKey.ForDetails(confirmation.IdempotencyKey, result), body, AdyenJson.Default.AdyenDetails, cancellationToken);
        if (!answer.IsSuccess)
        {
            var error = AdyenErrors.Read(answer);
            // Whatever the browser made up, it decides nothing: the payment waits on.
            return AdyenErrors.IsUndecided(error) ? throw AdyenErrors.Failure(answer, error) : Undecided(confirmation);
        }

        var read = answer.Read(AdyenJson.Default.AdyenPaymentAnswer);
        // A result of another, cheaper payment is genuine too. Only one that names this payment counts.
        var ours = read.MerchantReference is { } reference ? reference == confirmation.Reference : read.PspReference is { } id && id == confirmation.VendorId;
        return ours ? Outcome(answer, read, amount: null, confirmation.Capture, canReturn: true) : Undecided(confirmation);
    }

    private static PaymentOutcome.Pending Undecided(PaymentConfirmation confirmation) => confirmation.VendorId is { } id
        ? new PaymentOutcome.Pending(id)
        : throw new VendorException(VendorFailure.OutcomeUnknown, "What the shopper brought back says nothing about this payment.");

    private static PaymentOutcome Outcome(VendorAnswer answer, AdyenPaymentAnswer read, Money? amount, bool collected, bool canReturn)
    {
        string Id() => read.PspReference is { Length: > 0 } id ? id : throw answer.Unusable("it names no payment");
        Money Amount() => read.Amount is { } said
            ? AdyenMoney.FromWire(said) ?? throw answer.Unusable("its amount does not fit its currency")
            : amount ?? throw answer.Unusable("it names no amount");
        return read switch
        {
            { ResultCode: "Authorised" } when collected => new PaymentOutcome.Captured(Id(), Amount()),
            { ResultCode: "Authorised" } => new PaymentOutcome.Authorized(Id(), Amount()),
            // Less than was asked for: the amount says so, and it has to be one that Adyen named.
            { ResultCode: "PartiallyAuthorised", Amount: not null } => new PaymentOutcome.Authorized(Id(), Amount()),
            { ResultCode: "RedirectShopper", Action: { Type: "redirect", Method: "GET" or null, Url: { } url } }
                when canReturn && Uri.TryCreate(url, UriKind.Absolute, out var page) && page.Scheme is "http" or "https" => new PaymentOutcome.ActionNeeded(Id(), page),
            { ResultCode: "Cancelled" } => new PaymentOutcome.Declined(read.PspReference, "canceled"),
            { ResultCode: "Refused" or "Error" } => new PaymentOutcome.Declined(read.PspReference, AdyenErrors.DeclineCode(read.RefusalReasonCode)),
            _ => new PaymentOutcome.Pending(Id()),
        };
    }

    private string ReturnUrl(PaymentRequest request) => request.ReturnUrl ?? _settings.ReturnUrl ?? NoReturn;

    private AdyenPayment Body(PaymentRequest request, AdyenAmount amount, AdyenMethod method)
    {
        var keeps = request.Customer is not null && (request.SaveMethod || method.StoredPaymentMethodId is not null);
        Dictionary<string, string> metadata = [];
        if (request.Capture) metadata[CaptureKey] = AtOnce;
        if (request.Description is { Length: > 0 } description) metadata["description"] = description.Length > LongestMetadata ? description[..LongestMetadata] : description;
        // Disabled: native 3-D Secure would need Adyen's script in the storefront; a redirect needs none.
        return new AdyenPayment(amount, _settings.MerchantAccount, method, request.Reference, ReturnUrl(request), "Web", new(new("disabled")))
        {
            // Said for every payment, whatever the account's own rule is.
            CaptureDelayHours = request.Capture ? 0 : null,
            AdditionalData = request.Capture ? null : new Dictionary<string, string> { ["manualCapture"] = "true" },
            Metadata = metadata.Count == 0 ? null : metadata,
            ShopperReference = request.Customer,
            ShopperInteraction = method.StoredPaymentMethodId is null ? "Ecommerce" : "ContAuth",
            RecurringProcessingModel = keeps ? "CardOnFile" : null,
            StorePaymentMethod = keeps && request.SaveMethod ? true : null,
        };
    }
}
