using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.TaxJar;

public sealed class TaxJarTests : TaxContract, IClassFixture<VendorSandbox>, IDisposable
{
    private readonly VendorSandbox _sandbox;
    private readonly Line _line = new();

    public TaxJarTests(VendorSandbox sandbox)
    {
        _sandbox = sandbox;
        var settings = new { apiKey = "token_1", baseUrl = $"{sandbox.Address}/taxjar", fromAddress = new { country = "US", region = "TX", postalCode = "78702", city = "Austin" } };
        Tax = (ITax)Vendors.Connect("taxjar", settings, new HttpClient(_line, disposeHandler: false));
    }

    protected override ITax Tax { get; }

    /// <summary>The sandbox's rate at 78701.</summary>
    protected override decimal Rate => 0.08m;

    protected override bool ShippingTaxed => true;

    public void Dispose() => _line.Dispose();

    [Theory]
    [InlineData(false, 29.99, 5.0, 2.40)]
    [InlineData(true, 27.77, 4.63, 2.22)]
    public async Task A_sale_is_recorded_once_however_often_it_is_sent(bool included, decimal amount, decimal shipping, decimal tax)
    {
        var sale = await SaleAsync(included);
        _line.LoseAnswers();
        (await Should.ThrowAsync<VendorException>(() => Tax.CommitAsync(sale, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        await Tax.CommitAsync(sale, CancellationToken.None);
        var recorded = (await RecordedAsync("transactions", sale.Reference)).ShouldHaveSingleItem();
        (Number(recorded, "amount"), Number(recorded, "shipping"), Number(recorded, "salesTax")).ShouldBe((amount, shipping, tax));
    }

    [Fact]
    public async Task A_refund_is_recorded_once_and_another_under_its_reference_is_rejected()
    {
        var sale = await SaleAsync();
        var refund = new TaxRefund($"{sale.Reference}-r1", sale.Reference, sale.At, "USD", Austin, 500, 40);
        await Tax.CommitAsync(sale, CancellationToken.None);
        _line.LoseAnswers();
        (await Should.ThrowAsync<VendorException>(() => Tax.RefundAsync(refund, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        await Tax.RefundAsync(refund, CancellationToken.None);
        (await Should.ThrowAsync<VendorException>(() => Tax.RefundAsync(refund with { Amount = 501 }, CancellationToken.None))).Failure.ShouldBe(VendorFailure.Rejected);
        var recorded = (await RecordedAsync("refunds", refund.Reference)).ShouldHaveSingleItem();
        (Number(recorded, "amount"), Number(recorded, "salesTax"), recorded.GetProperty("reference").GetString()).ShouldBe((-5m, -0.40m, sale.Reference));
    }

    [Fact]
    public async Task A_voided_sale_is_gone()
    {
        var sale = await SaleAsync();
        await Tax.CommitAsync(sale, CancellationToken.None);
        await Tax.VoidAsync(sale.Reference, CancellationToken.None);
        (await RecordedAsync("transactions", sale.Reference)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_place_that_does_not_exist_is_rejected() =>
        (await Should.ThrowAsync<VendorException>(() => QuoteAsync(Request("USD", 0, false, 100) with { ShipTo = Austin with { PostalCode = "10001" } }))).Failure.ShouldBe(VendorFailure.Rejected);

    private static decimal Number(JsonElement of, string name) => of.GetProperty(name).GetDecimal();

    private async Task<IReadOnlyList<JsonElement>> RecordedAsync(string kind, string id)
    {
        var ledger = await _sandbox.LedgerAsync("taxjar");
        return [.. ledger.GetProperty(kind).EnumerateArray().Where(entry => entry.GetProperty("id").GetString() == id)];
    }
}
