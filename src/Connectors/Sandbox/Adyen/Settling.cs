namespace Composable.Sandbox.Adyen;

/// <summary>Ends captures, refunds and cancels, and lets successes fail afterwards. Runs under the books' gate; effects are returned, not yet committed.</summary>
internal static class Settling
{
    /// <param name="fails">The scheme says no, whatever the books allow.</param>
    public static AdyenEntry End(AdyenBooks books, Modification modification, bool fails)
    {
        var payment = modification.Payment is { } id ? books.Payment(id) : null;
        var (after, refusal) = fails ? (null, "Refused by the scheme") : modification.Kind switch
        {
            "capture" => Capture(payment, modification),
            "refund" => Refund(payment, modification),
            _ => Cancel(payment),
        };
        var code = modification switch
        {
            { Kind: "capture" } => "CAPTURE",
            { Kind: "refund" } => "REFUND",
            { ByReference: true } => "TECHNICAL_CANCEL",
            _ => "CANCELLATION",
        };
        return new AdyenEntry
        {
            Payment = after,
            Modification = modification with { Status = after is null ? "failed" : "succeeded" },
            Notices = [Tell(books, modification, payment, code, after is not null, refusal ?? "")],
        };
    }

    /// <summary>Money that had moved does not stay: the bank or the scheme sends it back later. Null when there is nothing of the kind.</summary>
    public static AdyenEntry? Reverse(AdyenBooks books, Modification modification)
    {
        if (modification is not { Status: "succeeded", Kind: "capture" or "refund", Payment: { } id } || books.Payment(id) is not { } payment)
        {
            return null;
        }

        var capture = modification.Kind == "capture";
        return new AdyenEntry
        {
            Payment = capture ? payment with { Captured = payment.Captured - modification.Amount } : payment with { Refunded = payment.Refunded - modification.Amount },
            Modification = modification with { Status = "reversed" },
            Notices = [Tell(books, modification, payment, capture ? "CAPTURE_FAILED" : "REFUND_FAILED", succeeded: true, capture ? "Capture Failed" : "Refund Failed")],
        };
    }

    private static (Payment? After, string? Refusal) Capture(Payment? payment, Modification capture) => payment switch
    {
        { Status: "authorised", Captured: 0 } when capture.Currency == payment.Currency && capture.Amount <= payment.Amount => (payment with { Captured = capture.Amount }, null),
        { Status: "authorised" } => (null, "Insufficient balance on payment"),
        _ => (null, "Transaction is not authorised"),
    };

    private static (Payment? After, string? Refusal) Refund(Payment? payment, Modification refund) => payment switch
    {
        { Captured: 0 } => (null, "Transaction hasn't been captured, refund not possible"),
        { } when refund.Currency == payment.Currency && payment.Refunded + refund.Amount <= payment.Captured => (payment with { Refunded = payment.Refunded + refund.Amount }, null),
        _ => (null, "Insufficient balance on payment"),
    };

    private static (Payment? After, string? Refusal) Cancel(Payment? payment) => payment switch
    {
        null => (null, "Original transaction not found"),
        { Captured: > 0 } => (null, "Transaction has been captured"),
        { Status: "refused" } => (null, "Transaction is not authorised"),
        _ => (payment with { Status = "cancelled" }, null),
    };

    private static Notice Tell(AdyenBooks books, Modification modification, Payment? payment, string code, bool succeeded, string reason) => new(
        modification.Id, payment?.Id, modification.Reference, modification.Amount, modification.Currency, code, succeeded, reason, payment?.Brand ?? "", books.Now);
}
