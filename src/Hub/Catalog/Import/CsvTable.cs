using System.Runtime.CompilerServices;

namespace Composable.Hub.Catalog.Import;

/// <summary>A CSV file whose first record names the columns. They are found by name, in any order and any case; unknown ones are ignored.</summary>
internal sealed class CsvTable(TextReader text, params string[] required)
{
    private readonly Dictionary<string, int> columns = new(StringComparer.OrdinalIgnoreCase);

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
                yield return record.Problem is null && record.Fields.Count > width
                    ? record with { Problem = $"The row has {record.Fields.Count} fields, the header has {width}." }
                    : record;
                continue;
            }
            width = record.Fields.Count;
            if (ReadHeader(record) is not { } problem) continue;
            yield return new CsvRecord(1, [], problem);
            yield break;
        }
        if (width < 0) yield return new CsvRecord(1, [], "The file is empty.");
    }

    private string? ReadHeader(CsvRecord header)
    {
        if (header.Problem is not null) return $"The header cannot be read: {header.Problem}";
        for (var index = 0; index < header.Fields.Count; index++) columns.TryAdd(header.Fields[index].Trim(), index);
        var missing = required.Where(column => !columns.ContainsKey(column)).ToList();
        return missing.Count == 0 ? null : $"The file has no column {string.Join(", ", missing.Select(column => $"'{column}'"))}.";
    }
}
