using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

/// <summary>Stripe's smallest units, which are ISO 4217's minor units but for the few currencies below.</summary>
internal static class StripeMoney
{
    private const int ThreeDecimals = 3;

    /// <summary>Decimals as Stripe counts them. ISK and UGX keep the two they once had, always "00"; the ariary has none there.</summary>
    private static int Decimals(string currency) => currency switch
    {
        "ISK" or "UGX" => 2,
        "MGA" => 0,
        _ => Currencies.Exponent(currency),
    };

    /// <summary>Throws Rejected for an amount that Stripe cannot carry.</summary>
    public static long ToWire(Money money)
    {
        if (!Currencies.IsKnown(money.Currency)) throw Unfit(money, "it is not an ISO 4217 currency");
        var decimals = Decimals(money.Currency);
        // Card networks settle these with two decimals: the last of the three must be zero.
        if (decimals == ThreeDecimals && money.Amount % 10 != 0) throw Unfit(money, "its third decimal must be 0");
        return Currencies.Rescale(money.Amount, Currencies.Exponent(money.Currency), decimals) ?? throw Unfit(money, "it does not fit the units Stripe counts it in");
    }

    /// <summary>Null for a currency that is unknown or an amount that ISO's decimals cannot express.</summary>
    public static Money? FromWire(long amount, string currency)
    {
        var code = currency.ToUpperInvariant();
        if (!Currencies.IsKnown(code)) return null;
        return Currencies.Rescale(amount, Decimals(code), Currencies.Exponent(code)) is { } minor ? new Money(minor, code) : null;
    }

    private static VendorException Unfit(Money money, string why) =>
        new(VendorFailure.Rejected, $"Stripe cannot carry {money.Amount} minor units of {money.Currency}: {why}.");
}
