namespace Composable.Sandbox.TaxJar;

/// <summary>A rate by jurisdiction, each part a fraction such as 0.0625. Abroad only <paramref name="State"/> is used, for the country's rate.</summary>
internal readonly record struct TaxRate(decimal State, decimal County, decimal City, decimal District)
{
    public decimal Combined => State + County + City + District;
}
