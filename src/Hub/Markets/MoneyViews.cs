using System.Globalization;
using Composable.Connectors.Sdk;
using Composable.Contracts;

namespace Composable.Hub.Markets;

/// <summary>Amounts as the API shows them.</summary>
internal static class MoneyViews
{
    public static MoneyView View(this Money money) => Of(money.Amount, money.Currency);

    public static MoneyView Of(long amount, string currency) => new(amount, currency, Display(amount, currency));

    /// <summary>Like <c>$19.99</c>, <c>¥1,999</c> or <c>CHF 19.99</c>. The same text on every machine, whatever its locale data.</summary>
    private static string Display(long amount, string currency)
    {
        var exponent = Currencies.Exponent(currency);
        var number = new Money(Math.Abs(amount), currency).ToMajorUnits().ToString(exponent switch { 0 => "N0", 3 => "N3", _ => "N2" }, CultureInfo.InvariantCulture);
        var symbol = currency switch { "USD" => "$", "EUR" => "€", "GBP" => "£", "JPY" => "¥", _ => currency + " " };
        return amount < 0 ? $"-{symbol}{number}" : symbol + number;
    }
}
