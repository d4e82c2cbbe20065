using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxTables;

/// <summary>Opens files of rates below one folder, also gzipped, and finds out from their beginning what they are.</summary>
internal static class TaxFiles
{
    private const long Largest = 64L << 20;

    /// <summary>Throws <see cref="VendorException"/> (Misconfigured) with the file's name, and the line where it can be told.</summary>
    public static TaxSource Read(TaxFile options, string? folder)
    {
        if (folder is null) throw Misconfigured("files are read below the folder Connectors:DataFolder, which this hub has not set");
        var path = Path.GetFullPath(Path.Combine(folder, options.File));
        if (!path.StartsWith(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw Misconfigured($"the file {options.File} is not below Connectors:DataFolder");
        try
        {
            using var file = File.OpenRead(path);
            using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var text = new StreamReader(new BoundedStream(content, Largest), Encoding.UTF8);
            return Read(options, text);
        }
        catch (TaxFileException wrong)
        {
            throw Misconfigured(wrong.Message, wrong);
        }
        catch (JsonException wrong)
        {
            throw Misconfigured($"{options.File}, line {wrong.LineNumber + 1}: it is not JSON as expected ({wrong.Path})", wrong);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Misconfigured($"the file {options.File} cannot be read ({wrong.GetType().Name})", wrong);
        }
    }

    private static TaxSource Read(TaxFile options, StreamReader text)
    {
        var name = options.File.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? options.File[..^3] : options.File;
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return VatRates.Read(text.ReadToEnd(), options);
        var rows = new CsvRows(text, options.File);
        // The two kinds of CSV have no column in common, and say so by the one that is missing.
        return options.Kind is TaxFileKind.VatHistory ? VatHistory.Read(rows, options) : ZipRates.Read(rows, options);
    }

    private static VendorException Misconfigured(string why, Exception? inner = null) => new(VendorFailure.Misconfigured, $"Settings of Tax tables: {why}.", inner: inner);

    /// <summary>Ends with an error where more comes than a file of rates can hold, however small it was packed.</summary>
    private sealed class BoundedStream(Stream inner, long most) : Stream
    {
        private long _left = most;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            return (_left -= read) >= 0 ? read : throw new InvalidDataException("The file is too large.");
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
