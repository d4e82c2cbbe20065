using System.Globalization;
using System.Text.Json;
using Composable.Hub.Catalog.Import;
using Spectre.Console;

namespace Composable.AllInOne.Verbs;

/// <summary>Both sides of the books: what the file says, and what the hub did. Amounts in pence, except where a file's price is no whole number of them.</summary>
internal sealed class ReplayTally(TextWriter? report)
{
    private const int ShownFailures = 20;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (int Lines, decimal Pounds)> _skipped = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private int _invoices, _lines, _unreadable, _orders, _cancellations, _failed;
    private long _sales, _returns, _bought, _refunded, _unmatched;
    private decimal _file;

    private decimal Skipped => _skipped.Values.Sum(skipped => skipped.Pounds);
    private bool SalesMatch => _sales == _bought;
    private bool ReturnsMatch => _returns == _refunded + _unmatched;
    private bool FileMatches => _file == (_bought - _refunded - _unmatched) / 100m + Skipped;

    public bool IsBalanced => SalesMatch && ReturnsMatch && FileMatches && _failed == 0 && _unreadable == 0;

    public void Unreadable(long line, string problem)
    {
        lock (_lock)
        {
            _unreadable++;
            Fail($"line {line}", problem);
        }
    }

    public void Read(Invoice invoice)
    {
        lock (_lock)
        {
            _invoices++;
            _lines += invoice.Lines.Count;
            if (invoice.IsCancellation) _returns += invoice.Total;
            else _sales += invoice.Total;
            foreach (var line in invoice.Lines) Read(line);
        }
    }

    public void Bought(ReplayEntry entry)
    {
        lock (_lock) (_orders, _bought) = (_orders + 1, _bought + entry.Total);
    }

    public void Refunded(ReplayEntry entry)
    {
        lock (_lock)
        {
            _cancellations++;
            _refunded += entry.Refunds!.Sum(refund => refund.Amount);
            _unmatched += entry.Unmatched;
            if (entry.Unmatched > 0) Report(new { kind = "unmatched", invoice = entry.Invoice, pounds = entry.Unmatched / 100m });
        }
    }

    public void Failed(Invoice invoice, string reason)
    {
        lock (_lock)
        {
            _failed++;
            Fail($"invoice {invoice.Key}", reason);
        }
    }

    public void Show(IAnsiConsole console)
    {
        foreach (var failure in _failures) console.MarkupLineInterpolated($"[red]{failure}[/]");
        if (_failed + _unreadable > _failures.Count) console.MarkupLineInterpolated($"[red]… and {_failed + _unreadable - _failures.Count} more[/]");
        var counts = new Table().AddColumns("Invoices", "Lines", "Orders", "Cancellations", "Failed", "Unreadable lines");
        console.Write(counts.AddRow([.. new[] { _invoices, _lines, _orders, _cancellations, _failed, _unreadable }.Select(count => count.ToString("N0", CultureInfo.InvariantCulture))]));
        var books = new Table().AddColumns("In pounds", "File", "Hub", "");
        books.Columns[1].RightAligned();
        books.Columns[2].RightAligned();
        books.AddRow("Sales = orders", Pounds(_sales / 100m), Pounds(_bought / 100m), Mark(SalesMatch));
        books.AddRow("Cancellations = refunds + unmatched", Pounds(_returns / 100m), $"{Pounds(_refunded / 100m)} + {Pounds(_unmatched / 100m)}", Mark(ReturnsMatch));
        foreach (var (reason, (lines, pounds)) in _skipped) books.AddRow(Markup.Escape($"Skipped: {reason} ({lines} lines)"), Pounds(pounds), "", "");
        books.AddRow("File = orders - refunds - unmatched + skipped", Pounds(_file), Pounds((_bought - _refunded - _unmatched) / 100m + Skipped), Mark(FileMatches));
        console.Write(books);
    }

    private void Read(OrderLine line)
    {
        _file += line.Total;
        if (Invoice.WhySkipped(line) is not { } reason) return;
        var (lines, pounds) = _skipped.GetValueOrDefault(reason);
        _skipped[reason] = (lines + 1, pounds + line.Total);
        Report(new { kind = "skipped", invoice = line.Invoice, line = line.Line, reason, pounds = line.Total });
    }

    private void Fail(string what, string reason)
    {
        if (_failures.Count < ShownFailures) _failures.Add($"{what}: {reason}");
        Report(new { kind = "failed", what, reason });
    }

    private void Report(object row) => report?.WriteLine(JsonSerializer.Serialize(row, JsonSerializerOptions.Web));

    private static string Pounds(decimal pounds) => pounds.ToString("#,##0.00##", CultureInfo.InvariantCulture);

    private static string Mark(bool holds) => holds ? "[green]equal[/]" : "[red]NOT EQUAL[/]";
}
