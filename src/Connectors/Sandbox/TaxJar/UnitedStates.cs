using System.Collections.Frozen;
using System.Globalization;

namespace Composable.Sandbox.TaxJar;

/// <summary>General rates close to the states' own; local parts are made up from the ZIP code, always the same for the same code. For tests, not for filing.</summary>
internal static class UnitedStates
{
    private const decimal LocalStep = 0.00125m;

    // State, rate in %, most local % on top, first digit of its ZIP codes, S when shipping is taxed, then its name.
    private const string Table = """
        AL 4 5 3 - Alabama|AK 0 5 9 - Alaska|AZ 5.6 5 8 - Arizona|AR 6.5 4 7 S Arkansas|CA 7.25 3 9 - California|CO 2.9 5 8 - Colorado|CT 6.35 0 0 S Connecticut
        DE 0 0 1 - Delaware|DC 6 0 2 S District of Columbia|FL 6 1.5 3 - Florida|GA 4 4 3 S Georgia|HI 4 0.5 9 S Hawaii|ID 6 0 8 - Idaho|IL 6.25 4 6 - Illinois
        IN 7 0 4 S Indiana|IA 6 1 5 - Iowa|KS 6.5 4 6 S Kansas|KY 6 0 4 S Kentucky|LA 5 5 7 - Louisiana|ME 5.5 0 0 - Maine|MD 6 0 2 - Maryland
        MA 6.25 0 0 - Massachusetts|MI 6 0 4 S Michigan|MN 6.875 2 5 S Minnesota|MS 7 1 3 S Mississippi|MO 4.225 5 6 - Missouri|MT 0 0 5 - Montana
        NE 5.5 2 6 S Nebraska|NV 6.85 1.5 8 - Nevada|NH 0 0 0 - New Hampshire|NJ 6.625 0 0 S New Jersey|NM 4.875 4 8 S New Mexico|NY 4 4.875 1 S New York
        NC 4.75 2.75 2 S North Carolina|ND 5 3 5 S North Dakota|OH 5.75 2.25 4 S Ohio|OK 4.5 6 7 - Oklahoma|OR 0 0 9 - Oregon|PA 6 2 1 S Pennsylvania
        RI 7 0 0 S Rhode Island|SC 6 3 2 S South Carolina|SD 4.2 2 5 S South Dakota|TN 7 2.75 3 S Tennessee|TX 6.25 2 7 S Texas|UT 4.85 3 8 - Utah
        VT 6 1 0 S Vermont|VA 4.3 1.7 2 - Virginia|WA 6.5 4 9 S Washington|WV 6 1 2 S West Virginia|WI 5 0.5 5 S Wisconsin|WY 4 2 8 - Wyoming
        """;

    public static readonly FrozenDictionary<string, UsState> States = Table
        .Split(['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(Read).ToFrozenDictionary(state => state.Code);

    /// <summary>The rate at an address for a kind of product; <paramref name="unitPrice"/> matters where cheap clothing is exempt.</summary>
    public static TaxRate Rate(UsState state, string zip, string? taxCode, decimal unitPrice) => taxCode switch
    {
        "20010" when IsClothingExempt(state.Code, unitPrice) => default,
        "40030" => Food(state, Local(state, zip)),
        "51020" => default,
        _ => Local(state, zip),
    };

    private static bool IsClothingExempt(string state, decimal unitPrice) => state switch
    {
        "MN" or "NJ" or "PA" or "VT" => true,
        "NY" => unitPrice < 110,
        "MA" => unitPrice <= 175,
        "RI" => unitPrice <= 250,
        _ => false,
    };

    private static TaxRate Food(UsState state, TaxRate general) => state.Code switch
    {
        "AL" or "HI" or "ID" or "MS" or "OK" or "SD" => general,
        "AR" => general with { State = 0.00125m },
        "IL" or "VA" => new TaxRate(0.01m, 0, 0, 0),
        "MO" => general with { State = 0.01225m },
        "TN" => general with { State = 0.04m },
        "UT" => new TaxRate(0.03m, 0, 0, 0),
        _ => default,
    };

    /// <summary>Splits the state's local room over county, city and district by the digits of the ZIP code.</summary>
    private static TaxRate Local(UsState state, string zip)
    {
        var number = int.Parse(zip.AsSpan(0, 5), CultureInfo.InvariantCulture);
        var steps = (int)(state.MostLocal / LocalStep);
        var county = steps == 0 ? 0 : number % ((steps / 2) + 1);
        var city = steps == 0 ? 0 : number / 7 % (((steps - county) / 2) + 1);
        var district = steps == 0 ? 0 : number / 3 % (steps - county - city + 1);
        return new TaxRate(state.Rate, county * LocalStep, city * LocalStep, district * LocalStep);
    }

    private static UsState Read(string row)
    {
        var parts = row.Split(' ', 6);
        return new UsState(parts[0], Percent(parts[1]), Percent(parts[2]), parts[3][0], parts[4] == "S", parts[5]);
    }

    private static decimal Percent(string text) => decimal.Parse(text, CultureInfo.InvariantCulture) / 100;
}

/// <param name="MostLocal">The most that localities add.</param>
internal sealed record UsState(string Code, decimal Rate, decimal MostLocal, char ZipDigit, bool FreightTaxable, string Name);
