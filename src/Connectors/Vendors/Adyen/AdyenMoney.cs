using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

/// <summary>Adyen's smallest units, which are ISO 4217's minor units but for the few currencies below.</summary>
internal static class AdyenMoney
{
    /// <summary>Decimals as Adyen counts them.</summary>
    private static int Decimals(string currency) => currency switch
    {
        "CLP" or "ISK" => 2,
        "CVE" or "IDR" => 0,
        _ => Currencies.Exponent(currency),
    };

    /// <summary>Throws Rejected for an amount that Adyen cannot carry.</summary>
    public static AdyenAmount ToWire(Money money)
    {
        if (!Currencies.IsKnown(money.Currency)) throw Unfit(money, "it is not an ISO 4217 currency");
        var value = Currencies.Rescale(money.Amount, Currencies.Exponent(money.Currency), Decimals(money.Currency)) ?? throw Unfit(money, "it does not fit the units Adyen counts it in");
        return new AdyenAmount(money.Currency, value);
    }

    /// <summary>Null for a currency that is unknown or an amount that ISO's decimals cannot express.</summary>
    public static Money? FromWire(AdyenAmount amount) =>
        Currencies.IsKnown(amount.Currency) && Currencies.Rescale(amount.Value, Decimals(amount.Currency), Currencies.Exponent(amount.Currency)) is { } minor
            ? new Money(minor, amount.Currency)
            : null;

    private static VendorException Unfit(Money money, string why) =>
        new(VendorFailure.Rejected, $"Adyen cannot carry {money.Amount} minor units of {money.Currency}: {why}.");
}
