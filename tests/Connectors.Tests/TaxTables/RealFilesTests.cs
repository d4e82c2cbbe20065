using System.Text.Json;
using Connectors.Tests.Kit;
using Microsoft.Extensions.Configuration;

namespace Connectors.Tests.TaxTables;

/// <summary>Files as they are published, where they lie on the machine; without them these tests pass over.</summary>
public sealed class RealFilesTests
{
    private static readonly string[] Reduced = ["reduced", "reduced1"];

    [Theory]
    [InlineData("78701", "TX", 8_25)]
    [InlineData("10001", "NY", 8_88)]
    [InlineData("97201", "OR", 0)]
    public async Task Forty_thousand_zip_codes(string zip, string state, long tax)
    {
        if (Connect(new { file = "us_sales_tax/zip_rates.csv.gz" }) is not { } rates) return;
        var place = new TaxAddress("US", state, zip, "", "");
        (await TotalAsync(rates, place)).ShouldBe(tax);
        (await rates.CheckAddressAsync(place, CancellationToken.None)).ShouldBe(new AddressFinding.Good());
        (await rates.CheckAddressAsync(place with { Region = "HI" }, CancellationToken.None)).ShouldBeOfType<AddressFinding.Corrected>().Suggestions[0].Region.ShouldBe(state);
        (await rates.CheckAddressAsync(place with { PostalCode = "00000" }, CancellationToken.None)).ShouldBe(new AddressFinding.Unknown());
    }

    [Theory]
    [InlineData("DE", "10115", null, 19_00)]
    [InlineData("DE", "10115", "book", 7_00)]
    [InlineData("ES", "35001", null, 0)]
    [InlineData("FR", "97100", null, 8_50)]
    [InlineData("FR", "75001", "book", 5_50)]
    public async Task Vat_of_the_european_union(string country, string postcode, string? code, long tax)
    {
        if (Connect(new { file = "vat/vat-rates.json", categories = new { book = Reduced } }) is not { } rates) return;
        (await TotalAsync(rates, new TaxAddress(country, null, postcode, "", ""), code)).ShouldBe(tax);
    }

    [Theory]
    [InlineData("SK", "81101", 23_00)]
    [InlineData("DE", "87491", 19_00)]
    [InlineData("MC", "98000", 20_00)]
    public async Task The_history_of_vat(string country, string postcode, long tax)
    {
        if (Connect(new { file = "vat/vat_rates_history.csv", kind = "vat_history" }) is not { } rates) return;
        (await TotalAsync(rates, new TaxAddress(country, null, postcode, "", ""))).ShouldBe(tax);
    }

    private static async Task<long> TotalAsync(ITax tax, TaxAddress place, string? code = null) =>
        (await tax.QuoteAsync(new TaxRequest("USD", place, [new TaxItem("1", 1, 100_00, 0, 100_00, code)], 0, PricesIncludeTax: false), CancellationToken.None)).Total;

    private static ITax? Connect(object file)
    {
        if (Specs.Beside("data/reference") is not { } folder) return null;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Connectors:DataFolder"] = folder }).Build();
        return (ITax)new Composable.Connectors.TaxTables.TaxTables(configuration).Connect(JsonSerializer.SerializeToElement(new { tables = Array.Empty<object>(), files = new[] { file } }), new HttpClient());
    }
}
