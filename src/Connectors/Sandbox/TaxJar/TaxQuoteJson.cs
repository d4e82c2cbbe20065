using System.Text.Json;

namespace Composable.Sandbox.TaxJar;

/// <summary>Writes a quote as TaxJar shows it.</summary>
internal static class TaxQuoteJson
{
    public static void Write(Utf8JsonWriter json, TaxQuote quote)
    {
        var request = quote.Request;
        json.WriteStartObject();
        json.WriteStartObject("tax");
        json.WriteNumber("order_total_amount", quote.Subtotal + request.Shipping!.Value);
        json.WriteNumber("shipping", request.Shipping.Value);
        json.WriteNumber("taxable_amount", quote.Taxable);
        json.WriteNumber("amount_to_collect", quote.Collect);
        json.WriteNumber("rate", quote.Rate);
        json.WriteBoolean("has_nexus", quote.HasNexus);
        json.WriteBoolean("freight_taxable", quote.FreightTaxable);
        json.WriteString("tax_source", quote.HasNexus ? "destination" : null);
        if (request.ExemptionType is not null)
        {
            json.WriteString("exemption_type", request.ExemptionType);
        }

        json.WriteStartObject("jurisdictions");
        json.WriteString("country", request.ToCountry);
        json.WriteString("state", request.ToState);
        json.WriteString("city", request.ToCity?.ToUpperInvariant());
        json.WriteEndObject();
        if (quote.HasNexus)
        {
            Breakdown(json, quote);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Breakdown(Utf8JsonWriter json, TaxQuote quote)
    {
        json.WriteStartObject("breakdown");
        json.WriteNumber("taxable_amount", quote.Taxable);
        json.WriteNumber("tax_collectable", quote.Collect);
        json.WriteNumber("combined_tax_rate", quote.General.Combined);
        if (quote.Request.ToCountry == "US")
        {
            foreach (var (name, rate, of) in Jurisdictions)
            {
                json.WriteNumber(name + "_taxable_amount", quote.Parts.Sum(line => of(line.Rate) > 0 ? line.Total : 0));
                json.WriteNumber(rate, of(quote.General));
                json.WriteNumber(name + "_tax_collectable", TaxQuote.Cents(quote.Parts.Sum(line => line.Total * of(line.Rate))));
            }
        }
        else
        {
            Country(json, quote.Taxable, quote.General.State, quote.Collect);
        }

        if (quote.Shipping is { } shipping)
        {
            json.WriteStartObject("shipping");
            Line(json, quote, shipping);
            json.WriteEndObject();
        }

        json.WriteStartArray("line_items");
        foreach (var line in quote.Request.LineItems is { Count: > 0 } ? quote.Lines : [])
        {
            json.WriteStartObject();
            json.WriteString("id", line.Id);
            Line(json, quote, line);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Line(Utf8JsonWriter json, TaxQuote quote, QuotedLine line)
    {
        json.WriteNumber("taxable_amount", line.Taxable);
        json.WriteNumber("tax_collectable", line.Collect);
        json.WriteNumber("combined_tax_rate", line.Rate.Combined);
        if (quote.Request.ToCountry != "US")
        {
            Country(json, line.Taxable, line.Rate.State, line.Collect);
            return;
        }

        foreach (var (name, rate, of) in Jurisdictions)
        {
            json.WriteNumber(name + "_taxable_amount", of(line.Rate) > 0 ? line.Total : 0);
            json.WriteNumber(name == "state" ? "state_sales_tax_rate" : rate, of(line.Rate));
            json.WriteNumber(name + "_amount", TaxQuote.Cents(line.Total * of(line.Rate)));
        }
    }

    private static void Country(Utf8JsonWriter json, decimal taxable, decimal rate, decimal collect)
    {
        json.WriteNumber("country_taxable_amount", taxable);
        json.WriteNumber("country_tax_rate", rate);
        json.WriteNumber("country_tax_collectable", collect);
    }

    private static readonly (string Name, string RateName, Func<TaxRate, decimal> Of)[] Jurisdictions =
    [
        ("state", "state_tax_rate", rate => rate.State),
        ("county", "county_tax_rate", rate => rate.County),
        ("city", "city_tax_rate", rate => rate.City),
        ("special_district", "special_tax_rate", rate => rate.District),
    ];
}
