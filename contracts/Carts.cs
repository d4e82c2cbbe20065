using System.Text.Json.Serialization;

namespace Composable.Contracts;

public sealed record CreateCart(string? Market = null, IReadOnlyList<LineInput>? Lines = null);

public sealed record LineInput(string Sku, int Quantity);

public sealed record QuantityInput(int Quantity);

public sealed record CartOperations(IReadOnlyList<CartOperation> Operations);

/// <summary>One change of a cart: <c>{"type": "addLine", "sku": "…", "quantity": 1}</c>. The list of a request is applied whole or not at all.</summary>
[JsonConverter(typeof(CartOperationConverter))]
public abstract record CartOperation
{
    public sealed record AddLine(string Sku, int Quantity) : CartOperation;
    public sealed record SetQuantity(string LineId, int Quantity) : CartOperation;
    public sealed record RemoveLine(string LineId) : CartOperation;
    public sealed record ApplyCode(string Code) : CartOperation;
    public sealed record RemoveCode(string Code) : CartOperation;
    public sealed record SetEmail(string Email) : CartOperation;
    public sealed record SetShippingAddress(Address Address) : CartOperation;
    /// <param name="Address">Null means the same as the shipping address.</param>
    public sealed record SetBillingAddress(Address? Address) : CartOperation;
    public sealed record ChooseDelivery(string OptionId) : CartOperation;
}

/// <param name="Country">ISO 3166 alpha-2.</param>
/// <param name="Region">State or province, where the country uses one.</param>
public sealed record Address(
    string Name, string Line1, string City, string PostalCode, string Country,
    string? Line2 = null, string? Region = null, string? Company = null, string? Phone = null);

public sealed record CartView
{
    public required string Id { get; init; }

    /// <summary>Shown once, in the answer that creates the cart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Token { get; init; }
    public required string Market { get; init; }
    public required string Currency { get; init; }
    /// <summary><c>open</c>, <c>completing</c> or <c>ordered</c>.</summary>
    public required string Status { get; init; }
    public required IReadOnlyList<CartLineView> Lines { get; init; }
    public required IReadOnlyList<string> Codes { get; init; }
    public string? Email { get; init; }
    public Address? ShippingAddress { get; init; }
    public Address? BillingAddress { get; init; }
    public string? DeliveryOption { get; init; }
    public required TotalsView Totals { get; init; }
    public required IReadOnlyList<Message> Messages { get; init; }
    public required long Version { get; init; }
}

public sealed record CartLineView(string Id, string Sku, string Title, int Quantity, MoneyView UnitPrice, MoneyView Total);

/// <param name="Discount">Positive; taken off.</param>
/// <param name="TaxIncluded">True: <paramref name="Tax"/> is a part of the other amounts. False: it is added to them.</param>
public sealed record TotalsView(MoneyView Items, MoneyView Discount, MoneyView Shipping, MoneyView Tax, MoneyView Total, bool TaxIncluded);
