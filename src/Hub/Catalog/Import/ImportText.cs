using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;

namespace Composable.Hub.Catalog.Import;

internal static class ImportText
{
    /// <summary>The longest record that is read, in characters. A longer one is skipped and rejected.</summary>
    public const int MaxRecord = 1 << 20;

    /// <summary>Opens a file as text (UTF-8 unless it says otherwise), unpacking it when it is gzipped. The stream stays open and need not seek.</summary>
    public static async ValueTask<TextReader> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var start = await pipe.ReadAtLeastAsync(2, cancellationToken);
        var zipped = IsGzip(start.Buffer);
        pipe.AdvanceTo(start.Buffer.Start);
        var bytes = pipe.AsStream();
        return new StreamReader(zipped ? new GZipStream(bytes, CompressionMode.Decompress) : bytes, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 16 * 1024);
    }

    private static bool IsGzip(ReadOnlySequence<byte> start) =>
        start.Length >= 2 && start.FirstSpan is [0x1f, 0x8b, ..];
}
