using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

internal sealed record TaxTablesSettings
{
    [Display(Name = "Tables, one per country or region")]
    public required IReadOnlyList<TaxTable> Tables { get; init; }

    [Display(Name = "Half a minor unit goes up: once per rate (total) or on every line (line)")]
    public TaxRounding Rounding { get; init; } = TaxRounding.Total;

    [Display(Name = "Files of rates, below the folder that the hub's settings name")]
    public IReadOnlyList<TaxFile> Files { get; init; } = [];

    public void RequireSense()
    {
        if (Tables.Any(table => table.RatesByTaxCode.Values.Append(table.Rate).Any(rate => rate is < 0 or > 1))) throw Misconfigured("a rate is a fraction from 0 to 1, such as 0.19");
        if (Tables.Select(table => (table.Country.ToUpperInvariant(), table.Region?.ToUpperInvariant())).Distinct().Count() < Tables.Count) throw Misconfigured("two tables are for the same place");
    }

    private static VendorException Misconfigured(string why) => new(VendorFailure.Misconfigured, $"Settings of Tax tables: {why}.");
}

internal sealed record TaxFile
{
    [Display(Name = "File, such as us/zip_rates.csv.gz")]
    public required string File { get; init; }

    [Display(Name = "What it holds: rates by ZIP code or by country (found out from the name), or the history of VAT")]
    public TaxFileKind Kind { get; init; } = TaxFileKind.Rates;

    [Display(Name = "Shipping is taxed, at the general rate")]
    public bool ShippingTaxed { get; init; } = true;

    [Display(Name = "States or countries where it is the other way round")]
    public IReadOnlyList<string> ShippingOtherwiseIn { get; init; } = [];

    [Display(Name = "Tax codes that are never taxed")]
    public IReadOnlyList<string> ExemptTaxCodes { get; init; } = [];

    [Display(Name = "The file's categories for a tax code: the first that the country has")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Categories { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    [Display(Name = "What the tax is called")]
    public string? Title { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<TaxFileKind>))]
internal enum TaxFileKind
{
    /// <summary>By ZIP code (CSV) or by country and category (JSON).</summary>
    [JsonStringEnumMemberName("rates")]
    Rates,

    /// <summary>Standard rates with their days (CSV).</summary>
    [JsonStringEnumMemberName("vat_history")]
    VatHistory,
}

internal sealed record TaxTable
{
    [Display(Name = "Country (two letters)")]
    public required string Country { get; init; }

    [Display(Name = "Region, or empty for all others")]
    public string? Region { get; init; }

    [Display(Name = "General rate, as a fraction")]
    public required decimal Rate { get; init; }

    [Display(Name = "Rates of tax codes that differ, as fractions")]
    public IReadOnlyDictionary<string, decimal> RatesByTaxCode { get; init; } = new Dictionary<string, decimal>();

    [Display(Name = "Shipping is taxed, at the general rate")]
    public bool ShippingTaxed { get; init; } = true;

    [Display(Name = "What the tax is called")]
    public string Title { get; init; } = "Tax";

    public decimal RateOf(string? taxCode) => taxCode is not null && RatesByTaxCode.TryGetValue(taxCode, out var rate) ? rate : Rate;
}

[JsonConverter(typeof(JsonStringEnumConverter<TaxRounding>))]
internal enum TaxRounding
{
    /// <summary>The sum of a rate is rounded, and its lines are made to fit by largest remainder.</summary>
    [JsonStringEnumMemberName("total")]
    Total,

    /// <summary>Every line is rounded, and the sum is theirs.</summary>
    [JsonStringEnumMemberName("line")]
    Line,
}
