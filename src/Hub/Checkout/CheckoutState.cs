using Composable.Hub.Carts;
using Composable.Hub.Payments;

namespace Composable.Hub.Checkout;

/// <summary>What the checkout process knows. While it runs nobody else changes the session or the cart.</summary>
/// <param name="Payment">Null when there is nothing to pay.</param>
internal sealed record CheckoutState(CheckoutSession Session, Cart Cart, PaymentAttempt? Payment)
{
    public required string OrderId { get; init; }

    /// <summary>Set when the market captures money by itself.</summary>
    public string? CaptureId { get; init; }
    public bool Voided { get; init; }
    public DateTimeOffset? ConfirmBy { get; init; }

    public Quote Quote => Session.Quote!;
}
