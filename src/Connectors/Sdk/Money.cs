using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Composable.Connectors.Sdk;

/// <summary>An amount in a currency's minor unit: 1999 USD is $19.99, 500 JPY is ¥500, 1230 KWD is KWD 1.230.</summary>
public readonly record struct Money(long Amount, string Currency)
{
    public static Money Zero(string currency) => new(0, currency);

    public static Money operator +(Money left, Money right) => new(checked(left.Amount + Same(left, right).Amount), left.Currency);

    public static Money operator -(Money left, Money right) => new(checked(left.Amount - Same(left, right).Amount), left.Currency);

    /// <summary>The amount as vendors write it in major units: 1999 USD is 19.99. Exact, with the currency's own number of decimals.</summary>
    public decimal ToMajorUnits() => new decimal(Amount) / Currencies.Scale(Currency);

    /// <summary>Reads an amount in major units. Refuses one that does not fit the currency's decimals, instead of rounding it.</summary>
    public static Money FromMajorUnits(decimal amount, string currency)
    {
        var minor = amount * Currencies.Scale(currency);
        return minor == decimal.Truncate(minor)
            ? new Money((long)minor, currency)
            : throw new ArgumentException($"{amount.ToString(CultureInfo.InvariantCulture)} has more decimals than {currency} allows.", nameof(amount));
    }

    public override string ToString() => $"{ToMajorUnits().ToString($"F{Currencies.Exponent(Currency)}", CultureInfo.InvariantCulture)} {Currency}";

    [SuppressMessage("Usage", "CA2208", Justification = "The operands of an operator have no better name.")]
    private static Money Same(Money left, Money right) =>
        left.Currency == right.Currency ? right : throw new ArgumentException($"Cannot combine {left.Currency} with {right.Currency}.");
}
