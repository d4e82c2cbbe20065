namespace Composable.Sandbox.Adyen;

/// <summary>Ends a request with one of Adyen's errors.</summary>
internal sealed class AdyenRefusal(int status, string code, string message, string type = "validation") : Exception(message)
{
    public ErrorAnswer Error { get; } = new(status, code, message, type, Psp.New());

    public static AdyenRefusal NoSuchPayment() => new(422, "167", "Original pspReference required for this operation");

    public static AdyenRefusal NoSuchMethod() => new(422, "803", "PaymentDetail not found");

    public static AdyenRefusal InProgress() => new(422, "704", "request already processed or in progress");
}
