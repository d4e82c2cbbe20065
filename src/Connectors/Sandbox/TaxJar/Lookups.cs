using System.Text.Json;

namespace Composable.Sandbox.TaxJar;

/// <summary>Answers that depend on nothing recorded: rates, categories, regions, checks of addresses and VAT numbers.</summary>
internal static class Lookups
{
    private static readonly (string Code, string Name, string Description)[] CategoryRows =
    [
        ("20010", "Clothing", "Everyday clothing; exempt or exempt when cheap in some states"),
        ("31000", "Digital Goods", "Goods delivered electronically"),
        ("40030", "Food & Groceries", "Food for home; exempt or reduced in most states"),
        ("51020", "Prescription", "Drugs that need a prescription; exempt"),
        ("81100", "Books", "Printed books"),
    ];

    public static void Categories(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("categories");
        foreach (var (code, name, description) in CategoryRows)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("product_tax_code", code);
            json.WriteString("description", description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The account has nexus wherever there is a sales tax.</summary>
    public static void Regions(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("regions");
        foreach (var state in UnitedStates.States.Values.Where(state => state.Rate + state.MostLocal > 0).OrderBy(state => state.Code, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("country_code", "US");
            json.WriteString("country", "United States");
            json.WriteString("region_code", state.Code);
            json.WriteString("region", state.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static Action<Utf8JsonWriter> Rate(string zip, IQueryCollection query)
    {
        var country = query["country"].ToString() is { Length: > 0 } given ? given : "US";
        return country == "US" ? UsRate(zip, query) : VatRate(country);
    }

    public static Action<Utf8JsonWriter> Validate(AddressRequest address)
    {
        _ = address.Country ?? throw TaxJarRefusal.Missing("country");
        _ = address.Zip ?? throw TaxJarRefusal.Missing("zip");
        if (address.Country != "US" || address.State is null || !UnitedStates.States.TryGetValue(address.State, out var state) || !TaxQuote.IsZip(address.Zip) || address.Zip[0] != state.ZipDigit)
        {
            throw TaxJarRefusal.NotFound();
        }

        return json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("addresses");
            json.WriteStartObject();
            json.WriteString("country", address.Country);
            json.WriteString("state", address.State);
            json.WriteString("zip", address.Zip);
            json.WriteString("city", address.City);
            json.WriteString("street", address.Street);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        };
    }

    /// <summary>A number is valid when it has the form of one.</summary>
    public static Action<Utf8JsonWriter> Vat(string number)
    {
        if (number.Length == 0)
        {
            throw TaxJarRefusal.Missing("vat");
        }

        var valid = number.Length is >= 8 and <= 14 && ValueAddedTax.Countries.ContainsKey(number[..2]) && number.All(char.IsAsciiLetterOrDigit);
        return json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("validation");
            json.WriteBoolean("valid", valid);
            json.WriteBoolean("exists", valid);
            json.WriteBoolean("vies_available", true);
            json.WriteEndObject();
            json.WriteEndObject();
        };
    }

    private static Action<Utf8JsonWriter> UsRate(string zip, IQueryCollection query)
    {
        if (!TaxQuote.IsZip(zip))
        {
            throw TaxJarRefusal.Bad($"zip {zip} is not valid");
        }

        var code = query["state"].ToString();
        var state = code.Length > 0 ? TaxQuote.State(code, zip)
            : UnitedStates.States[LargestState(zip[0])];
        var rate = UnitedStates.Rate(state, zip, null, 0);
        var city = query["city"].ToString();
        return json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("rate");
            json.WriteString("zip", zip);
            json.WriteString("country", "US");
            json.WriteString("state", state.Code);
            json.WriteNumber("state_rate", rate.State);
            json.WriteNumber("county_rate", rate.County);
            json.WriteString("city", city.ToUpperInvariant());
            json.WriteNumber("city_rate", rate.City);
            json.WriteNumber("combined_district_rate", rate.District);
            json.WriteNumber("combined_rate", rate.Combined);
            json.WriteBoolean("freight_taxable", state.FreightTaxable);
            json.WriteEndObject();
            json.WriteEndObject();
        };
    }

    private static string LargestState(char zipDigit) => zipDigit switch
    {
        '0' => "NJ",
        '1' => "NY",
        '2' => "NC",
        '3' => "FL",
        '4' => "OH",
        '5' => "MN",
        '6' => "IL",
        '7' => "TX",
        '8' => "AZ",
        _ => "CA",
    };

    private static Action<Utf8JsonWriter> VatRate(string country)
    {
        if (!ValueAddedTax.Countries.TryGetValue(country, out var vat))
        {
            throw TaxJarRefusal.NotFound();
        }

        return json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("rate");
            json.WriteString("country", country);
            json.WriteString("name", vat.Name);
            json.WriteNumber("standard_rate", vat.Standard);
            json.WriteNumber("reduced_rate", vat.Reduced);
            json.WriteBoolean("freight_taxable", true);
            json.WriteEndObject();
            json.WriteEndObject();
        };
    }
}
