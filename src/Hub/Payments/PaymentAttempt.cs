using Composable.Connectors.Sdk;

namespace Composable.Hub.Payments;

/// <summary>One try to take money. Its id is written down before any byte leaves, and every key sent to a provider comes from it.</summary>
internal sealed record PaymentAttempt(string Id, string CheckoutId, string Connection, string MethodType, string MethodToken, string? ReturnUrl, Money Amount, DateTimeOffset StartedAt)
{
    /// <summary>The provider's id, once it gave one.</summary>
    public string? VendorId { get; init; }

    /// <summary>Where the shopper must go to confirm.</summary>
    public string? ActionUrl { get; init; }

    /// <summary>What the provider says it reserved or took.</summary>
    public Money? Authorized { get; init; }

    /// <summary>The provider took the money at once, so there is nothing left to capture.</summary>
    public bool AlreadyCaptured { get; init; }
}
