using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Composable.Sandbox.Journals;

/// <summary>An append-only file of JSON lines. A line that was appended survives the death of the process; a last line cut short is dropped when the file is opened.</summary>
internal sealed class Journal<T> : IDisposable
{
    private const byte LineEnd = (byte)'\n';
    private const int LinesWorthRewriting = 1_000;

    private readonly JsonTypeInfo<T> _type;
    private readonly string _path;
    private readonly Lock _lock = new();
    private FileStream _file;

    private Journal(string path, JsonTypeInfo<T> type, FileStream file)
    {
        _path = path;
        _type = type;
        _file = file;
    }

    /// <summary>Opens or creates the file, and hands every complete line to <paramref name="replay"/> in the order written.</summary>
    public static Journal<T> Open(string path, JsonTypeInfo<T> type, Action<T> replay)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            file.SetLength(Replay(file, type, replay));
            file.Seek(0, SeekOrigin.End);
            return new Journal<T>(path, type, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The same, and rewrites the file when it has many more lines than are still needed.</summary>
    /// <param name="needed">What is to be kept, once everything was replayed.</param>
    public static Journal<T> Open(string path, JsonTypeInfo<T> type, Action<T> replay, Func<IReadOnlyCollection<T>> needed)
    {
        var lines = 0;
        var journal = Open(path, type, entry =>
        {
            replay(entry);
            lines++;
        });
        var kept = needed();
        if (lines > kept.Count + LinesWorthRewriting) journal.Rewrite(kept);
        return journal;
    }

    /// <summary>Returns once the line is with the operating system. A failed write leaves the file as it was.</summary>
    public void Append(T entry)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(entry, _type);
        Array.Resize(ref bytes, bytes.Length + 1);
        bytes[^1] = LineEnd;
        lock (_lock)
        {
            var start = _file.Position;
            try
            {
                _file.Write(bytes);
            }
            catch (IOException)
            {
                _file.SetLength(start);
                throw;
            }
        }
    }

    /// <summary>Replaces the file by these entries in one step: a crash leaves either the old file or the new one.</summary>
    public void Rewrite(IEnumerable<T> entries)
    {
        lock (_lock)
        {
            var draft = _path + ".new";
            using (var writer = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                foreach (var entry in entries)
                {
                    JsonSerializer.Serialize(writer, entry, _type);
                    writer.WriteByte(LineEnd);
                }

                writer.Flush(flushToDisk: true);
            }

            _file.Dispose();
            File.Move(draft, _path, overwrite: true);
            _file = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            _file.Seek(0, SeekOrigin.End);
        }
    }

    public void Dispose() => _file.Dispose();

    private static long Replay(FileStream file, JsonTypeInfo<T> type, Action<T> replay)
    {
        var buffer = new byte[1 << 16];
        var filled = 0;
        long good = 0;
        int read;
        while ((read = file.Read(buffer, filled, buffer.Length - filled)) > 0)
        {
            filled += read;
            var start = 0;
            int length;
            while ((length = buffer.AsSpan(start, filled - start).IndexOf(LineEnd)) >= 0)
            {
                replay(JsonSerializer.Deserialize(buffer.AsSpan(start, length), type) ?? throw new JsonException("A journal line is null."));
                start += length + 1;
                good += length + 1;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return good;
    }
}
