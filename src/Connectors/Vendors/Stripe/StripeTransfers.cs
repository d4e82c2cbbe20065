using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>Capture, void and refund. Where Stripe says "not in this state", the state is looked at: it may be the one that was asked for.</summary>
internal sealed partial class StripeClient
{
    private const int MaxMetadataLength = 500;
    private const string WrongState = "payment_intent_unexpected_state";

    public async Task<TransferOutcome> CaptureAsync(TransferRequest request, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(IntentPath(request.VendorId, "/capture"), request.IdempotencyKey, new()
        {
            ["amount_to_capture"] = Text(StripeMoney.ToWire(request.Amount)),
            [$"metadata[{CaptureKey}]"] = request.Reference,
        }, cancellationToken);
        if (answer.IsSuccess) return Captured(answer, answer.Read(StripeJson.Default.StripeIntent));

        var error = StripeErrors.Read(answer);
        if (error.Code is not (WrongState or "charge_already_captured")) return RefusedOrThrow(answer, error);
        var (look, intent) = await GetIntentAsync(request.VendorId, cancellationToken);
        if (intent is null) return new TransferOutcome.Refused("not_found");
        return intent.Status == "succeeded" && !IsThisCapture(intent, request) ? new TransferOutcome.Refused("already_captured") : Captured(look, intent);
    }

    public async Task<TransferOutcome> VoidAsync(VoidRequest request, CancellationToken cancellationToken)
    {
        var id = request.VendorId ?? (await FindIntentAsync(request.Reference, request.StartedAt, cancellationToken)).Intent?.Id;
        if (id is null) return new TransferOutcome.Refused("not_found");

        // Without a key: canceling twice is canceling once, while under a key Stripe would repeat an early "not in this state" for a day.
        var answer = await PostAsync(IntentPath(id, "/cancel"), idempotencyKey: null, [], cancellationToken);
        if (answer.IsSuccess) return Voided(answer, answer.Read(StripeJson.Default.StripeIntent));

        var error = StripeErrors.Read(answer);
        if (error.Code is not WrongState) return RefusedOrThrow(answer, error);
        var (look, intent) = await GetIntentAsync(id, cancellationToken);
        return intent is null ? new TransferOutcome.Refused("not_found") : Voided(look, intent);
    }

    public async Task<TransferOutcome> RefundAsync(TransferRequest request, CancellationToken cancellationToken)
    {
        // Stripe forgets keys after a day. Money sent back twice does not return, so the books are read before every refund.
        var (earlier, made) = await FindAsync(
            "/v1/refunds", $"payment_intent={Uri.EscapeDataString(request.VendorId)}", request.Reference, StripeJson.Default.StripeListStripeRefund, cancellationToken);
        if (made is not null) return Refunded(earlier, made);

        var answer = await PostAsync("/v1/refunds", request.IdempotencyKey, new()
        {
            ["payment_intent"] = request.VendorId,
            ["amount"] = Text(StripeMoney.ToWire(request.Amount)),
            // Stripe's own words only: what staff write may be about somebody, and Stripe would keep it for ever.
            ["reason"] = request.Reason is "duplicate" or "fraudulent" or "requested_by_customer" ? request.Reason : null,
            [$"metadata[{ReferenceKey}]"] = request.Reference,
        }, cancellationToken);
        return answer.IsSuccess ? Refunded(answer, answer.Read(StripeJson.Default.StripeRefund)) : RefusedOrThrow(answer, StripeErrors.Read(answer));
    }

    private static string IntentPath(string id, string verb) => $"/v1/payment_intents/{Uri.EscapeDataString(id)}{verb}";

    private static TransferOutcome Captured(VendorAnswer answer, StripeIntent intent) => intent.Status switch
    {
        "succeeded" => new TransferOutcome.Succeeded(intent.Id, Money(answer, intent.AmountReceived ?? intent.Amount, intent.Currency)),
        "canceled" => new TransferOutcome.Refused(intent.CancellationReason == "automatic" ? "expired" : "refused"),
        "requires_payment_method" or "requires_confirmation" or "requires_action" => new TransferOutcome.Refused("refused"),
        _ => new TransferOutcome.Pending(intent.Id),
    };

    /// <summary>One intent is captured once. A capture that carries another of our references is not this one, even where the amounts agree.</summary>
    private static bool IsThisCapture(StripeIntent intent, TransferRequest request) =>
        intent.Metadata?.GetValueOrDefault(CaptureKey) is { } reference
            ? reference == request.Reference
            : StripeMoney.FromWire(intent.AmountReceived ?? intent.Amount, intent.Currency) == request.Amount;

    private static TransferOutcome Voided(VendorAnswer answer, StripeIntent intent) => intent.Status switch
    {
        "canceled" => new TransferOutcome.Succeeded(intent.Id, Money(answer, intent.Amount, intent.Currency)),
        "succeeded" => new TransferOutcome.Refused("already_captured"),
        _ => new TransferOutcome.Pending(intent.Id),
    };

    private static TransferOutcome Refunded(VendorAnswer answer, StripeRefund refund) => refund.Status switch
    {
        "succeeded" => new TransferOutcome.Succeeded(refund.Id, Money(answer, refund.Amount, refund.Currency)),
        "failed" or "canceled" => new TransferOutcome.Refused("refused"),
        _ => new TransferOutcome.Pending(refund.Id),
    };

    private static TransferOutcome.Refused RefusedOrThrow(VendorAnswer answer, StripeError error) =>
        StripeErrors.RefusalCode(answer, error) is { } code ? new TransferOutcome.Refused(code) : throw StripeErrors.Failure(answer, error);
}
