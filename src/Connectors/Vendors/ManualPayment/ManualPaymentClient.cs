using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.ManualPayment;

/// <summary>Says yes at once and keeps nothing: every answer follows from the request or from the id, so repeating one changes nothing.</summary>
/// <remarks>How much was captured and given back is in the hub's ledger; here only what was agreed to limits it.</remarks>
internal sealed class ManualPaymentClient(ManualPaymentSettings settings) : IPayments, IForgets
{
    public PaymentLimits Limits { get; } = new(1, settings.MaximumAmount, PartialCapture: true,
        [.. new[] { settings.Invoice ? "invoice" : null, settings.CashOnDelivery ? "cash_on_delivery" : null }.OfType<string>()]);

    public Task<PaymentOutcome> AuthorizeAsync(PaymentRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Limits.MethodTypes.Contains(request.MethodType)) throw Rejected($"method type '{request.MethodType}' is not accepted");
        return request.Amount.Amount >= Limits.Minimum && request.Amount.Amount <= Limits.Maximum
            ? Answer(new PaymentOutcome.Authorized(Id(request.Reference, request.Amount), request.Amount))
            : throw Rejected("the amount is outside its limits");
    }

    /// <summary>With an id: what was agreed to. Without one nothing was kept anywhere, so nothing is held: not found, and safe to try again.</summary>
    public Task<PaymentOutcome> InquireAsync(PaymentInquiry inquiry, CancellationToken cancellationToken) =>
        Answer(Agreed(inquiry.VendorId) is { } amount ? new PaymentOutcome.Authorized(inquiry.VendorId!, amount) : new PaymentOutcome.NotFound());

    public Task<TransferOutcome> CaptureAsync(TransferRequest request, CancellationToken cancellationToken) => Transfer(request.VendorId, request.VendorId, request.Amount);

    public Task<TransferOutcome> VoidAsync(VoidRequest request, CancellationToken cancellationToken) => Transfer(request.VendorId, request.VendorId, Agreed(request.VendorId));

    public Task<TransferOutcome> RefundAsync(TransferRequest request, CancellationToken cancellationToken) => Transfer(request.VendorId, Id(request.Reference, request.Amount), request.Amount);

    /// <summary>There is nobody behind it who could remember.</summary>
    public Task<Forgotten> ForgetAsync(Subject subject, CancellationToken cancellationToken) => Task.FromResult<Forgotten>(new Forgotten.NothingKept());

    /// <summary>The amount is in the id, because there is nowhere else to keep it.</summary>
    private static string Id(string reference, Money amount) => string.Create(CultureInfo.InvariantCulture, $"manual:{reference}:{amount.Amount}{amount.Currency}");

    private static Money? Agreed(string? id)
    {
        var text = id?[(id.LastIndexOf(':') + 1)..] ?? "";
        return id?.StartsWith("manual:", StringComparison.Ordinal) == true && text.Length > 3
            && long.TryParse(text[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            ? new Money(amount, text[^3..])
            : null;
    }

    private static Task<TransferOutcome> Transfer(string? paymentId, string? id, Money? amount) => Task.FromResult<TransferOutcome>((Agreed(paymentId), amount) switch
    {
        ({ } agreed, { } moved) when moved.Currency == agreed.Currency && moved.Amount > 0 && moved.Amount <= agreed.Amount => new TransferOutcome.Succeeded(id!, moved),
        (null, _) => new TransferOutcome.Refused("not_found"),
        _ => new TransferOutcome.Refused("refused"),
    });

    private static Task<PaymentOutcome> Answer(PaymentOutcome outcome) => Task.FromResult(outcome);

    private static VendorException Rejected(string why) => new(VendorFailure.Rejected, $"Manual payment: {why}.");
}
