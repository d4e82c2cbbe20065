using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxJar;

/// <summary>Turns the vendor's answer into the hub's quote: the vendor's total stands, and what its parts do not add up to is spread over them.</summary>
internal static class TaxJarQuotes
{
    public static TaxQuote From(TaxJarTax tax, TaxRequest request)
    {
        var parts = Parts(tax, request);
        var total = request.PricesIncludeTax ? Rounding.HalfUp(parts.Sum()) : Rounding.HalfUp(tax.AmountToCollect * Currencies.Scale(request.Currency));
        var shares = Rounding.LargestRemainder(total, parts.Any(part => part > 0) ? parts : Fallback(tax, request));
        return new TaxQuote(total, request.Items.Zip(shares).ToDictionary(pair => pair.First.Id, pair => pair.Second), shares[^1], Lines(tax, total));
    }

    /// <summary>Tax per item and then of shipping, in minor units, not yet rounded.</summary>
    private static List<decimal> Parts(TaxJarTax tax, TaxRequest request)
    {
        var answered = (tax.Breakdown?.LineItems ?? []).Where(part => part?.Id is not null).ToLookup(part => part.Id);
        var scale = Currencies.Scale(request.Currency);
        return
        [
            .. request.Items.Select(item => Part(answered[item.Id].FirstOrDefault(), item.Amount, tax.Rate)),
            Part(tax.Breakdown?.Shipping, request.Shipping, tax.FreightTaxable ? tax.Rate : 0),
        ];

        // TaxJar counts on top of the amounts it is given. Where they contain the tax, the rate it found for the part is what is used.
        decimal Part(TaxJarPart? part, long amount, decimal general) => (request.PricesIncludeTax, part) switch
        {
            _ when amount == 0 => 0,
            (true, null) => Contained(amount, tax.Breakdown is null ? general : 0),
            (true, { } answer) => Contained(amount, answer.CombinedTaxRate * answer.TaxableAmount * scale / amount),
            (false, _) => (part?.TaxCollectable ?? 0) * scale,
        };
    }

    private static decimal Contained(long gross, decimal rate) => gross * rate / (1 + rate);

    /// <summary>Without a breakdown the amounts themselves are the best measure.</summary>
    private static List<decimal> Fallback(TaxJarTax tax, TaxRequest request) =>
        [.. request.Items.Select(item => (decimal)item.Amount), tax.FreightTaxable ? request.Shipping : 0];

    private static IReadOnlyList<TaxLine> Lines(TaxJarTax tax, long total)
    {
        if (total == 0) return [];
        var by = tax.Breakdown ?? new TaxJarBreakdown();
        (string Title, decimal Rate, decimal Amount)[] levels =
        [
            ("State sales tax", by.StateTaxRate, by.StateTaxCollectable),
            ("County sales tax", by.CountyTaxRate, by.CountyTaxCollectable),
            ("City sales tax", by.CityTaxRate, by.CityTaxCollectable),
            ("Special district sales tax", by.SpecialTaxRate, by.SpecialDistrictTaxCollectable),
        ];
        // Outside the United States the levels are others; then one line says it all.
        if (levels.All(level => level.Amount <= 0)) return [new TaxLine("Sales tax", tax.Rate, total)];
        var shares = Rounding.LargestRemainder(total, [.. levels.Select(level => Math.Max(0, level.Amount))]);
        return [.. levels.Zip(shares, (level, share) => new TaxLine(level.Title, level.Rate, share)).Where(line => line.Amount > 0)];
    }
}
