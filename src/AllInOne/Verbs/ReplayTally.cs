using System.Globalization;
using System.Text.Json;
using Composable.Hub.Catalog.Import;
using Spectre.Console;

namespace Composable.AllInOne.Verbs;

/// <summary>Both sides of the books: what the file says, and what the hub did. Amounts in pence, except where a file's price is no whole number of them.</summary>
internal sealed class ReplayTally(TextWriter? report)
{
    private const int ShownFailures = 20;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (int Lines, decimal Pounds)> skipped = new(StringComparer.Ordinal);
    private readonly List<string> failures = [];
    private int invoices, lines, unreadable, orders, cancellations, failed;
    private long sales, returns, bought, refunded, unmatched;
    private decimal file;

    private decimal Skipped => skipped.Values.Sum(skipped => skipped.Pounds);
    private bool SalesMatch => sales == bought;
    private bool ReturnsMatch => returns == refunded + unmatched;
    private bool FileMatches => file == (bought - refunded - unmatched) / 100m + Skipped;

    public bool IsBalanced => SalesMatch && ReturnsMatch && FileMatches && failed == 0 && unreadable == 0;

    public void Unreadable(long line, string problem)
    {
        lock (gate)
        {
            unreadable++;
            Fail($"line {line}", problem);
        }
    }

    public void Read(Invoice invoice)
    {
        lock (gate)
        {
            invoices++;
            lines += invoice.Lines.Count;
            if (invoice.IsCancellation) returns += invoice.Total;
            else sales += invoice.Total;
            foreach (var line in invoice.Lines) Read(line);
        }
    }

    public void Bought(ReplayEntry entry)
    {
        lock (gate) (orders, bought) = (orders + 1, bought + entry.Total);
    }

    public void Refunded(ReplayEntry entry)
    {
        lock (gate)
        {
            cancellations++;
            refunded += entry.Refunds!.Sum(refund => refund.Amount);
            unmatched += entry.Unmatched;
            if (entry.Unmatched > 0) Report(new { kind = "unmatched", invoice = entry.Invoice, pounds = entry.Unmatched / 100m });
        }
    }

    public void Failed(Invoice invoice, string reason)
    {
        lock (gate)
        {
            failed++;
            Fail($"invoice {invoice.Key}", reason);
        }
    }

    public void Show(IAnsiConsole console)
    {
        foreach (var failure in failures) console.MarkupLineInterpolated($"[red]{failure}[/]");
        if (failed + unreadable > failures.Count) console.MarkupLineInterpolated($"[red]… and {failed + unreadable - failures.Count} more[/]");
        var counts = new Table().AddColumns("Invoices", "Lines", "Orders", "Cancellations", "Failed", "Unreadable lines");
        console.Write(counts.AddRow([.. new[] { invoices, lines, orders, cancellations, failed, unreadable }.Select(number => number.ToString("N0", CultureInfo.InvariantCulture))]));
        var books = new Table().AddColumns("In pounds", "File", "Hub", "");
        books.Columns[1].RightAligned();
        books.Columns[2].RightAligned();
        books.AddRow("Sales = orders", Pounds(sales / 100m), Pounds(bought / 100m), Mark(SalesMatch));
        books.AddRow("Cancellations = refunds + unmatched", Pounds(returns / 100m), $"{Pounds(refunded / 100m)} + {Pounds(unmatched / 100m)}", Mark(ReturnsMatch));
        foreach (var (reason, (count, pounds)) in skipped) books.AddRow(Markup.Escape($"Skipped: {reason} ({count} lines)"), Pounds(pounds), "", "");
        books.AddRow("File = orders - refunds - unmatched + skipped", Pounds(file), Pounds((bought - refunded - unmatched) / 100m + Skipped), Mark(FileMatches));
        console.Write(books);
    }

    private void Read(OrderLine line)
    {
        file += line.Total;
        if (Invoice.WhySkipped(line) is not { } reason) return;
        var (count, pounds) = skipped.GetValueOrDefault(reason);
        skipped[reason] = (count + 1, pounds + line.Total);
        Report(new { kind = "skipped", invoice = line.Invoice, line = line.Line, reason, pounds = line.Total });
    }

    private void Fail(string what, string reason)
    {
        if (failures.Count < ShownFailures) failures.Add($"{what}: {reason}");
        Report(new { kind = "failed", what, reason });
    }

    private void Report(object row) => report?.WriteLine(JsonSerializer.Serialize(row, JsonSerializerOptions.Web));

    private static string Pounds(decimal pounds) => pounds.ToString("#,##0.00##", CultureInfo.InvariantCulture);

    private static string Mark(bool holds) => holds ? "[green]equal[/]" : "[red]NOT EQUAL[/]";
}
