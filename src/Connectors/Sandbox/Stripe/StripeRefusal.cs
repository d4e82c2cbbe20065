namespace Composable.Sandbox.Stripe;

/// <summary>Ends a request with one of Stripe's errors.</summary>
internal sealed class StripeRefusal(int status, StripeError error) : Exception(error.Message)
{
    public int Status => status;

    public StripeError Error => error;

    /// <summary>Whether work had begun. Only then does Stripe keep the answer for the idempotency key.</summary>
    public bool Remembered { get; private init; }

    public PaymentIntent? Intent { get; private init; }

    public static StripeRefusal Invalid(string message, string? code = null, string? param = null) =>
        new(400, new StripeError("invalid_request_error", message, code, Param: param));

    public static StripeRefusal Missing(string param) => Invalid($"Missing required param: {param}.", "parameter_missing", param);

    public static StripeRefusal NoSuch(string kind, string id, string param, int status = 404) =>
        new(status, new StripeError("invalid_request_error", $"No such {kind}: '{id}'", "resource_missing", Param: param));

    /// <summary>The parameters are fine, the state of the payment is not.</summary>
    public static StripeRefusal State(string message, string code, PaymentIntent? intent = null, string? param = null) =>
        new(400, new StripeError("invalid_request_error", message, code, Param: param)) { Remembered = true, Intent = intent };
}
