using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>Capture, cancel and refund. Adyen answers each with "received"; whether it succeeds is told by notice, under the id that is returned here.</summary>
internal sealed partial class AdyenClient
{
    public Task<TransferOutcome> CaptureAsync(TransferRequest request, CancellationToken cancellationToken) =>
        TransferAsync(request, "captures", new AdyenTransfer(_settings.MerchantAccount, AdyenMoney.ToWire(request.Amount), request.Reference), cancellationToken);

    public Task<TransferOutcome> RefundAsync(TransferRequest request, CancellationToken cancellationToken) =>
        TransferAsync(request, "refunds", new AdyenTransfer(_settings.MerchantAccount, AdyenMoney.ToWire(request.Amount), request.Reference)
        {
            MerchantRefundReason = request.Reason?.ToUpperInvariant() switch
            {
                null => null,
                "FRAUD" or "FRAUDULENT" => "FRAUD",
                "CUSTOMER REQUEST" or "REQUESTED_BY_CUSTOMER" => "CUSTOMER REQUEST",
                "RETURN" => "RETURN",
                "DUPLICATE" => "DUPLICATE",
                _ => "OTHER",
            },
        }, cancellationToken);

    public async Task<TransferOutcome> VoidAsync(VoidRequest request, CancellationToken cancellationToken)
    {
        var byReference = request.VendorId is null;
        var path = request.VendorId is { } id ? PaymentPath(id, "cancels") : "/cancels";
        // By reference without a key: the payment may arrive after its cancel, and under a key Adyen would repeat the first receipt and never look again.
        var key = byReference ? null : request.IdempotencyKey;
        var body = new AdyenCancel(_settings.MerchantAccount, request.Reference, byReference ? request.Reference : null);
        return Received(await ChangeAsync(path, key, body, AdyenJson.Default.AdyenCancel, cancellationToken));
    }

    private static string PaymentPath(string id, string verb) => $"/payments/{Uri.EscapeDataString(id)}/{verb}";

    private static TransferOutcome Received(VendorAnswer answer)
    {
        if (answer.IsSuccess)
            return answer.Read(AdyenJson.Default.AdyenReceived) is { Status: "received", PspReference.Length: > 0 } received
                ? new TransferOutcome.Pending(received.PspReference)
                : throw answer.Unusable("it does not say that the request was received");

        var error = AdyenErrors.Read(answer);
        return AdyenErrors.IsNoSuchPayment(answer, error) ? new TransferOutcome.Refused("not_found") : throw AdyenErrors.Failure(answer, error);
    }

    private async Task<TransferOutcome> TransferAsync(TransferRequest request, string verb, AdyenTransfer body, CancellationToken cancellationToken) =>
        Received(await ChangeAsync(PaymentPath(request.VendorId, verb), request.IdempotencyKey, body, AdyenJson.Default.AdyenTransfer, cancellationToken));
}
