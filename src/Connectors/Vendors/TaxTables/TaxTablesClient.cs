using System.Globalization;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

internal sealed class TaxTablesClient(TaxTablesSettings settings, IReadOnlyList<TaxSource> files, TimeProvider clock) : ITax, IForgets
{
    public Task<TaxQuote> QuoteAsync(TaxRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Quote(request, TableFor(request.ShipTo)));
    }

    // Nothing is filed anywhere: the hub's own books hold what was sold and given back, under the same references.
    public Task CommitAsync(TaxSale sale, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RefundAsync(TaxRefund refund, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task VoidAsync(string reference, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Forgotten> ForgetAsync(Subject subject, CancellationToken cancellationToken) => Task.FromResult<Forgotten>(new Forgotten.NothingKept());

    /// <summary>The first file that has an opinion.</summary>
    public Task<AddressFinding> CheckAddressAsync(TaxAddress address, CancellationToken cancellationToken) =>
        Task.FromResult(files.Select(file => file.Check(address)).FirstOrDefault(finding => finding is not AddressFinding.NotChecked) ?? new AddressFinding.NotChecked());

    /// <summary>
    /// From the settings the region's table, else from the first file that knows the country, else from the settings the country's. Null where a country
    /// has tables for other regions only: no tax is collected there.
    /// </summary>
    private TaxTable? TableFor(TaxAddress place)
    {
        var tables = settings.Tables.Where(table => Same(table.Country, place.Country)).ToList();
        if (tables.Find(table => table.Region is not null && Same(table.Region, place.Region)) is { } ofRegion) return ofRegion;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (files.Select(file => file.For(place, today)).FirstOrDefault(table => table is not null) is { } ofFile) return ofFile;
        if (tables.Count == 0) throw new VendorException(VendorFailure.Misconfigured, $"Settings of Tax tables: there is no table for the country '{place.Country}'.");
        return tables.Find(table => table.Region is null);
    }

    private static bool Same(string left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private TaxQuote Quote(TaxRequest request, TaxTable? table)
    {
        // Items in their order, shipping last.
        (long Amount, decimal Rate)[] parts =
        [
            .. request.Items.Select(item => (item.Amount, table?.RateOf(item.TaxCode) ?? 0)),
            (request.Shipping, table is { ShippingTaxed: true } ? table.Rate : 0),
        ];
        var taxes = new long[parts.Length];
        var lines = new List<TaxLine>();
        foreach (var group in Enumerable.Range(0, parts.Length).Where(index => parts[index].Rate > 0).GroupBy(index => parts[index].Rate).OrderByDescending(group => group.Key))
        {
            var shares = Round([.. group.Select(index => parts[index].Amount)], group.Key, request.PricesIncludeTax);
            foreach (var (index, share) in group.Zip(shares)) taxes[index] = share;
            if (shares.Sum() is > 0 and var sum) lines.Add(new TaxLine(Title(table!.Title, group.Key), group.Key, sum));
        }

        return new TaxQuote(taxes.Sum(), request.Items.Zip(taxes).ToDictionary(pair => pair.First.Id, pair => pair.Second), taxes[^1], lines);
    }

    private long[] Round(long[] amounts, decimal rate, bool included)
    {
        if (settings.Rounding is TaxRounding.Line) return [.. amounts.Select(amount => Rounding.HalfUp(Tax(amount, rate, included)))];
        // Taxed as one sum, not as a sum of taxes, so that an exact half is seen as one.
        return Rounding.LargestRemainder(Rounding.HalfUp(Tax(amounts.Sum(), rate, included)), [.. amounts.Select(amount => Tax(amount, rate, included))]);
    }

    private static decimal Tax(long amount, decimal rate, bool included) => included ? amount * rate / (1 + rate) : amount * rate;

    private static string Title(string title, decimal rate) => string.Create(CultureInfo.InvariantCulture, $"{title} {rate * 100:0.####} %");
}
