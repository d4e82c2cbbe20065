using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

/// <summary>Rates from a file.</summary>
internal abstract class TaxSource
{
    /// <summary>The rates of a place on a day. Null when the file says nothing about the country. Throws <see cref="VendorException"/> (Rejected) when the country has no such place.</summary>
    public abstract TaxTable? For(TaxAddress place, DateOnly day);

    /// <summary>Whether the place is as the file knows it.</summary>
    public virtual AddressFinding Check(TaxAddress address) => new AddressFinding.NotChecked();

    protected static bool Same(string left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
