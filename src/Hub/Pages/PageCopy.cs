namespace Composable.Hub.Pages;

internal readonly record struct PageKey(string Market, string Locale, string Route);

internal enum BlockStatus
{
    Ok,
    Stale,
    Degraded,
    Omitted,
}

/// <summary>One block as it came out.</summary>
/// <param name="At">Timestamp of the data.</param>
/// <param name="Data">JSON in UTF-8; null when there is none.</param>
internal sealed record FilledBlock(string Id, string Type, BlockStatus Status, string Source, long At, byte[]? Data, IReadOnlyCollection<string> Tags);

/// <summary>A page ready to be sent: bytes and headers are made once.</summary>
/// <param name="Body">Null when there is no page at the route.</param>
/// <param name="CacheTag">The header of that name, for caches in front of the hub.</param>
/// <param name="Degraded">The <c>Hub-Degraded</c> header; null when nothing is missing or old.</param>
internal sealed record PageCopy(byte[]? Body, string ETag, string? Degraded, string Timing, string CacheTag, IReadOnlyList<FilledBlock> Blocks, IReadOnlyCollection<string> Tags, long At, TimeSpan FreshFor) : ICopy
{
    public long Size { get; } = (Body?.Length ?? 0) + Blocks.Sum(block => block.Data?.Length ?? 0) + 1_000;
}
