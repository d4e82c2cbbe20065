using Connectors.Tests.Kit;

namespace Connectors.Tests.TaxTables;

public sealed class TaxTablesTests : TaxContract
{
    protected override ITax Tax { get; } = Connect("total");

    protected override decimal Rate => 0.08625m;

    protected override bool ShippingTaxed => true;

    protected override bool ChecksAddresses => false;

    [Fact]
    public async Task Four_at_two_fifty_come_to_one_cent_more_when_every_line_is_rounded()
    {
        var request = Request("USD", 0, false, 250, 250, 250, 250);
        (await Connect("total").QuoteAsync(request, CancellationToken.None)).Total.ShouldBe(86);
        (await Connect("line").QuoteAsync(request, CancellationToken.None)).Total.ShouldBe(88);
    }

    [Fact]
    public async Task Tax_codes_have_their_own_rates_and_lines()
    {
        var request = new TaxRequest("EUR", new TaxAddress("DE", null, "10115", "Berlin", "Mitte 1"),
            [new TaxItem("shirt", 1, 11_900, 0, 11_900, null), new TaxItem("novel", 1, 1_070, 0, 1_070, "book")], 595, PricesIncludeTax: true);
        var quote = await QuoteAsync(request);
        quote.Items.ShouldBe(new Dictionary<string, long> { ["shirt"] = 1900, ["novel"] = 70 }, ignoreOrder: true);
        (quote.Shipping, quote.Total).ShouldBe((95, 2065));
        quote.Lines.ShouldBe([new TaxLine("VAT 19 %", 0.19m, 1995), new TaxLine("VAT 7 %", 0.07m, 70)]);
    }

    [Fact]
    public async Task A_region_without_a_table_is_untaxed_and_a_country_without_one_is_misconfigured()
    {
        var request = Request("USD", 0, false, 1000);
        (await QuoteAsync(request with { ShipTo = Austin with { Region = "OR" } })).Total.ShouldBe(0);
        (await Should.ThrowAsync<VendorException>(() => QuoteAsync(request with { ShipTo = Austin with { Country = "FR" } }))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Theory]
    [InlineData("""{"tables":[{"country":"DE","rate":19}]}""")]
    [InlineData("""{"tables":[{"country":"DE","rate":0.19,"ratesByTaxCode":{"book":-0.07}}]}""")]
    [InlineData("""{"tables":[{"country":"DE","rate":0.19},{"country":"de","rate":0.16}]}""")]
    [InlineData("""{"tables":[{"country":"DE"}]}""")]
    [InlineData("""{"rounding":"down","tables":[]}""")]
    public void Tables_without_sense_are_misconfigured(string settings) =>
        Should.Throw<VendorException>(() => Vendors.Get("tax-tables").Connect(System.Text.Json.JsonDocument.Parse(settings).RootElement, new HttpClient()))
            .Failure.ShouldBe(VendorFailure.Misconfigured);

    private static ITax Connect(string rounding) => (ITax)Vendors.Connect("tax-tables", new
    {
        rounding,
        tables = new object[]
        {
            new { country = "US", region = "TX", rate = 0.08625m, title = "Sales tax" },
            new { country = "DE", rate = 0.19m, title = "VAT", ratesByTaxCode = new { book = 0.07m } },
        },
    }, new HttpClient());
}
