using System.Text.Json.Serialization;

namespace Composable.Sandbox.TaxJar;

/// <summary>Amounts are in major units, as TaxJar writes them.</summary>
internal sealed record LineItem(
    string? Id, int? Quantity, string? ProductIdentifier, string? Description, string? ProductTaxCode, decimal? UnitPrice, decimal? Discount, decimal? SalesTax)
{
    public decimal Total() => ((UnitPrice ?? 0) * (Quantity ?? 1)) - (Discount ?? 0);
}

internal sealed record NexusAddress(string? Id, string? Country, string? Zip, string? State, string? City, string? Street);

internal sealed record TaxRequest
{
    public string? FromCountry { get; init; }

    public string? FromState { get; init; }

    public string? ToCountry { get; init; }

    public string? ToZip { get; init; }

    public string? ToState { get; init; }

    public string? ToCity { get; init; }

    public decimal? Amount { get; init; }

    public decimal? Shipping { get; init; }

    public string? ExemptionType { get; init; }

    public IReadOnlyList<NexusAddress>? NexusAddresses { get; init; }

    public IReadOnlyList<LineItem>? LineItems { get; init; }
}

/// <summary>An order, or a refund when it refers to one.</summary>
internal sealed record Transaction
{
    public string? TransactionId { get; init; }

    public int UserId { get; init; }

    public string? TransactionDate { get; init; }

    public string? TransactionReferenceId { get; init; }

    public string? Provider { get; init; }

    public string? ExemptionType { get; init; }

    public string? CustomerId { get; init; }

    public string? FromCountry { get; init; }

    public string? FromZip { get; init; }

    public string? FromState { get; init; }

    public string? FromCity { get; init; }

    public string? FromStreet { get; init; }

    public string? ToCountry { get; init; }

    public string? ToZip { get; init; }

    public string? ToState { get; init; }

    public string? ToCity { get; init; }

    public string? ToStreet { get; init; }

    public decimal? Amount { get; init; }

    public decimal? Shipping { get; init; }

    public decimal? SalesTax { get; init; }

    public IReadOnlyList<LineItem>? LineItems { get; init; }
}

internal sealed record AddressRequest(string? Country, string? State, string? Zip, string? City, string? Street);

/// <summary>One change: a transaction as it is after it. The unit that is written to the journal.</summary>
internal sealed record TaxJarEntry(Transaction Transaction, bool Removed = false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(TaxRequest))]
[JsonSerializable(typeof(Transaction))]
[JsonSerializable(typeof(AddressRequest))]
[JsonSerializable(typeof(TaxJarEntry))]
internal sealed partial class TaxJarJson : JsonSerializerContext;
