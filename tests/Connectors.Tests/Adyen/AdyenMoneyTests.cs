using Composable.Connectors.Adyen;
using Connectors.Tests.Kit;
using FsCheck;
using FsCheck.Fluent;

namespace Connectors.Tests.Adyen;

public sealed class AdyenMoneyTests
{
    [Theory]
    [InlineData(1099, "EUR", 1099)]
    [InlineData(500, "JPY", 500)]
    [InlineData(1234, "KWD", 1234)]
    [InlineData(500, "CLP", 50000)]
    [InlineData(500, "ISK", 50000)]
    [InlineData(500, "CVE", 5)]
    [InlineData(1500000, "IDR", 15000)]
    public void Amounts_are_written_as_adyen_counts_them(long amount, string currency, long wire) =>
        AdyenMoney.ToWire(new Money(amount, currency)).ShouldBe(new AdyenAmount(currency, wire));

    [Theory]
    [InlineData(150, "IDR")]
    [InlineData(1, "CVE")]
    [InlineData(1, "XXX")]
    [InlineData(long.MaxValue, "ISK")]
    public void Amounts_that_adyen_cannot_carry_are_rejected(long amount, string currency) =>
        Should.Throw<VendorException>(() => AdyenMoney.ToWire(new Money(amount, currency))).Failure.ShouldBe(VendorFailure.Rejected);

    [Fact]
    public void Every_amount_of_every_currency_comes_back_as_it_went()
    {
        // Whole hundreds, which all of Adyen's oddities can carry.
        var amounts = from currency in Gen.Elements<string>(Samples.Currencies)
                      from hundreds in Gen.Choose(0, 1_000_000)
                      select new Money(hundreds * 100L, currency);
        Prop.ForAll(amounts.ToArbitrary(), money => AdyenMoney.FromWire(AdyenMoney.ToWire(money)) == money).QuickCheckThrowOnFailure();
    }
}
