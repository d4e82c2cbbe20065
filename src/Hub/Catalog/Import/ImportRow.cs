using Composable.Contracts;

namespace Composable.Hub.Catalog.Import;

/// <summary>One outcome of reading a catalogue file.</summary>
/// <param name="Line">Physical line of the file, counted from 1, where the record starts.</param>
internal abstract record ImportRow(long Line)
{
    internal sealed record Accepted(long Line, ProductInput Product) : ImportRow(Line);

    internal sealed record Rejected(long Line, string Reason) : ImportRow(Line);
}

/// <summary>Reads a catalogue file, plain or gzipped, row by row; what it holds in memory does not grow with the file.</summary>
internal interface IProductReader
{
    /// <summary>The stream stays open. Throws <see cref="InvalidDataException"/> when a gzipped file is damaged.</summary>
    IAsyncEnumerable<ImportRow> ReadAsync(Stream stream, CancellationToken cancellationToken = default);
}
