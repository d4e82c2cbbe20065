using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

/// <summary>
/// VAT rates by country and category, in per cent: a JSON file <c>{items: {DE: [{effective_from, rates: {standard, reduced, …}, exceptions: [{postcode, standard}]}]}}</c>. A
/// postcode is a regular expression for the places with rates of their own.
/// </summary>
internal sealed partial class VatRates : TaxSource
{
    private const string Standard = "standard";
    private const int LongestPattern = 200;

    private readonly Dictionary<string, List<Period>> _byCountry = new(StringComparer.OrdinalIgnoreCase);

    private VatRates() { }

    private sealed record Period(DateOnly From, TaxTable Table, IReadOnlyList<(Regex Postcode, TaxTable Table)> Exceptions);

    public static VatRates Read(string json, TaxFile options)
    {
        var file = JsonSerializer.Deserialize(json, VatRatesJson.Default.VatRatesFile) ?? throw new TaxFileException($"{options.File}: it is empty");
        var rates = new VatRates();
        foreach (var (country, periods) in file.Items)
            rates._byCountry[country] = [.. periods.Select(period => Read(country, period, options)).OrderByDescending(period => period.From)];
        return rates;
    }

    public override TaxTable? For(TaxAddress place, DateOnly day)
    {
        if (_byCountry.GetValueOrDefault(place.Country)?.Find(period => period.From <= day) is not { } now) return null;
        var code = place.PostalCode.Replace(" ", "", StringComparison.Ordinal);
        return now.Exceptions.FirstOrDefault(exception => exception.Postcode.IsMatch(code)).Table ?? now.Table;
    }

    private static Period Read(string country, VatPeriod period, TaxFile options)
    {
        // Year 0 stands for "always".
        var from = DateOnly.MinValue;
        if (!period.EffectiveFrom.StartsWith("0000", StringComparison.Ordinal) && !DateOnly.TryParseExact(period.EffectiveFrom, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out from))
            throw new TaxFileException($"{options.File}, {country}: effective_from is not a day such as 2021-01-31");
        if (period.Rates.Concat(period.Exceptions?.SelectMany(exception => exception.Rates()) ?? []).Any(rate => rate.Value is < 0 or > 100) || !period.Rates.ContainsKey(Standard))
            throw new TaxFileException($"{options.File}, {country}: there is no standard rate, or a rate is not a percentage");
        return new Period(from, Table(country, period.Rates, options), [.. (period.Exceptions ?? []).Select(exception => (Pattern(country, exception, options), Table(country, Narrowed(period, exception), options)))]);
    }

    /// <summary>An exception usually tells its standard rate only: the other rates hold there too, but never above it.</summary>
    private static Dictionary<string, decimal> Narrowed(VatPeriod period, VatException exception)
    {
        var rates = exception.Rates().ToDictionary();
        var standard = rates.GetValueOrDefault(Standard, period.Rates[Standard]);
        foreach (var (category, rate) in period.Rates) rates.TryAdd(category, Math.Min(rate, standard));
        return rates;
    }

    private static TaxTable Table(string country, Dictionary<string, decimal> rates, TaxFile options)
    {
        var byCode = options.ExemptTaxCodes.ToDictionary(code => code, _ => 0m);
        foreach (var (code, categories) in options.Categories)
            if (categories.FirstOrDefault(rates.ContainsKey) is { } category) byCode[code] = rates[category] / 100;
        return new TaxTable
        {
            Country = country,
            Rate = rates[Standard] / 100,
            RatesByTaxCode = byCode,
            ShippingTaxed = options.ShippingTaxed != options.ShippingOtherwiseIn.Contains(country, StringComparer.OrdinalIgnoreCase),
            Title = options.Title ?? "VAT",
        };
    }

    /// <summary>Without backtracking, so that no pattern takes longer than its text.</summary>
    private static Regex Pattern(string country, VatException exception, TaxFile options)
    {
        if (exception.Postcode is not { Length: <= LongestPattern } pattern) throw new TaxFileException($"{options.File}, {country}: the pattern of an exception is missing or too long");
        try
        {
            return new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new TaxFileException($"{options.File}, {country}: the pattern of an exception is not one");
        }
    }

    internal sealed record VatRatesFile(Dictionary<string, List<VatPeriod>> Items);

    internal sealed record VatPeriod([property: JsonPropertyName("effective_from")] string EffectiveFrom, Dictionary<string, decimal> Rates, List<VatException>? Exceptions = null);

    internal sealed record VatException
    {
        public string? Postcode { get; set; }

        [JsonExtensionData]
        public Dictionary<string, JsonElement> Others { get; set; } = [];

        public IEnumerable<KeyValuePair<string, decimal>> Rates() =>
            Others.Where(member => member.Value.ValueKind is JsonValueKind.Number).Select(member => KeyValuePair.Create(member.Key, member.Value.GetDecimal()));
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(VatRatesFile))]
    internal sealed partial class VatRatesJson : JsonSerializerContext;
}
