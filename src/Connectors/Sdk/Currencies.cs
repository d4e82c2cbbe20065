using System.Collections.Frozen;

namespace Composable.Connectors.Sdk;

/// <summary>The currencies of ISO 4217 that are in use, each with its number of decimals.</summary>
public static class Currencies
{
    private static readonly FrozenDictionary<string, int> Exponents = Build();

    public static bool IsKnown(string code) => Exponents.ContainsKey(code);

    /// <summary>Decimals of the currency: 2 for USD, 0 for JPY, 3 for KWD.</summary>
    public static int Exponent(string code) =>
        Exponents.TryGetValue(code, out var exponent) ? exponent : throw new ArgumentException($"'{code}' is not an ISO 4217 currency.", nameof(code));

    /// <summary>Minor units in one major unit: 100 for USD, 1 for JPY, 1000 for KWD.</summary>
    public static long Scale(string code) => Exponent(code) switch { 0 => 1, 2 => 100, 3 => 1000, _ => 10000 };

    /// <summary>A number of units with some decimals as one with others, for vendors that count a currency in units of their own; null when it does not fit.</summary>
    public static long? Rescale(long amount, int from, int to)
    {
        Int128 scaled = amount;
        for (; from < to; from++) scaled *= 10;
        for (; from > to; from--)
        {
            if (scaled % 10 != 0) return null;
            scaled /= 10;
        }

        return scaled >= long.MinValue && scaled <= long.MaxValue ? (long)scaled : null;
    }

    private static FrozenDictionary<string, int> Build()
    {
        const string two = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK "
            + "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
            + "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
            + "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";
        const string zero = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
        const string three = "BHD IQD JOD KWD LYD OMR TND";
        return Read(two, 2).Concat(Read(zero, 0)).Concat(Read(three, 3)).ToFrozenDictionary();

        static IEnumerable<KeyValuePair<string, int>> Read(string codes, int exponent) => codes.Split(' ').Select(code => KeyValuePair.Create(code, exponent));
    }
}
