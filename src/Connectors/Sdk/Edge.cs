using System.Text;

namespace Composable.Connectors.Sdk;

/// <summary>Runs a small function near shoppers, keeps values for it, and drops what is stale.</summary>
public interface IEdge : IPort
{
    /// <summary>What the types cannot say about this edge; connectors cut longer lists into calls of this size.</summary>
    EdgeLimits Limits { get; }

    /// <summary>Uploads a function and lets it take over, in one step. The same function twice is as good as once.</summary>
    Task DeployAsync(EdgeFunction program, CancellationToken cancellationToken);

    /// <summary>Writes and deletes values, in the order given. Readers elsewhere may see the old value for <see cref="EdgeLimits.VisibleWithin"/>.</summary>
    Task WriteAsync(IReadOnlyList<EdgeEntry> entries, CancellationToken cancellationToken);

    /// <summary>A value as it was written; null when there is none.</summary>
    Task<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Drops cached answers that carry one of these tags, or have one of these addresses.</summary>
    Task PurgeAsync(IReadOnlyCollection<string> tags, IReadOnlyCollection<Uri> addresses, CancellationToken cancellationToken);
}

/// <param name="MaxWrites">Entries in one call.</param>
/// <param name="MaxValueBytes">Of one value.</param>
/// <param name="MaxTags">Tags in one purge.</param>
/// <param name="MaxAddresses">Addresses in one purge.</param>
/// <param name="VisibleWithin">How long an old value may still be read somewhere.</param>
public sealed record EdgeLimits(int MaxWrites, int MaxValueBytes, int MaxTags, int MaxAddresses, TimeSpan VisibleWithin)
{
    /// <summary>Of one key, in UTF-8.</summary>
    public const int MaxKeyBytes = 512;

    /// <summary>Rejected when it cannot be a key anywhere: connectors check before a call, so that nothing of a list is written when one entry is bad.</summary>
    public static void CheckKey(string key)
    {
        if (key is "" or "." or ".." || Encoding.UTF8.GetByteCount(key) > MaxKeyBytes || key.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            throw Rejected($"a key has 1 to {MaxKeyBytes} bytes without white space, and is not a dot or two");
    }

    /// <summary>Rejected when an entry has no good key, is too large, or lives no time at all.</summary>
    public void Check(EdgeEntry entry)
    {
        CheckKey(entry.Key);
        if (entry.Value?.Length > MaxValueBytes) throw Rejected($"a value has at most {MaxValueBytes} bytes");
        if (entry.Lives <= TimeSpan.Zero) throw Rejected("a value lives longer than nothing");
    }

    private static VendorException Rejected(string why) => new(VendorFailure.Rejected, $"The edge takes no such entry: {why}.");
}

/// <param name="Source">A JavaScript module.</param>
/// <param name="Variables">Plain texts the function reads, such as the hub's address.</param>
public sealed record EdgeFunction(string Name, string Source, IReadOnlyDictionary<string, string> Variables);

/// <param name="Value">Null deletes the key.</param>
/// <param name="Lives">After this time the value is gone; null keeps it.</param>
public sealed record EdgeEntry(string Key, ReadOnlyMemory<byte>? Value, TimeSpan? Lives = null);

/// <summary>An edge inside this process that also keeps answers, for a host that puts it in front of itself. Optional: real edges keep theirs near shoppers.</summary>
public interface IAnswerCache : IPort
{
    /// <summary>Keeps an answer under its address until it is purged by that or by one of its tags, its time is over, or room is needed.</summary>
    void Keep(Uri address, IReadOnlyCollection<string> tags, ReadOnlyMemory<byte> answer, TimeSpan lives);

    /// <summary>The answer that is kept for an address, or null.</summary>
    ReadOnlyMemory<byte>? Kept(Uri address);
}
