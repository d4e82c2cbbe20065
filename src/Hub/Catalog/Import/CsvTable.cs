using System.Runtime.CompilerServices;
using Composable.Hub.Http.CardData;

namespace Composable.Hub.Catalog.Import;

/// <summary>A CSV file whose first record names the columns. They are found by name, in any order and any case; unknown ones are ignored.</summary>
internal sealed class CsvTable(TextReader text, params string[] required)
{
    private readonly Dictionary<string, int> columns = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<string> names = [];

    /// <summary>The value under a column, without spaces around it; empty when the column or the value is missing.</summary>
    public string Get(CsvRecord row, string column) =>
        columns.TryGetValue(column, out var index) && index < row.Fields.Count ? row.Fields[index].Trim() : "";

    /// <summary>The rows below the header. A file without the required columns is one row with the problem, on line 1.</summary>
    public async IAsyncEnumerable<CsvRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var width = -1;
        await foreach (var record in new CsvReader(text).ReadAsync(cancellationToken))
        {
            if (width >= 0)
            {
                yield return Check(record, width);
                continue;
            }
            width = record.Fields.Count;
            if (ReadHeader(record) is not { } problem) continue;
            yield return new CsvRecord(1, [], problem);
            yield break;
        }
        if (width < 0) yield return new CsvRecord(1, [], "The file is empty.");
    }

    private CsvRecord Check(CsvRecord record, int width) =>
        HoldsCardData(record) ? new CsvRecord(record.Line, [], CardGuard.RowReason)
        : record.Problem is null && record.Fields.Count > width ? record with { Problem = $"The row has {record.Fields.Count} fields, the header has {width}." }
        : record;

    private bool HoldsCardData(CsvRecord record)
    {
        for (var index = 0; index < record.Fields.Count; index++)
            if (CardScan.Named(index < names.Count ? names[index] : "", record.Fields[index]) is not null) return true;
        return false;
    }

    private string? ReadHeader(CsvRecord header)
    {
        if (header.Problem is not null) return $"The header cannot be read: {header.Problem}";
        for (var index = 0; index < header.Fields.Count; index++) columns.TryAdd(header.Fields[index].Trim(), index);
        names = [.. header.Fields.Select(name => CardScan.InText(name) ? "" : name)];
        var missing = required.Where(column => !columns.ContainsKey(column)).ToList();
        return missing.Count == 0 ? null : $"The file has no column {string.Join(", ", missing.Select(column => $"'{column}'"))}.";
    }
}
