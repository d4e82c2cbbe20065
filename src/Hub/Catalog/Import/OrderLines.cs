using System.Globalization;
using System.Runtime.CompilerServices;

namespace Composable.Hub.Catalog.Import;

/// <param name="At">Local time of the shop.</param>
/// <param name="UnitPrice">In pounds, exactly as the file says; it may have more decimals than a penny allows.</param>
/// <param name="Customer">Null when the file does not know who bought.</param>
internal sealed record OrderLine(
    long Line, string Invoice, string Code, string Description, int Quantity, DateTime At, decimal UnitPrice, string? Customer, string Country)
{
    /// <summary>Whether the invoice takes back what an earlier one sold.</summary>
    public bool IsCancellation => Invoice.StartsWith('C') || Invoice.StartsWith('c');

    /// <summary>The unit price in pence; null when it is not a whole number of pence.</summary>
    public long? Pence => MajorUnits.ToMinor(UnitPrice, OrderLines.Currency);

    /// <summary>In pounds.</summary>
    public decimal Total => Quantity * UnitPrice;

    /// <summary>The sku this line's product was imported under; null when it has no price in whole pence.</summary>
    public string? Sku => Pence is { } pence ? string.Create(CultureInfo.InvariantCulture, $"{Code.ToUpperInvariant()}-{pence}") : null;
}

/// <summary>A line of an order file, or why it cannot be read as one.</summary>
internal readonly record struct OrderRow(long Line, OrderLine? Order, string? Problem);

/// <summary>Order lines in the layout of UCI Online Retail: pieces, pounds sterling, one row a line.</summary>
internal static class OrderLines
{
    public const string Currency = "GBP";
    private static readonly string[] Required = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
    private static readonly string[] Times = ["yyyy-MM-dd HH:mm:ss", "M/d/yyyy H:mm"];

    public static async IAsyncEnumerable<OrderRow> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var text = await ImportText.OpenAsync(stream, cancellationToken);
        var table = new CsvTable(text, Required);
        await foreach (var row in table.ReadAsync(cancellationToken))
            yield return row.Problem is null ? Read(table, row) : new OrderRow(row.Line, null, row.Problem);
    }

    private static OrderRow Read(CsvTable table, CsvRecord row)
    {
        var (invoice, code, customer) = (table.Get(row, "InvoiceNo"), table.Get(row, "StockCode"), table.Get(row, "CustomerID"));
        var (quantityText, priceText, timeText) = (table.Get(row, "Quantity"), table.Get(row, "UnitPrice"), table.Get(row, "InvoiceDate"));
        if (!ProductRules.IsText(invoice, 1, 40)) return Bad("InvoiceNo", invoice);
        if (!ProductRules.IsText(code, 1, 40)) return Bad("StockCode", code);
        if (customer.Length > 0 && !ProductRules.IsText(customer, 1, 40)) return Bad("CustomerID", customer);
        if (!int.TryParse(quantityText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity)) return Bad("Quantity", quantityText);
        if (!MajorUnits.TryRead(priceText, out var price) || Math.Abs(price) > ProductRules.MaxPrice / 100) return Bad("UnitPrice", priceText);
        if (!DateTime.TryParseExact(timeText, Times, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) return Bad("InvoiceDate", timeText);
        var order = new OrderLine(row.Line, invoice, code, table.Get(row, "Description"), quantity, at, price, Customer(customer), table.Get(row, "Country"));
        return new OrderRow(row.Line, order, null);

        OrderRow Bad(string column, string value) => new(row.Line, null, $"{column} '{(value.Length <= 40 ? value : value[..40] + "…")}' cannot be read.");
    }

    /// <summary>Some copies of the file write customers as decimal numbers: 17850.0.</summary>
    private static string? Customer(string text) =>
        text.Length == 0 ? null : text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
}
