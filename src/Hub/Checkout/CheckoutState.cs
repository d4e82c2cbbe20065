using System.Text.Json.Serialization;
using Composable.Hub.Carts;
using Composable.Hub.Payments;

namespace Composable.Hub.Checkout;

/// <summary>What the checkout process knows.</summary>
/// <param name="Payment">Null when there is nothing to pay.</param>
internal sealed record CheckoutState(PaymentAttempt? Payment)
{
    public required string OrderId { get; init; }

    /// <summary>Session and cart have rows of their own, and while the process runs nobody else changes them.</summary>
    [JsonIgnore]
    public CheckoutSession Session { get; init; } = null!;

    [JsonIgnore]
    public Cart Cart { get; init; } = null!;

    /// <summary>Connections that may take the payment when the one before them cannot be reached.</summary>
    public IReadOnlyList<string> Elsewhere { get; init; } = [];

    /// <summary>Set when the market captures money by itself.</summary>
    public string? CaptureId { get; init; }
    public bool Voided { get; init; }

    /// <summary>The provider has captured the money. Staff may skip a capture that cannot be made; then nothing is booked.</summary>
    public bool Collected { get; init; }
    public DateTimeOffset? ConfirmBy { get; init; }

    [JsonIgnore]
    public Quote Quote => Session.Quote!;
}
