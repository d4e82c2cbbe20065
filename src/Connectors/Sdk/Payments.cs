namespace Composable.Connectors.Sdk;

/// <summary>Takes money through a payment provider. Every call that moves money carries a key; the same key twice has one effect.</summary>
public interface IPayments : IPort
{
    /// <summary>What the types cannot say about this provider; checked before a call.</summary>
    PaymentLimits Limits { get; }

    /// <summary>What a storefront needs to collect a method, such as a publishable key. Never a secret.</summary>
    IReadOnlyDictionary<string, string> PublicData => new Dictionary<string, string>();

    /// <summary>Reserves the amount on the shopper's method; collects it at once only where the request says so.</summary>
    Task<PaymentOutcome> AuthorizeAsync(PaymentRequest request, CancellationToken cancellationToken);

    /// <summary>Asks the provider what became of an attempt. Reads only. The provider's own id is used when it is known, our reference otherwise.</summary>
    Task<PaymentOutcome> InquireAsync(PaymentInquiry inquiry, CancellationToken cancellationToken);

    /// <summary>Hands over what the shopper brought back from a confirmation page, where the provider wants it; reads the outcome elsewhere.</summary>
    Task<PaymentOutcome> ConfirmAsync(PaymentConfirmation confirmation, CancellationToken cancellationToken) =>
        InquireAsync(new(confirmation.Reference, confirmation.VendorId, confirmation.StartedAt), cancellationToken);

    /// <summary>Collects all or part of an authorized amount; where the provider allows one capture, the rest is released.</summary>
    Task<TransferOutcome> CaptureAsync(TransferRequest request, CancellationToken cancellationToken);

    /// <summary>Gives an authorization back. Succeeds when it was already given back.</summary>
    Task<TransferOutcome> VoidAsync(VoidRequest request, CancellationToken cancellationToken);

    /// <summary>Sends captured money back to the shopper.</summary>
    Task<TransferOutcome> RefundAsync(TransferRequest request, CancellationToken cancellationToken);

