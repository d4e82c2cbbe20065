namespace Composable.Sandbox.TaxJar;

/// <summary>A computed tax. The order's tax is rounded once over everything, each line's on its own, so lines need not add up to it: the real one does the same.</summary>
internal sealed record TaxQuote(TaxRequest Request, bool HasNexus, bool FreightTaxable, IReadOnlyList<QuotedLine> Lines, QuotedLine? Shipping)
{
    public decimal Subtotal => Request.LineItems is { Count: > 0 } items ? items.Sum(item => item.Total()) : Request.Amount!.Value;

    public decimal Taxable => Parts.Sum(line => line.Taxable);

    public decimal Collect => Cents(Parts.Sum(line => line.Taxable * line.Rate.Combined));

    /// <summary>The mean over everything taxable.</summary>
    public decimal Rate => Taxable == 0 ? 0 : Math.Round(Parts.Sum(line => line.Taxable * line.Rate.Combined) / Taxable, 5);

    public IEnumerable<QuotedLine> Parts => Shipping is null ? Lines : Lines.Append(Shipping);

    /// <summary>The rate at the address, whatever the products.</summary>
    public required TaxRate General { get; init; }

    public static TaxQuote For(TaxRequest request)
    {
        Check(request);
        var state = request.ToCountry == "US" ? State(request.ToState!, request.ToZip!) : null;
        var nexus = request.NexusAddresses is not { Count: > 0 } addresses
            || addresses.Any(address => address.Country == request.ToCountry && (state is null || address.State == state.Code));
        var exempt = request.ExemptionType is not (null or "" or "non_exempt");
        var freight = state?.FreightTaxable ?? true;
        TaxRate RateOf(string? code, decimal price) => !nexus || exempt ? default
            : state is null ? ValueAddedTax.Rate(request.ToCountry!, code)
            : UnitedStates.Rate(state, request.ToZip!, code, price);

        var general = RateOf(null, 0);
        IReadOnlyList<LineItem> items = request.LineItems is { Count: > 0 } given ? given : [new LineItem(null, 1, null, null, null, request.Amount, 0, null)];
        return new TaxQuote(request, nexus && general.Combined > 0, freight,
            [.. items.Select(item => new QuotedLine(item.Id, item.Total(), RateOf(item.ProductTaxCode, item.UnitPrice ?? 0)))],
            freight && request.Shipping > 0 ? new QuotedLine("shipping", request.Shipping.Value, general) : null)
        { General = general };
    }

    public static decimal Cents(decimal amount) => Math.Round(amount, 2, MidpointRounding.AwayFromZero);

    /// <summary>The state, once the ZIP code is found to be one of its own.</summary>
    public static UsState State(string code, string zip)
    {
        if (!UnitedStates.States.TryGetValue(code, out var state))
        {
            throw TaxJarRefusal.Bad($"to_state {code} is not valid");
        }

        return IsZip(zip) && zip[0] == state.ZipDigit ? state : throw TaxJarRefusal.Bad($"to_zip {zip} is not used within to_state {code}");
    }

    public static bool IsZip(string zip) => (zip.Length == 5 || (zip.Length == 10 && zip[5] == '-')) && zip.AsSpan(0, 5).IndexOfAnyExceptInRange('0', '9') < 0;

    private static void Check(TaxRequest request)
    {
        _ = request.ToCountry ?? throw TaxJarRefusal.Missing("to_country");
        _ = request.Shipping ?? throw TaxJarRefusal.Missing("shipping");
        if (request.ToCountry.Length != 2)
        {
            throw TaxJarRefusal.Bad("to_country must be a two-letter ISO code");
        }

        if (request.ToCountry is "US")
        {
            _ = request.ToZip ?? throw TaxJarRefusal.Missing("to_zip");
        }

        if (request.ToCountry is "US" or "CA")
        {
            _ = request.ToState ?? throw TaxJarRefusal.Missing("to_state");
        }

        if (request.LineItems is not { Count: > 0 } && request.Amount is null)
        {
            throw TaxJarRefusal.Missing("amount");
        }

        if (request.Shipping < 0 || request.Amount < 0 || request.LineItems?.Any(item => item.Total() < 0 || item.Quantity < 1) == true)
        {
            throw TaxJarRefusal.Bad("amount, shipping and line items must not be negative");
        }
    }
}

/// <summary>A line, or the shipping. Nothing of it is taxable where its rate is zero.</summary>
internal sealed record QuotedLine(string? Id, decimal Total, TaxRate Rate)
{
    public decimal Taxable => Rate.Combined > 0 ? Total : 0;

    public decimal Collect => TaxQuote.Cents(Taxable * Rate.Combined);
}
