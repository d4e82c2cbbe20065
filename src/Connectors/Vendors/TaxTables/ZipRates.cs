using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

/// <summary>Sales tax by ZIP code: a CSV file with <c>state</c>, <c>zip</c> (five digits, or two of them with a hyphen between) and <c>combined</c>, a fraction.</summary>
internal sealed class ZipRates : TaxSource
{
    private const string Country = "US";
    private const int WidestRange = 10_000;

    private readonly Dictionary<int, List<TaxTable>> _byZip = [];

    private ZipRates() { }

    public static ZipRates Read(CsvRows rows, TaxFile options)
    {
        var rates = new ZipRates();
        // ZIP codes of one state with one rate share a table.
        var tables = new Dictionary<(string State, decimal Rate), TaxTable>();
        foreach (var row in rows.Read("state", "zip", "combined"))
        {
            var state = row["state"].ToUpperInvariant();
            if (state is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z']) throw rows.Wrong("state is not two letters");
            if (!decimal.TryParse(row["combined"], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || rate is < 0 or > 1) throw rows.Wrong("combined is not a fraction from 0 to 1");
            if (!tables.TryGetValue((state, rate), out var table)) tables[(state, rate)] = table = Table(state, rate, options);
            var (first, last) = Range(row["zip"]) ?? throw rows.Wrong("zip is neither five digits nor a range of them");
            for (var zip = first; zip <= last; zip++) rates.Add(zip, table, rows);
        }

        return rates._byZip.Count > 0 ? rates : throw rows.Wrong("there are no rates");
    }

    public override TaxTable? For(TaxAddress place, DateOnly day)
    {
        if (!Same(Country, place.Country)) return null;
        var tables = Zip(place.PostalCode) is { } zip ? _byZip.GetValueOrDefault(zip) : null;
        if (tables is null) throw new VendorException(VendorFailure.Rejected, "Tax tables: there is no rate for this ZIP code.");
        // A few ZIP codes lie in two states. Where the state does not decide, the higher rate: what is collected too much can be given back.
        return tables.Find(table => Same(table.Region!, place.Region)) ?? tables.MaxBy(table => table.Rate);
    }

    public override AddressFinding Check(TaxAddress address)
    {
        if (!Same(Country, address.Country)) return new AddressFinding.NotChecked();
        if (Zip(address.PostalCode) is not { } zip || !_byZip.TryGetValue(zip, out var tables)) return new AddressFinding.Unknown();
        return tables.Exists(table => Same(table.Region!, address.Region))
            ? new AddressFinding.Good()
            : new AddressFinding.Corrected([.. tables.Select(table => address with { Region = table.Region })]);
    }

    private static TaxTable Table(string state, decimal rate, TaxFile options) => new()
    {
        Country = Country,
        Region = state,
        Rate = rate,
        RatesByTaxCode = options.ExemptTaxCodes.ToDictionary(code => code, _ => 0m),
        ShippingTaxed = options.ShippingTaxed != options.ShippingOtherwiseIn.Contains(state, StringComparer.OrdinalIgnoreCase),
        Title = options.Title ?? "Sales tax",
    };

    /// <summary>The five digits of <c>78701</c>, <c>78701-1234</c> or <c>787011234</c>.</summary>
    private static int? Zip(string text)
    {
        var code = text.Replace(" ", "", StringComparison.Ordinal);
        var isOne = code.Length switch { 5 or 9 => true, 10 => code[5] == '-', _ => false };
        if (code.Length == 10) code = code.Remove(5, 1);
        return isOne && code.All(char.IsAsciiDigit) ? int.Parse(code[..5], CultureInfo.InvariantCulture) : null;
    }

    private static (int First, int Last)? Range(string text) => text.Split('-') switch
    {
        [{ Length: 5 } only] when Zip(only) is { } zip => (zip, zip),
        [{ Length: 5 } from, { Length: 5 } to] when Zip(from) is { } first && Zip(to) is { } last && last >= first && last - first < WidestRange => (first, last),
        _ => null,
    };

    private void Add(int zip, TaxTable table, CsvRows rows)
    {
        if (!_byZip.TryGetValue(zip, out var tables)) _byZip[zip] = tables = [];
        if (tables.Exists(other => other.Region == table.Region)) throw rows.Wrong($"the ZIP code {zip:00000} has two rates in {table.Region}");
        tables.Add(table);
    }
}