    /// <summary>The methods this customer let the provider keep.</summary>
    Task<IReadOnlyList<SavedMethod>> SavedMethodsAsync(string customer, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SavedMethod>>([]);

    /// <summary>Makes the provider forget a saved method. Succeeds when there is none.</summary>
    Task ForgetMethodAsync(string customer, string token, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <param name="Minimum">Smallest amount in minor units that can be charged.</param>
/// <param name="Maximum">Largest amount in minor units that can be charged.</param>
/// <param name="PartialCapture">Whether less than the authorized amount can be captured.</param>
/// <param name="MethodTypes">Kinds of payment method accepted, such as <c>card</c>.</param>
public sealed record PaymentLimits(long Minimum, long Maximum, bool PartialCapture, IReadOnlyList<string> MethodTypes)
{
    /// <summary>ISO 4217 codes that can be charged; null when the provider takes whatever there is.</summary>
    public IReadOnlySet<string>? Currencies { get; init; }

    /// <summary>
    /// Whether the provider can be asked about a payment by our reference alone. Where it cannot, the same request with the same key is the
    /// question, and an attempt without the provider's id is voided by our reference.
    /// </summary>
    public bool FindsByReference { get; init; } = true;
}

/// <param name="Reference">Our attempt id; the provider stores it and gives it back in notices and inquiries.</param>
/// <param name="IdempotencyKey">Derived from the attempt id, never from a client's key.</param>
/// <param name="MethodType">Such as <c>card</c>.</param>
/// <param name="MethodToken">The provider's token of the method. Never a card number.</param>
/// <param name="ReturnUrl">Where a shopper comes back to after a confirmation page.</param>
public sealed record PaymentRequest(string Reference, string IdempotencyKey, Money Amount, string MethodType, string MethodToken, string? ReturnUrl, string? Description)
{
    /// <summary>Collect the money at once instead of reserving it.</summary>
    public bool Capture { get; init; }

    /// <summary>Our id of the customer, where the method is one the provider keeps or shall keep.</summary>
    public string? Customer { get; init; }

    /// <summary>Whether the provider shall keep the method for <see cref="Customer"/>.</summary>
    public bool SaveMethod { get; init; }
}

/// <param name="Details">What the confirmation page sent along, such as <c>redirectResult</c>. From the shopper's browser: proves nothing by itself.</param>
public sealed record PaymentConfirmation(string Reference, string IdempotencyKey, string? VendorId, DateTimeOffset StartedAt, IReadOnlyDictionary<string, string> Details)
{
    /// <summary>Whether the payment request asked to collect at once; not every provider's answer repeats it.</summary>
    public bool Capture { get; init; }
}

/// <param name="Token">What a payment request names it by.</param>
/// <param name="Title">As a shopper recognises it, such as <c>Visa •••• 4242</c>. Never a whole card number.</param>
public sealed record SavedMethod(string Token, string Type, string Title, int? ExpiryMonth, int? ExpiryYear);

/// <param name="VendorId">The provider's id of the payment, when an answer carried one.</param>
/// <param name="StartedAt">When the first request for this attempt left; bounds the search by reference.</param>
public sealed record PaymentInquiry(string Reference, string? VendorId, DateTimeOffset StartedAt);

/// <param name="Reference">Our id of this capture or refund.</param>
/// <param name="VendorId">The provider's id of the payment.</param>
/// <param name="Reason">For refunds: why, in our words.</param>
public sealed record TransferRequest(string Reference, string IdempotencyKey, string VendorId, Money Amount, string? Reason = null);

/// <param name="VendorId">The provider's id, or null when no answer ever came: the provider then looks for <paramref name="Reference"/>.</param>
public sealed record VoidRequest(string Reference, string IdempotencyKey, string? VendorId, DateTimeOffset StartedAt);

/// <summary>The provider's answer about an attempt. Only an explicit yes or no is one; everything else is <see cref="Pending"/>.</summary>
public abstract record PaymentOutcome
{
    private PaymentOutcome() { }

    /// <summary>The amount is reserved and can be captured.</summary>
    public sealed record Authorized(string VendorId, Money Amount) : PaymentOutcome;

    /// <summary>The amount was collected at once.</summary>
    public sealed record Captured(string VendorId, Money Amount) : PaymentOutcome;

    /// <summary>The shopper must visit <paramref name="Url"/> to go on.</summary>
    public sealed record ActionNeeded(string VendorId, Uri Url) : PaymentOutcome;

    /// <summary>A certain no. <paramref name="Code"/> is one of ours: <c>card_declined</c>, <c>insufficient_funds</c>, <c>expired_card</c>, <c>authentication_failed</c>, <c>canceled</c>.</summary>
    public sealed record Declined(string? VendorId, string Code) : PaymentOutcome;

    /// <summary>The provider has not decided yet.</summary>
    public sealed record Pending(string VendorId) : PaymentOutcome;

    /// <summary>Only for inquiries: the provider knows no payment with this reference.</summary>
    public sealed record NotFound : PaymentOutcome;
}

/// <summary>The provider's answer about a capture, refund or void.</summary>
public abstract record TransferOutcome
{
    private TransferOutcome() { }

    /// <summary>Done. <paramref name="Amount"/> is what the provider says moved, to be compared with what was asked.</summary>
    public sealed record Succeeded(string VendorId, Money Amount) : TransferOutcome;

    /// <summary>Accepted; the provider reports the result later.</summary>
    public sealed record Pending(string VendorId) : TransferOutcome;

    /// <summary>A certain no, with one of our codes: <c>already_captured</c>, <c>already_refunded</c>, <c>expired</c>, <c>not_found</c>, <c>refused</c>.</summary>
    public sealed record Refused(string Code) : TransferOutcome;
}
