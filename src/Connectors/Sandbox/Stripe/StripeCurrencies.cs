using System.Collections.Frozen;

namespace Composable.Sandbox.Stripe;

/// <summary>Which currencies Stripe takes, and the amounts it refuses.</summary>
internal static class StripeCurrencies
{
    private const long Largest = 99_999_999;

    private static readonly FrozenSet<string> Known = (
        "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd "
        + "egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl "
        + "mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos "
        + "srd std szl thb tjs tnd top try ttd twd tzs uah ugx usdc uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw").Split(' ').ToFrozenSet();

    /// <summary>The currency in lower case, once the amount is found chargeable.</summary>
    public static string Check(string code, long amount)
    {
        var currency = code.ToLowerInvariant();
        if (!Known.Contains(currency))
        {
            throw StripeRefusal.Invalid($"Invalid currency: {currency}. Stripe does not support this currency.", null, "currency");
        }

        if (amount < Smallest(currency))
        {
            throw StripeRefusal.Invalid("The amount is below the smallest that can be charged in this currency.", "amount_too_small", "amount");
        }

        if (amount > Largest)
        {
            throw StripeRefusal.Invalid($"Amount must be no more than {Largest}.", "amount_too_large", "amount");
        }

        return currency is "bhd" or "jod" or "kwd" or "omr" or "tnd" && amount % 10 != 0
            ? throw StripeRefusal.Invalid("Amounts in three-decimal currencies must be a multiple of 10.", null, "amount")
            : currency;
    }

    private static long Smallest(string currency) => currency switch
    {
        "gbp" => 30,
        "chf" or "usd" or "eur" or "aud" or "cad" or "nzd" or "sgd" or "brl" or "jpy" => 50,
        "dkk" => 250,
        "nok" or "sek" => 300,
        "hkd" => 400,
        "mxn" => 1000,
        "pln" or "aed" or "myr" => 200,
        "czk" => 1500,
        "huf" => 17500,
        _ => 50,
    };
}
