using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Connectors.Tests.Kit;

/// <summary>What every tax connector must do, whether it asks a vendor or a table.</summary>
public abstract class TaxContract
{
    protected static TaxAddress Austin { get; } = new("US", "TX", "78701", "Austin", "1 Main St");

    protected abstract ITax Tax { get; }

    /// <summary>What <see cref="Tax"/> charges in Austin, as a fraction, on goods without a tax code.</summary>
    protected abstract decimal Rate { get; }

    /// <summary>Whether shipping is taxed there.</summary>
    protected abstract bool ShippingTaxed { get; }

    /// <summary>Whether <see cref="Tax"/> can tell for the United States which addresses exist.</summary>
    protected virtual bool ChecksAddresses => true;

    [Fact]
    public async Task Four_at_two_fifty_are_taxed_as_one_sum()
    {
        var quote = await QuoteAsync(Request("USD", 0, false, 250, 250, 250, 250));
        quote.Total.ShouldBe(Rounding.HalfUp(1000 * Rate));
        quote.Items.Values.Max().ShouldBeLessThanOrEqualTo(quote.Items.Values.Min() + 1);
    }

    [Fact]
    public async Task Shipping_is_taxed_where_it_should_be() =>
        (await QuoteAsync(Request("USD", 1000, false, 4000))).Shipping.ShouldBe(ShippingTaxed ? Rounding.HalfUp(1000 * Rate) : 0);

    [Theory]
    [InlineData("USD")]
    [InlineData("JPY")]
    public async Task A_price_with_tax_inside_contains_it_and_does_not_grow(string currency)
    {
        var quote = await QuoteAsync(Request(currency, 0, true, 11_900));
        quote.Total.ShouldBe(Rounding.HalfUp(11_900 * Rate / (1 + Rate)));
    }

    [Fact]
    public async Task A_currency_without_decimals_is_taxed_in_whole_units() => (await QuoteAsync(Request("JPY", 0, false, 500))).Total.ShouldBe(Rounding.HalfUp(500 * Rate));

    [Fact]
    public async Task Nothing_is_owed_on_nothing() => (await QuoteAsync(Request("USD", 0, false, 0))).Total.ShouldBe(0);

    [Fact]
    public void Parts_always_sum_to_the_total()
    {
        var requests = from currency in Gen.Elements("USD", "JPY", "KWD")
                       from included in Gen.Elements(true, false)
                       from shipping in Gen.Choose(0, 3_000)
                       from count in Gen.Choose(1, 12)
                       from amounts in Gen.ArrayOf(Gen.Choose(0, 100_000), count)
                       select Request(currency, shipping, included, [.. amounts.Select(amount => (long)amount)]);
        // The quote is awaited inside a property, which cannot be asynchronous; the sandbox answers on its own threads.
        Prop.ForAll(requests.ToArbitrary(), request => Sums(QuoteAsync(request).GetAwaiter().GetResult(), request)).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    [Fact]
    public async Task Where_somebody_lives_is_forgotten_and_twice_is_as_good_as_once()
    {
        if (Tax is not IForgets forgets) return;
        var sale = await SaleAsync();
        await Tax.CommitAsync(sale, CancellationToken.None);
        var subject = new Subject("era_1", "cust_1", [], [sale.Reference, $"{sale.Reference}-never"]);
        var first = await forgets.ForgetAsync(subject, CancellationToken.None);
        (await forgets.ForgetAsync(subject, CancellationToken.None)).ShouldBe(first);
        if (first is Forgotten.Done done) done.Reference.ShouldBe(sale.Reference);
        (await forgets.ForgetAsync(subject with { Sales = [] }, CancellationToken.None)).ShouldBeOfType<Forgotten.NothingKept>();
        await Tax.VoidAsync(sale.Reference, CancellationToken.None);
    }

    [Fact]
    public async Task Commit_twice_refund_twice_and_void_twice_are_as_good_as_once()
    {
        var sale = await SaleAsync();
        var refund = new TaxRefund($"{sale.Reference}-r1", sale.Reference, sale.At, "USD", Austin, 500, 41);
        for (var time = 0; time < 2; time++) await Tax.CommitAsync(sale, CancellationToken.None);
        for (var time = 0; time < 2; time++) await Tax.RefundAsync(refund, CancellationToken.None);
        for (var time = 0; time < 2; time++) await Tax.VoidAsync(sale.Reference, CancellationToken.None);
    }

    [Fact]
    public Task Void_of_a_sale_that_was_never_recorded_succeeds() => Tax.VoidAsync($"ord_{Guid.NewGuid():N}", CancellationToken.None);

    [Fact]
    public async Task An_address_as_it_should_be_is_good() => (await CheckAsync(Austin)).ShouldBe(ChecksAddresses ? new AddressFinding.Good() : new AddressFinding.NotChecked());

    [Fact]
    public async Task A_place_that_does_not_exist_is_unknown() =>
        (await CheckAsync(Austin with { PostalCode = "00000" })).ShouldBe(ChecksAddresses ? new AddressFinding.Unknown() : new AddressFinding.NotChecked());

    [Fact]
    public async Task A_wrong_state_is_never_good_and_a_correction_names_the_right_one()
    {
        var finding = await CheckAsync(Austin with { Region = "CA" });
        finding.ShouldNotBeOfType<AddressFinding.Good>();
        if (finding is AddressFinding.Corrected corrected) corrected.Suggestions[0].Region.ShouldBe("TX");
    }

    protected Task<AddressFinding> CheckAsync(TaxAddress address) => Tax.CheckAddressAsync(address, CancellationToken.None);

    protected static TaxRequest Request(string currency, long shipping, bool included, params long[] amounts) => new(currency, Austin,
        [.. amounts.Select((amount, index) => new TaxItem(index.ToString(CultureInfo.InvariantCulture), 1, amount, 0, amount, null))], shipping, included);

    protected Task<TaxQuote> QuoteAsync(TaxRequest request) => Tax.QuoteAsync(request, CancellationToken.None);

    protected async Task<TaxSale> SaleAsync(bool included = false)
    {
        var request = Request("USD", 500, included, 1999, 250, 250);
        return new TaxSale($"ord_{Guid.NewGuid():N}", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), request, await QuoteAsync(request));
    }

    private static bool Sums(TaxQuote quote, TaxRequest request) =>
        quote.Items.Keys.Order().SequenceEqual(request.Items.Select(item => item.Id).Order())
        && quote.Items.Values.Sum() + quote.Shipping == quote.Total
        && quote.Lines.Sum(line => line.Amount) == quote.Total
        && quote.Items.Values.All(tax => tax >= 0) && quote.Shipping >= 0;
}
