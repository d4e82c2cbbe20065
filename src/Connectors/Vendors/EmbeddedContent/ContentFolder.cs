using Composable.Connectors.Sdk;

namespace Composable.Connectors.EmbeddedContent;

/// <summary>
/// The folder on disk, looked at again when it is asked for and the last look is a moment old. A file that cannot be read keeps its last good
/// version and is a problem that staff see; one that was written this very moment is left until it is whole.
/// </summary>
internal sealed class ContentFolder(string root, string defaultLocale, TimeProvider clock)
{
    private const int MostFiles = 5_000, DeepestFolder = 8, MostBytes = 512 * 1024;
    private const long MostBytesTogether = 64L << 20;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500), Settle = TimeSpan.FromMilliseconds(100);

    private readonly Lock _looking = new();
    private readonly ChangeHistory _history = new();
    private Dictionary<string, Held> _files = [];
    private volatile ContentShelf? _shelf;
    private volatile IReadOnlyList<string> _problems = [];
    private long _lookedAt;

    /// <summary>A file as it was last looked at. <paramref name="Good"/> is the last version that could be read.</summary>
    private sealed record Held(DateTime Written, long Length, ContentDocument? Good, string? Problem);

    public string DefaultLocale { get; } = defaultLocale.ToLowerInvariant();

    /// <summary>What is wrong with files, or with the folder, in words for staff.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>What the folder holds. Misconfigured when it could never be read.</summary>
    public ContentShelf Shelf()
    {
        var now = clock.GetTimestamp();
        if (_shelf is { } current && clock.GetElapsedTime(Volatile.Read(ref _lookedAt), now) < LookEvery) return current;
        // Whoever comes while somebody looks takes what there is; the first ones wait, because there is nothing.
        if (!_looking.TryEnter(_shelf is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero)) return _shelf!;
        try
        {
            Look();
            Volatile.Write(ref _lookedAt, clock.GetTimestamp());
        }
        finally
        {
            _looking.Exit();
        }

        return _shelf ?? throw new VendorException(VendorFailure.Misconfigured, "Embedded content: its folder is not there or cannot be read.");
    }

    public ContentChanges Changes(string? cursor)
    {
        Shelf();
        return _history.Since(cursor);
    }

    private void Look()
    {
        if (!Directory.Exists(root))
        {
            _problems = ["the folder is not there; what was read before is kept"];
            return;
        }

        var (found, problems, changed) = (new Dictionary<string, Held>(), new List<string>(), new HashSet<string>());
        var left = MostBytesTogether;
        foreach (var (path, file) in Files(problems).Take(MostFiles))
        {
            var before = _files.GetValueOrDefault(path);
            var held = Unchanged(before, file) ? before! : Read(path, file, before);
            if ((left -= held.Good?.Bytes ?? 0) < 0)
            {
                problems.Add($"{path} and what follows: the folder holds more than {MostBytesTogether >> 20} MiB of text");
                break;
            }

            found[path] = held;
            if (held.Problem is not null) problems.Add($"{path}: {held.Problem}");
            if (!ReferenceEquals(held.Good, before?.Good)) changed.Add((held.Good ?? before!.Good)!.Id);
        }

        foreach (var (path, gone) in _files) if (!found.ContainsKey(path) && gone.Good is not null) changed.Add(gone.Good.Id);
        _files = found;
        if (_shelf is null || changed.Count > 0)
        {
            _shelf = new ContentShelf(found.Values.Select(held => held.Good).OfType<ContentDocument>(), DefaultLocale);
            _history.Add(changed);
        }

        _problems = [.. problems, .. _shelf.Problems];
    }

    /// <summary>Also "unchanged" while a writer may still be at it; the next look sees the whole.</summary>
    private bool Unchanged(Held? before, FileInfo file)
    {
        if (before is null) return false;
        if ((before.Written, before.Length) == (file.LastWriteTimeUtc, file.Length)) return true;
        var age = clock.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc;
        return age >= TimeSpan.Zero && age < Settle;
    }

    private Held Read(string path, FileInfo file, Held? before)
    {
        try
        {
            return new(file.LastWriteTimeUtc, file.Length, Read(path, file), null);
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            return new(file.LastWriteTimeUtc, file.Length, before?.Good, wrong is FormatException ? wrong.Message : "it cannot be opened");
        }
    }

    private ContentDocument Read(string path, FileInfo file)
    {
        var kind = DocumentReader.KindOf(path)!.Value;
        var modified = new DateTimeOffset(file.LastWriteTimeUtc);
        if (kind is DocumentKind.Asset) return new(kind, path, "", Draft: false, modified, default, file.Length);
        if (file.Length > MostBytes) throw new FormatException($"it is larger than {MostBytes / 1024} KiB");
        using var stream = file.OpenRead();
        var content = new byte[MostBytes + 1];
        var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        if (length > MostBytes) throw new FormatException($"it is larger than {MostBytes / 1024} KiB");
        return DocumentReader.Read(kind, path, content.AsSpan(0, length), modified, DefaultLocale);
    }

    /// <summary>Files by their path in the folder, always in the same order. Links are not followed: they could lead out.</summary>
    private IEnumerable<(string Path, FileInfo File)> Files(List<string> problems)
    {
        var folders = new Stack<(DirectoryInfo Folder, string Path, int Depth)>([(new DirectoryInfo(root), "", 0)]);
        var (count, options) = (0, new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint });
        while (folders.TryPop(out var at))
        {
            foreach (var child in at.Folder.EnumerateFileSystemInfos("*", options).OrderBy(child => child.Name, StringComparer.Ordinal))
            {
                var path = at.Path + child.Name;
                if (child is DirectoryInfo folder && at.Depth < DeepestFolder) folders.Push((folder, path + "/", at.Depth + 1));
                if (child is not FileInfo file || DocumentReader.KindOf(path) is null) continue;
                if (++count > MostFiles)
                {
                    problems.Add($"the folder holds more than {MostFiles} files; the rest is left out");
                    yield break;
                }

                yield return (path, file);
            }
        }
    }
}
