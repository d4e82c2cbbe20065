using System.Text.Json.Serialization;
using Composable.Contracts;
using Composable.Hub.Access;

namespace Composable.Hub.Carts;

/// <summary>What a shopper intends to buy, with everything chosen for it. Prices are never in it: they come from the catalogue each time.</summary>
internal sealed record Cart : IOwned
{
    public const string Open = "open", Completing = "completing", Ordered = "ordered", Merged = "merged";

    public required string Id { get; init; }

    /// <summary>SHA-256 of the guest token.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Null for a guest's. Once it is a customer's, the token opens it no more.</summary>
    public string? CustomerId { get; init; }
    public required string Market { get; init; }
    public string Status { get; init; } = Open;
    public IReadOnlyList<CartLine> Lines { get; init; } = [];
    public IReadOnlyList<string> Codes { get; init; } = [];
    public string? Email { get; init; }
    public Address? ShippingAddress { get; init; }

    /// <summary>Null means the same as <see cref="ShippingAddress"/>.</summary>
    public Address? BillingAddress { get; init; }
    public string? DeliveryOption { get; init; }
    public long Version { get; init; }
    public int NextLine { get; init; } = 1;

    [JsonIgnore]
    public Owner Owner => new(TokenHash, CustomerId);
}

internal sealed record CartLine(string Id, string Sku, int Quantity);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Cart))]
internal sealed partial class CartJson : JsonSerializerContext;
