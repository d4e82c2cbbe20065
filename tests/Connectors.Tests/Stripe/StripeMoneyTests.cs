using Composable.Connectors.Stripe;
using Connectors.Tests.Kit;
using FsCheck;
using FsCheck.Fluent;

namespace Connectors.Tests.Stripe;

public sealed class StripeMoneyTests
{
    [Theory]
    [InlineData(1099, "EUR", 1099)]
    [InlineData(500, "JPY", 500)]
    [InlineData(1230, "KWD", 1230)]
    [InlineData(500, "ISK", 50000)]
    [InlineData(500, "UGX", 50000)]
    [InlineData(500, "MGA", 5)]
    [InlineData(100000, "HUF", 100000)]
    public void Amounts_are_written_as_stripe_counts_them(long amount, string currency, long wire) => StripeMoney.ToWire(new Money(amount, currency)).ShouldBe(wire);

    [Theory]
    [InlineData(1234, "KWD")]
    [InlineData(150, "MGA")]
    [InlineData(1, "XXX")]
    [InlineData(long.MaxValue, "ISK")]
    public void Amounts_that_stripe_cannot_carry_are_rejected(long amount, string currency) =>
        Should.Throw<VendorException>(() => StripeMoney.ToWire(new Money(amount, currency))).Failure.ShouldBe(VendorFailure.Rejected);

    [Fact]
    public void Every_amount_of_every_currency_comes_back_as_it_went()
    {
        // Whole hundreds, which all of Stripe's oddities can carry.
        var amounts = from currency in Gen.Elements<string>(Samples.Currencies)
                      from hundreds in Gen.Choose(0, 1_000_000)
                      select new Money(hundreds * 100L, currency);
        Prop.ForAll(amounts.ToArbitrary(), money => StripeMoney.FromWire(StripeMoney.ToWire(money), money.Currency.ToLowerInvariant()) == money).QuickCheckThrowOnFailure();
    }
}
