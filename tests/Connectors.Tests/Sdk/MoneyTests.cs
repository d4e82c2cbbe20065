using Connectors.Tests.Kit;
using FsCheck;
using FsCheck.Fluent;

namespace Connectors.Tests.Sdk;

public sealed class MoneyTests
{
    [Fact]
    public void Major_units_and_back_is_the_same_money_in_every_currency()
    {
        var amounts = from currency in Gen.Elements<string>(Samples.Currencies)
                      from high in Gen.Choose(int.MinValue, int.MaxValue)
                      from low in Gen.Choose(0, int.MaxValue)
                      select new Money(high * 1_000_003L + low, currency);
        Prop.ForAll(amounts.ToArbitrary(), money => Money.FromMajorUnits(money.ToMajorUnits(), money.Currency) == money).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(500, "JPY", "500")]
    [InlineData(1230, "KWD", "1.23")]
    [InlineData(1099, "EUR", "10.99")]
    public void Major_units_have_the_currencys_decimals(long amount, string currency, string major) =>
        new Money(amount, currency).ToMajorUnits().ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(major);
}
