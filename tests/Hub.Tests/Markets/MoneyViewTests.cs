using Composable.Hub.Markets;

namespace Composable.Hub.Tests.Markets;

public sealed class MoneyViewTests
{
    [Theory]
    [InlineData(1999, "USD", "$19.99")]
    [InlineData(0, "USD", "$0.00")]
    [InlineData(5, "EUR", "€0.05")]
    [InlineData(-1999, "GBP", "-£19.99")]
    [InlineData(123456789, "USD", "$1,234,567.89")]
    [InlineData(1999, "JPY", "¥1,999")]
    [InlineData(1999, "KWD", "KWD 1.999")]
    [InlineData(1999, "CHF", "CHF 19.99")]
    public void Amounts_are_shown_with_their_currencys_decimals(long amount, string currency, string display)
    {
        var view = MoneyViews.Of(amount, currency);

        (view.Amount, view.Currency, view.Display).ShouldBe((amount, currency, display));
    }
}
