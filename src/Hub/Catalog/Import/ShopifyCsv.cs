using System.Runtime.CompilerServices;

namespace Composable.Hub.Catalog.Import;

/// <summary>Shopify's product CSV: rows with the same handle that follow each other are one product.</summary>
/// <param name="currency">The file does not say in which currency its prices are.</param>
internal sealed class ShopifyCsv(string currency) : IProductReader
{
    private const int MaxHandle = 255;

    public async IAsyncEnumerable<ImportRow> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var text = await ImportText.OpenAsync(stream, cancellationToken);
        var table = new CsvTable(text, "Handle", "Title", "Variant Price");
        ShopifyProduct? product = null;
        await foreach (var row in table.ReadAsync(cancellationToken))
        {
            if (row.Problem is not null)
            {
                yield return new ImportRow.Rejected(row.Line, row.Problem);
                continue;
            }
            var handle = table.Get(row, "Handle");
            if (product is not null && product.Handle != handle)
            {
                yield return product.Finish();
                product = null;
            }
            if (handle.Length is 0 or > MaxHandle) yield return new ImportRow.Rejected(row.Line, $"The row has no Handle of 1 to {MaxHandle} characters.");
            else if (product is not null) product.Add(row);
            else product = new ShopifyProduct(table, currency, row);
        }
        if (product is not null) yield return product.Finish();
    }
}
