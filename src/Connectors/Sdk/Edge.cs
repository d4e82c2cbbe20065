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
public sealed record EdgeLimits(int MaxWrites, int MaxValueBytes, int MaxTags, int MaxAddresses, TimeSpan VisibleWithin);

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
