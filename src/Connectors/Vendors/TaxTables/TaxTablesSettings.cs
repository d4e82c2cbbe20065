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

    public void RequireSense()
    {
        if (Tables.Any(table => table.RatesByTaxCode.Values.Append(table.Rate).Any(rate => rate is < 0 or > 1))) throw Misconfigured("a rate is a fraction from 0 to 1, such as 0.19");
        if (Tables.Select(table => (table.Country.ToUpperInvariant(), table.Region?.ToUpperInvariant())).Distinct().Count() < Tables.Count) throw Misconfigured("two tables are for the same place");
    }

    /// <summary>The region's table, else the country's. Null where a country has tables for other regions only: no tax is collected there.</summary>
    public TaxTable? For(TaxAddress place)
    {
        var country = Tables.Where(table => Same(table.Country, place.Country)).ToList();
        if (country.Count == 0) throw Misconfigured($"there is no table for the country '{place.Country}'");
        return country.Find(table => table.Region is not null && Same(table.Region, place.Region)) ?? country.Find(table => table.Region is null);
    }

    private static bool Same(string left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static VendorException Misconfigured(string why) => new(VendorFailure.Misconfigured, $"Settings of Tax tables: {why}.");
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
