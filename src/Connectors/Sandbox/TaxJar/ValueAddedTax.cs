using System.Collections.Frozen;

namespace Composable.Sandbox.TaxJar;

/// <summary>Standard and food rates of some countries with a value added tax.</summary>
internal static class ValueAddedTax
{
    public static readonly FrozenDictionary<string, (string Name, decimal Standard, decimal Reduced)> Countries =
        new Dictionary<string, (string, decimal, decimal)>
        {
            ["AT"] = ("Austria", 0.20m, 0.10m),
            ["AU"] = ("Australia", 0.10m, 0m),
            ["BE"] = ("Belgium", 0.21m, 0.06m),
            ["CA"] = ("Canada", 0.05m, 0m),
            ["DE"] = ("Germany", 0.19m, 0.07m),
            ["ES"] = ("Spain", 0.21m, 0.10m),
            ["FR"] = ("France", 0.20m, 0.055m),
            ["GB"] = ("United Kingdom", 0.20m, 0m),
            ["IE"] = ("Ireland", 0.23m, 0m),
            ["IT"] = ("Italy", 0.22m, 0.10m),
            ["NL"] = ("Netherlands", 0.21m, 0.09m),
            ["SE"] = ("Sweden", 0.25m, 0.12m),
        }.ToFrozenDictionary();

    /// <summary>Nothing for a country that is not listed.</summary>
    public static TaxRate Rate(string country, string? taxCode) =>
        Countries.TryGetValue(country, out var vat) ? new TaxRate(taxCode == "40030" ? vat.Reduced : vat.Standard, 0, 0, 0) : default;
}
