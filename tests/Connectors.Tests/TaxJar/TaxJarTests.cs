using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.TaxJar;

public sealed class TaxJarTests : TaxBooksContract, IClassFixture<VendorSandbox>
{
    private readonly VendorSandbox _sandbox;

    public TaxJarTests(VendorSandbox sandbox)
    {
        _sandbox = sandbox;
        var settings = new { apiKey = "token_1", baseUrl = $"{sandbox.Address}/taxjar", fromAddress = new { country = "US", region = "TX", postalCode = "78702", city = "Austin" } };
        Tax = (ITax)Vendors.Connect("taxjar", settings, new HttpClient(Line, disposeHandler: false));
    }

    protected override ITax Tax { get; }

    /// <summary>The sandbox's rate at 78701.</summary>
    protected override decimal Rate => 0.08m;

    protected override bool ShippingTaxed => true;

    [Fact]
    public async Task A_place_that_does_not_exist_is_rejected() =>
        (await Should.ThrowAsync<VendorException>(() => QuoteAsync(Request("USD", 0, false, 100) with { ShipTo = Austin with { PostalCode = "10001" } }))).Failure.ShouldBe(VendorFailure.Rejected);

    protected override async Task<IReadOnlyList<RecordedTax>> RecordedAsync(string reference)
    {
        var ledger = await _sandbox.LedgerAsync("taxjar");
        long Minor(JsonElement of, string name) => (long)(Math.Abs(of.GetProperty(name).GetDecimal()) * 100);
        RecordedTax Read(JsonElement entry, string? of) => new(entry.GetProperty("id").GetString()!, of, Minor(entry, "amount"), Minor(entry, "salesTax"));
        return
        [
            .. ledger.GetProperty("transactions").EnumerateArray().Select(sale => Read(sale, null)).Where(sale => sale.Reference == reference),
            .. ledger.GetProperty("refunds").EnumerateArray().Select(refund => Read(refund, refund.GetProperty("reference").GetString())).Where(refund => refund.Reference == reference),
        ];
    }
}
