using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

/// <summary>
/// Standard VAT rates with the days they held: a CSV file with <c>start_date</c>, <c>stop_date</c> (the first day it no longer held, or empty), <c>territory_codes</c> and
/// <c>rate</c>, a fraction. A territory is a country, or a country with a region or a postal code behind a hyphen.
/// </summary>
internal sealed class VatHistory : TaxSource
{
    private readonly Dictionary<string, List<Period>> _byTerritory = new(StringComparer.OrdinalIgnoreCase);

    private VatHistory() { }

    private sealed record Period(DateOnly Start, DateOnly? Stop, TaxTable Table);

    public static VatHistory Read(CsvRows rows, TaxFile options)
    {
        var history = new VatHistory();
        foreach (var row in rows.Read("start_date", "stop_date", "territory_codes", "rate"))
        {
            if (row.GetValueOrDefault("rate_type", "standard") != "standard") continue;
            if (!decimal.TryParse(row["rate"], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || rate is < 0 or > 1) throw rows.Wrong("rate is not a fraction from 0 to 1");
            var start = Day(row["start_date"]) ?? throw rows.Wrong("start_date is not a day such as 2021-01-31");
            DateOnly? stop = row["stop_date"].Length == 0 ? null : Day(row["stop_date"]) ?? throw rows.Wrong("stop_date is not a day such as 2021-01-31");
            if (stop < start) throw rows.Wrong("stop_date is before start_date");
            foreach (var territory in row["territory_codes"].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                history.Add(territory, new Period(start, stop, Table(territory, rate, options)));
        }

        return history._byTerritory.Count > 0 ? history : throw rows.Wrong("there are no rates");
    }

    public override TaxTable? For(TaxAddress place, DateOnly day) =>
        On(day, $"{place.Country}-{Plain(place.PostalCode)}") ?? (place.Region is { } region ? On(day, $"{place.Country}-{Plain(region)}") : null) ?? On(day, place.Country);

    private static TaxTable Table(string territory, decimal rate, TaxFile options) => new()
    {
        Country = territory.Split('-')[0],
        Rate = rate,
        RatesByTaxCode = options.ExemptTaxCodes.ToDictionary(code => code, _ => 0m),
        ShippingTaxed = options.ShippingTaxed != options.ShippingOtherwiseIn.Contains(territory.Split('-')[0], StringComparer.OrdinalIgnoreCase),
        Title = options.Title ?? "VAT",
    };

    private static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static string Plain(string code) => code.Replace(" ", "", StringComparison.Ordinal);

    private void Add(string territory, Period period)
    {
        var key = Plain(territory);
        if (!_byTerritory.TryGetValue(key, out var periods)) _byTerritory[key] = periods = [];
        periods.Add(period);
    }

    /// <summary>Where two periods hold, the one that began last.</summary>
    private TaxTable? On(DateOnly day, string territory) =>
        _byTerritory.GetValueOrDefault(territory)?.Where(period => period.Start <= day && !(period.Stop <= day)).MaxBy(period => period.Start)?.Table;
}
