using System.Runtime.CompilerServices;
using Composable.Hub.Catalog.Import;

namespace Composable.AllInOne.Verbs;

/// <summary>Lines of an order file that follow each other with the same invoice number.</summary>
/// <param name="Key">The invoice number; with a suffix when the number comes back later in the file.</param>
internal sealed record Invoice(string Key, IReadOnlyList<OrderLine> Lines)
{
    public bool IsCancellation => Lines[0].IsCancellation;
    public string? Customer => Lines[0].Customer;
    public string Country => Lines[0].Country;

    /// <summary>The lines that sell something or, in a cancellation, take something back.</summary>
    public IEnumerable<OrderLine> Traded => Lines.Where(line => WhySkipped(line) is null);

    /// <summary>In pence; positive for cancellations too.</summary>
    public long Total => Traded.Sum(line => Math.Abs((long)line.Quantity) * line.Pence!.Value);

    public static string? WhySkipped(OrderLine line) =>
        line.UnitPrice <= 0 ? "the price is not positive"
        : line.Pence is null ? "the price is not a whole number of pence"
        : line.IsCancellation ? (line.Quantity < 0 ? null : "the cancellation takes nothing back")
        : line.Quantity > 0 ? null : "the quantity is not positive";

    /// <summary>Groups the first <paramref name="limit"/> invoices of a file; lines that cannot be read go to <paramref name="unreadable"/>.</summary>
    public static async IAsyncEnumerable<Invoice> ReadAsync(
        FileInfo file, int? limit, Action<long, string> unreadable, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        var parts = new Dictionary<string, int>();
        var invoices = 0;
        var lines = new List<OrderLine>();
        await foreach (var (line, order, problem) in OrderLines.ReadAsync(stream, cancellationToken))
        {
            if (order is null) unreadable(line, problem!);
            else
            {
                if (lines.Count > 0 && lines[0].Invoice != order.Invoice)
                {
                    yield return Close();
                    if (++invoices >= limit) yield break;
                    lines = [];
                }
                lines.Add(order);
            }
        }
        if (lines.Count > 0) yield return Close();

        Invoice Close()
        {
            var part = parts[lines[0].Invoice] = parts.GetValueOrDefault(lines[0].Invoice) + 1;
            return new Invoice(part == 1 ? lines[0].Invoice : $"{lines[0].Invoice}-{part}", lines);
        }
    }
}
