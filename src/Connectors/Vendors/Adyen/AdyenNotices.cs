using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>What an item of a webhook means to the hub. Adyen cannot be asked, so the outcome is in the notice.</summary>
internal static class AdyenNotices
{
    public static VendorNotice Of(AdyenNotice notice)
    {
        if (AdyenMoney.FromWire(notice.Amount) is not { } amount) return new VendorNotice.Other();
        var succeeded = notice.Success == "true";
        return (notice.EventCode, succeeded) switch
        {
            ("AUTHORISATION", _) => Payment(notice, amount, succeeded),
            ("CAPTURE", _) => Transfer(TransferKind.Capture, notice, succeeded, amount),
            ("REFUND", _) => Transfer(TransferKind.Refund, notice, succeeded, amount),
            ("CANCELLATION" or "TECHNICAL_CANCEL", _) => Transfer(TransferKind.Void, notice, succeeded, amount),
            ("CANCEL_OR_REFUND", _) => Transfer(notice.AdditionalData?.GetValueOrDefault("modification.action") == "refund" ? TransferKind.Refund : TransferKind.Void, notice, succeeded, amount),
            // These report that something failed after all, so their own success is the transfer's failure.
            ("CAPTURE_FAILED", true) => Transfer(TransferKind.Capture, notice, succeeded: false, amount),
            ("REFUND_FAILED" or "REFUNDED_REVERSED", true) => Transfer(TransferKind.Refund, notice, succeeded: false, amount),
            ("NOTIFICATION_OF_CHARGEBACK" or "CHARGEBACK", true) when notice.OriginalReference is { Length: > 0 } payment =>
                new VendorNotice.DisputeOpened(notice.PspReference, payment, amount, notice.Reason is { Length: > 0 } reason ? reason : "general"),
            ("CHARGEBACK_REVERSED", true) => new VendorNotice.DisputeClosed(notice.PspReference, notice.OriginalReference ?? "", Won: true),
            ("SECOND_CHARGEBACK", true) => new VendorNotice.DisputeClosed(notice.PspReference, notice.OriginalReference ?? "", Won: false),
            _ => new VendorNotice.Other(),
        };
    }

    /// <remarks>
    /// "At once" is not covered by the signature. Whoever could set it had a genuine notice in hand and knows how this hub marks payments; what
    /// they reach is a payment that is booked as collected and is not.
    /// </remarks>
    private static VendorNotice.PaymentChanged Payment(AdyenNotice notice, Money amount, bool succeeded)
    {
        var id = notice.PspReference;
        var collected = notice.AdditionalData?.GetValueOrDefault($"metadata.{AdyenClient.CaptureKey}") == AdyenClient.AtOnce;
        return new VendorNotice.PaymentChanged(id, Reference(notice), amount)
        {
            Outcome = (succeeded, collected) switch
            {
                (false, _) => new PaymentOutcome.Declined(id, AdyenErrors.DeclineCodeOfText(notice.Reason)),
                (true, true) => new PaymentOutcome.Captured(id, amount),
                (true, false) => new PaymentOutcome.Authorized(id, amount),
            },
        };
    }

    private static VendorNotice.TransferChanged Transfer(TransferKind kind, AdyenNotice notice, bool succeeded, Money amount) =>
        new(kind, notice.PspReference, Reference(notice), notice.OriginalReference ?? "", succeeded, amount);

    private static string? Reference(AdyenNotice notice) => notice.MerchantReference is { Length: > 0 } reference ? reference : null;
}
