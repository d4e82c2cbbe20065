using System.Runtime.CompilerServices;
using Composable.Contracts;

namespace Composable.Hub.Catalog.Import;

/// <summary>
/// The products that order lines speak of: one per stock code, with one variant per price it was sold at. The same pair of code and price
/// comes again and again; it is given once, as a product with that variant only, to be merged into what is already there.
/// </summary>
internal sealed class OnlineRetail : IProductReader
{
    /// <summary>Pieces on hand of every variant: order lines do not tell the stock, and all of them must be buyable.</summary>
    public const long AssumedStock = 1_000_000;
    private const int MaxRemembered = 1_000_000;

    public async IAsyncEnumerable<ImportRow> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var (line, order, problem) in OrderLines.ReadAsync(stream, cancellationToken))
        {
            if ((problem ?? NoProduct(order!)) is { } reason) yield return new ImportRow.Rejected(line, reason);
            else if (!seen.Contains(order!.Sku!))
            {
                if (seen.Count < MaxRemembered) seen.Add(order.Sku!);
                yield return Product(order);
            }
        }
    }

    private static string? NoProduct(OrderLine order) =>
        order.IsCancellation ? $"Invoice {order.Invoice} is a cancellation."
        : order.Quantity <= 0 ? "The quantity is not positive: an adjustment, no sale."
        : order.UnitPrice <= 0 ? "The price is not positive."
        : order.Pence is null ? "The price is not a whole number of pence."
        : null;

    private static ImportRow Product(OrderLine order)
    {
        var product = new ProductInput
        {
            Slug = Slug.From(order.Code),
            Title = ProductRules.IsText(order.Description, 1, 200) ? order.Description : order.Code.ToUpperInvariant(),
            Variants =
            [
                new VariantInput
                {
                    Sku = order.Sku!,
                    Prices = new Dictionary<string, long> { [OrderLines.Currency] = order.Pence!.Value },
                    Stock = AssumedStock,
                },
            ],
        };
        return ProductRules.Check(product) is { } reason ? new ImportRow.Rejected(order.Line, reason) : new ImportRow.Accepted(order.Line, product);
    }
}
