using System.Text.Json.Serialization;

namespace Composable.Connectors.TaxJar;

// As on the wire: amounts are JSON numbers in major units.

/// <summary>Where from and where to; shared by every request.</summary>
internal record TaxJarRoute
{
    public string? FromCountry { get; init; }

    public string? FromZip { get; init; }

    public string? FromState { get; init; }

    public string? FromCity { get; init; }

    public string? FromStreet { get; init; }

    public string ToCountry { get; init; } = "";

    public string ToZip { get; init; } = "";

    public string? ToState { get; init; }

    public string? ToCity { get; init; }

    public string? ToStreet { get; init; }
}

/// <summary>POST /v2/taxes. The amount is without shipping.</summary>
internal sealed record TaxJarTaxRequest : TaxJarRoute
{
    public required decimal Amount { get; init; }

    public required decimal Shipping { get; init; }

    public required IReadOnlyList<TaxJarLine> LineItems { get; init; }
}

/// <summary>POST and PUT /v2/transactions/orders, POST /v2/transactions/refunds. The amount is with shipping and without tax; refunds are negative.</summary>
internal sealed record TaxJarTransaction : TaxJarRoute
{
    public required string TransactionId { get; init; }

    public string? TransactionReferenceId { get; init; }

    public required string TransactionDate { get; init; }

    public required decimal Amount { get; init; }

    public required decimal Shipping { get; init; }

    public required decimal SalesTax { get; init; }

    public IReadOnlyList<TaxJarLine>? LineItems { get; init; }
}

/// <param name="Discount">Off the line, not off each piece.</param>
internal sealed record TaxJarLine(string Id, int Quantity, decimal UnitPrice, decimal Discount, string? ProductTaxCode, decimal? SalesTax = null);

internal sealed record TaxJarTaxAnswer(TaxJarTax Tax);

/// <param name="Breakdown">Absent where the merchant owes no tax.</param>
internal sealed record TaxJarTax(decimal AmountToCollect, decimal Rate = 0, bool FreightTaxable = false, TaxJarBreakdown? Breakdown = null);

internal sealed record TaxJarBreakdown(
    IReadOnlyList<TaxJarPart>? LineItems = null,
    TaxJarPart? Shipping = null,
    decimal StateTaxCollectable = 0,
    decimal StateTaxRate = 0,
    decimal CountyTaxCollectable = 0,
    decimal CountyTaxRate = 0,
    decimal CityTaxCollectable = 0,
    decimal CityTaxRate = 0,
    decimal SpecialDistrictTaxCollectable = 0,
    decimal SpecialTaxRate = 0);

internal sealed record TaxJarPart(string? Id = null, decimal TaxCollectable = 0, decimal TaxableAmount = 0, decimal CombinedTaxRate = 0);

internal sealed record TaxJarOrderAnswer(TaxJarOrder Order);

/// <summary>A recorded sale without its lines, as far as a change of it has to repeat it.</summary>
internal sealed record TaxJarOrder(
    string TransactionId, string TransactionDate, string ToCountry, string ToZip, string? ToState, decimal Amount, decimal Shipping, decimal SalesTax, string? ToCity = null, string? ToStreet = null);

internal sealed record TaxJarRefundAnswer(TaxJarRefund Refund);

internal sealed record TaxJarRefund(string TransactionReferenceId, decimal Amount, decimal SalesTax);

internal sealed record TaxJarCategories(IReadOnlyList<TaxJarCategory> Categories);

internal sealed record TaxJarCategory(string ProductTaxCode);

/// <summary>POST /v2/addresses/validate, and each suggestion of its answer.</summary>
internal sealed record TaxJarAddress(string? Country = null, string? Zip = null, string? State = null, string? City = null, string? Street = null);

internal sealed record TaxJarAddresses(IReadOnlyList<TaxJarAddress?> Addresses);

internal sealed record TaxJarErrorAnswer(string Error, int Status);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    // Some amounts of transactions come back as strings.
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TaxJarTaxRequest))]
[JsonSerializable(typeof(TaxJarTransaction))]
[JsonSerializable(typeof(TaxJarTaxAnswer))]
[JsonSerializable(typeof(TaxJarOrderAnswer))]
[JsonSerializable(typeof(TaxJarRefundAnswer))]
[JsonSerializable(typeof(TaxJarCategories))]
[JsonSerializable(typeof(TaxJarAddress))]
[JsonSerializable(typeof(TaxJarAddresses))]
[JsonSerializable(typeof(TaxJarErrorAnswer))]
internal sealed partial class TaxJarJson : JsonSerializerContext;
