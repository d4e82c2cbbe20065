namespace Composable.Connectors.Sdk;

/// <summary>Computes and records sales tax.</summary>
public interface ITax : IPort
{
    /// <summary>What tax is due. Nothing is recorded at the vendor.</summary>
    Task<TaxQuote> QuoteAsync(TaxRequest request, CancellationToken cancellationToken);

    /// <summary>Records a sale for filing. The same reference twice records one sale.</summary>
    Task CommitAsync(TaxSale sale, CancellationToken cancellationToken);

    /// <summary>Records that part or all of a sale was given back. The same reference twice records one refund.</summary>
    Task RefundAsync(TaxRefund refund, CancellationToken cancellationToken);

    /// <summary>Takes a recorded sale back, as if it had never been. Succeeds when there is none.</summary>
    Task VoidAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Whether tax can be computed for this address as it is written.</summary>
    Task<AddressFinding> CheckAddressAsync(TaxAddress address, CancellationToken cancellationToken) => Task.FromResult<AddressFinding>(new AddressFinding.NotChecked());
}

/// <summary>What a tax connector says about an address.</summary>
public abstract record AddressFinding
{
    private AddressFinding() { }

    public sealed record Good : AddressFinding;

    /// <summary>It is probably meant another way, the likeliest first.</summary>
    public sealed record Corrected(IReadOnlyList<TaxAddress> Suggestions) : AddressFinding;

    /// <summary>There is no such place.</summary>
    public sealed record Unknown : AddressFinding;

    /// <summary>The connector cannot tell for this country.</summary>
    public sealed record NotChecked : AddressFinding;
}

public sealed record TaxAddress(string Country, string? Region, string PostalCode, string City, string Line1);

/// <param name="Amount">The line's total after discounts, in minor units; includes the tax when the request says so.</param>
/// <param name="TaxCode">The product's tax category, or null for the general rate.</param>
public sealed record TaxItem(string Id, int Quantity, long UnitPrice, long Discount, long Amount, string? TaxCode);

/// <param name="PricesIncludeTax">Whether amounts already contain the tax, so that it is a part of them and not added.</param>
public sealed record TaxRequest(string Currency, TaxAddress ShipTo, IReadOnlyList<TaxItem> Items, long Shipping, bool PricesIncludeTax);

/// <param name="Title">Such as <c>Sales tax</c> or <c>VAT 19 %</c>.</param>
/// <param name="Rate">As a fraction: 0.0825.</param>
public sealed record TaxLine(string Title, decimal Rate, long Amount);

/// <param name="Total">Tax on everything, in minor units. Equals the sum of <paramref name="Items"/> and <paramref name="Shipping"/>, and the sum of <paramref name="Lines"/>.</param>
/// <param name="Items">Tax per item id.</param>
/// <param name="Lines">The same tax by rate or jurisdiction.</param>
public sealed record TaxQuote(long Total, IReadOnlyDictionary<string, long> Items, long Shipping, IReadOnlyList<TaxLine> Lines);

/// <param name="Reference">Our order id; the vendor's transaction id.</param>
public sealed record TaxSale(string Reference, DateTimeOffset At, TaxRequest Sale, TaxQuote Tax);

/// <param name="Reference">Our refund id.</param>
/// <param name="SaleReference">The order id it belongs to.</param>
/// <param name="Amount">What was given back without tax, in minor units, positive.</param>
/// <param name="Tax">Tax given back, in minor units, positive.</param>
public sealed record TaxRefund(string Reference, string SaleReference, DateTimeOffset At, string Currency, TaxAddress ShipTo, long Amount, long Tax);
