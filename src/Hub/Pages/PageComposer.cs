using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Pages;

/// <summary>Puts a page together: the content first, then all its blocks at the same time, everything under one deadline.</summary>
internal sealed partial class PageComposer(
    ContentCopies contents, ConnectionList connections, IEnumerable<IBlockSource> sources, IOptions<PageOptions> options, TimeProvider clock, ILogger<PageComposer> logger)
{
    /// <summary>Editors wait for their draft rather than see half of it.</summary>
    private static readonly TimeSpan PreviewDeadline = TimeSpan.FromSeconds(5);

    private readonly FrozenDictionary<string, IBlockSource> byType = sources.ToFrozenDictionary(source => source.Type);

    /// <param name="before">What was given out last; a block whose source fails is taken from it, unless <paramref name="isOutdated"/>.</param>
    /// <exception cref="VendorException">The content cannot be had, and there is no copy of it.</exception>
    /// <exception cref="OperationCanceledException">The same, because the deadline passed.</exception>
    public async Task<PageCopy> ComposeAsync(PageKey key, Market market, IReadOnlyList<string> candidates, PageCopy? before, bool isOutdated)
    {
        WorkPriority.Current = CallPriority.Browse;
        var started = clock.GetTimestamp();
        var deadline = options.Value.Deadline;
        for (var at = 0; ; at++)
        {
            // Content may use two thirds: blocks cannot begin without it, and it must not leave them nothing. Nor must the first candidate leave the others nothing.
            using var forContent = Left(deadline * 2 / 3, started, among: candidates.Count - at);
            try
            {
                var found = await contents.FindAsync(new(candidates[at], key.Route, key.Locale), forContent.Token);
                if (found.Page is not { } page) return Missing();
                using var forAll = Left(deadline, started);
                return await ComposeAsync(page, found, market, candidates[at], preview: false, isOutdated ? null : before, started, forAll.Token);
            }
            catch (Exception away) when (away is VendorException or OperationCanceledException && at + 1 < candidates.Count)
            {
                Log.Elsewhere(logger, candidates[at], candidates[at + 1], away);
            }
        }
    }

    /// <summary>With drafts, from the connection itself; nothing is kept of it. Null when there is no such page.</summary>
    public async Task<PageCopy?> PreviewAsync(PageKey key, Market market, string connection, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(PreviewDeadline);
        return await connections.Get<IContent>(connection).PageAsync(key.Route, key.Locale, preview: true, deadline.Token).WaitAsync(deadline.Token) is { } page
            ? await ComposeAsync(page, new(page, TimeSpan.Zero, IsStale: false), market, connection, preview: true, before: null, started, deadline.Token)
            : null;
    }

    private async Task<PageCopy> ComposeAsync(ContentPage page, ContentFound found, Market market, string connection, bool preview, PageCopy? before, long started, CancellationToken deadline)
    {
        var content = ("content", connection, clock.GetElapsedTime(started));
        var writtenAt = clock.GetTimestamp() - (long)(found.Age.TotalSeconds * clock.TimestampFrequency);
        var filled = await Task.WhenAll(page.Blocks.Select(block => FillAsync(
            new(block, market, page.Locale, connection, preview), found.IsStale, writtenAt, before, deadline)));
        var blocks = filled.Select(part => part.Block).ToList();
        var (body, tag) = PageBytes.Write(page, market.Code, blocks, clock.GetTimestamp(), clock);
        var degraded = PageBytes.Degraded(found.IsStale ? blocks.Prepend(new("page", "", BlockStatus.Stale, connection, writtenAt, null, [])) : blocks);
        var tags = page.Tags.Select(named => PageTags.Content(connection, named)).Concat(blocks.SelectMany(block => block.Tags)).ToHashSet();
        return new(body, tag, degraded, PageBytes.Timing([content, .. filled.Where(part => part.Took > TimeSpan.Zero).Select(part => (part.Block.Type, part.Block.Source, part.Took))]),
            PageTags.ForCaches(page, tags), blocks, tags,
            clock.GetTimestamp(), degraded is null ? options.Value.FreshFor : Shorter(options.Value.NegativeFor, options.Value.FreshFor));
    }

    private async Task<(FilledBlock Block, TimeSpan Took)> FillAsync(BlockRequest request, bool contentIsStale, long writtenAt, PageCopy? before, CancellationToken deadline)
    {
        var block = request.Block;
        if (!byType.TryGetValue(block.Type, out var source))
            return (new(block.Id, block.Type, contentIsStale ? BlockStatus.Stale : BlockStatus.Ok, request.Connection, writtenAt, Bytes(block.Data), []), TimeSpan.Zero);
        var started = clock.GetTimestamp();
        try
        {
            // On a thread of its own, and left behind at the deadline: a source that blocks or does not listen must not hold the page up.
            var content = await Task.Run(() => source.FillAsync(request, deadline), deadline).WaitAsync(deadline);
            return (new(block.Id, block.Type, content.Simplified ? BlockStatus.Degraded : BlockStatus.Ok, content.Source, clock.GetTimestamp(), Bytes(content.Data), content.Tags), clock.GetElapsedTime(started));
        }
        catch (Exception failure)
        {
            if (failure is not (VendorException or OperationCanceledException or Storage.DatabaseUnavailableException)) Log.BlockFailed(logger, block.Type, failure);
            return (Old(block, before) ?? new(block.Id, block.Type, BlockStatus.Omitted, block.Type, clock.GetTimestamp(), null, []), clock.GetElapsedTime(started));
        }
    }

    /// <summary>What the same block showed before, while that is not too old.</summary>
    private FilledBlock? Old(ContentBlock block, PageCopy? before) =>
        before?.Blocks.FirstOrDefault(old => old.Id == block.Id && old.Type == block.Type && old.Data is not null) is { } kept && clock.GetElapsedTime(kept.At) < options.Value.StaleFor
            ? kept with { Status = BlockStatus.Stale } : null;

    private static byte[] Bytes(JsonObject data) => JsonSerializer.SerializeToUtf8Bytes(data, Json.Options);

    private PageCopy Missing() => new(null, "", null, "", "", [], [], clock.GetTimestamp(), options.Value.NegativeFor);

    private CancellationTokenSource Left(TimeSpan deadline, long started, int among = 1)
    {
        var left = (deadline - clock.GetElapsedTime(started)) / among;
        return new(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), clock);
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A block of type {Type} failed; the page goes without it")]
        public static partial void BlockFailed(ILogger logger, string type, Exception failure);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Connection} did not give its content; {Next} is asked")]
        public static partial void Elsewhere(ILogger logger, string connection, string next, Exception failure);
    }
}
