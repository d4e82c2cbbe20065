using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Catalog.Import;

/// <summary>Prices as files write them, in major units: 19.99.</summary>
internal static class MajorUnits
{
    private const NumberStyles Plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;

    public static bool TryRead(string text, out decimal amount) => decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out amount);

    /// <summary>The same amount in minor units; null when it is not a whole number of them, or out of range. Nothing is rounded.</summary>
    public static long? ToMinor(decimal amount, string currency)
    {
        if (Math.Abs(amount) > ProductRules.MaxPrice) return null;
        var minor = amount * Currencies.Scale(currency);
        return minor == decimal.Truncate(minor) && Math.Abs(minor) <= ProductRules.MaxPrice ? (long)minor : null;
    }
}
