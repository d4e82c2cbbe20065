using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.Contracts;

public sealed record CreateCheckout(string CartId);

/// <summary>A change of a checkout. A member that is absent stays as it is; <c>billingAddress: null</c> means the same as shipping.</summary>
public sealed record PatchCheckout
{
    public string? Email { get; init; }
    public Address? ShippingAddress { get; init; }
    public Address? BillingAddress { get; init; }
    public string? DeliveryOption { get; init; }
}

public sealed record CheckoutView
{
    public required string Id { get; init; }
    public required string CartId { get; init; }
    /// <summary><c>incomplete</c>, <c>ready</c>, <c>completing</c>, <c>action_required</c>, <c>completed</c>, <c>canceled</c> or <c>expired</c>.</summary>
    public required string Status { get; init; }
    public required string Market { get; init; }
    public string? Email { get; init; }
    public required CheckoutAddresses Addresses { get; init; }
    public required IReadOnlyList<DeliveryOptionView> DeliveryOptions { get; init; }
    public string? DeliveryOption { get; init; }
    public required IReadOnlyList<PaymentOptionView> PaymentOptions { get; init; }
    public required IReadOnlyList<CartLineView> Lines { get; init; }
    public required TotalsView Totals { get; init; }
    public QuoteView? Quote { get; init; }
    public required IReadOnlyList<Message> Messages { get; init; }
    public required IReadOnlyList<ActionView> Actions { get; init; }
    public string? OrderId { get; init; }

    /// <summary>The order, in the answer that completes the checkout.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OrderView? Order { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required long Version { get; init; }
}

public sealed record CheckoutAddresses(Address? Shipping, Address? Billing);

public sealed record DeliveryOptionView(string Id, string Title, MoneyView Price, string Eta);

/// <param name="PublicData">What the storefront needs to collect the method, such as a publishable key.</param>
public sealed record PaymentOptionView(string Connection, string Kind, IReadOnlyDictionary<string, string> PublicData);

/// <summary>The priced, taxed, expiring offer that completing asserts.</summary>
public sealed record QuoteView(string Token, DateTimeOffset ExpiresAt, TotalsView Parts);

/// <param name="Type"><c>redirect</c>: send the shopper to <paramref name="Url"/>.</param>
public sealed record ActionView(string Type, string Url, DateTimeOffset ExpiresAt);

public sealed record CompleteCheckout(string QuoteToken, PaymentInput? Payment = null);

/// <param name="Connection">Which payment option; the market's first when absent.</param>
public sealed record PaymentInput(PaymentMethodInput Method, string? Connection = null, string? ReturnUrl = null);

/// <param name="Details">The query parameters that the confirmation page added to the return URL, such as <c>redirectResult</c>; empty where there were none.</param>
public sealed record ConfirmPayment(IReadOnlyDictionary<string, string> Details);

public sealed record PaymentMethodInput(string Type, string? Token = null);
