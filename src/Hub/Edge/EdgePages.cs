using System.Text.RegularExpressions;
using Composable.Connectors.Sdk;
using Composable.Hub.Catalog;
using Composable.Hub.Markets;
using Composable.Hub.Pages;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Edge;

/// <summary>
/// Composed pages at the edge: what shoppers read at this hub is written for the next ones, and what changes is dropped. Nobody composes a page only for the edge, so
/// one that is not read there any more ends by itself.
/// </summary>
internal sealed partial class EdgePages(Database database, PageDesk desk, MarketList markets, IOptions<EdgeOptions> options, TimeProvider clock)
{
    /// <summary>A page that was being put together while something on it changed may be written after it was dropped.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private long seen;
    private HashSet<object> looked = new(ReferenceEqualityComparer.Instance);

    internal sealed class Known
    {
        public string Key { get; set; } = "";
        public string Tags { get; set; } = "";
        public string Written { get; set; } = "";
        public long Age { get; set; }
    }

    /// <summary>Writes pages that were put together since the last time and that the edge does not have so.</summary>
    public async Task WriteAsync(IEdge edge, CancellationToken cancellationToken)
    {
        // A page is dated a moment before others can see it, so the last moment is looked at twice; each copy is written once.
        var moment = clock.GetTimestamp() - clock.TimestampFrequency;
        var recent = desk.Current.TakeWhile(page => page.Copy.At > seen).Take(options.Value.Pages).ToList();
        var fresh = recent.Where(page => !looked.Contains(page.Copy) && IsReadThere(page.Key) && page.Copy.Body!.Length <= edge.Limits.MaxValueBytes)
            .Select(page => (Key: $"page:{page.Key.Market}:{page.Key.Route}", page.Copy)).ToList();
        if (fresh.Count > 0) await WriteAsync(edge, fresh, cancellationToken);
        (seen, looked) = (moment, new(recent.Select(page => page.Copy), ReferenceEqualityComparer.Instance));
    }

    private async Task WriteAsync(IEdge edge, List<(string Key, PageCopy Copy)> fresh, CancellationToken cancellationToken)
    {
        var known = (await KnownAsync(cancellationToken)).ToDictionary(row => row.Key);
        var lives = options.Value.PagesLive;
        var news = fresh.Where(page => known.GetValueOrDefault(page.Key) is not { } before || before.Written != page.Copy.ETag || before.Age > lives.TotalMilliseconds / 2).ToList();
        if (news.Count == 0) return;
        // Noted first: a value that nobody knows of could not be dropped.
        await database.CommitAsync(Remember(news, areWritten: false), cancellationToken);
        await edge.WriteAsync([.. news.Select(page => new EdgeEntry(page.Key, page.Copy.Body, lives))], cancellationToken);
        await database.CommitAsync(Remember(news, areWritten: true), cancellationToken);
    }

    /// <summary>Drops the pages that show something that changed.</summary>
    /// <param name="again">What changed a while ago.</param>
    public async Task DropAsync(IEdge edge, IReadOnlySet<string> tags, IReadOnlyCollection<string> again, Commit commit, CancellationToken cancellationToken)
    {
        if (tags.Count == 0 && again.Count == 0) return;
        var known = await KnownAsync(cancellationToken);
        bool IsOn(Known page, IEnumerable<string> some) => page.Tags.Split(',').Intersect(some).Any();
        var gone = known.Where(page => IsOn(page, tags.Concat(again))).Select(page => page.Key).ToList();
        EdgeQueue.AddLater(commit, EdgeItem.Again, [.. tags.Where(tag => tag is CacheTags.Pages or CacheTags.Entries or CacheTags.Products || tag.StartsWith("page:", StringComparison.Ordinal))], LookAgain);
        if (gone.Count == 0) return;
        await edge.WriteAsync([.. gone.Select(key => new EdgeEntry(key, null))], cancellationToken);
        commit.Add($"DELETE FROM edge_pages WHERE key {Sql.In(gone)}");
    }

    /// <summary>Begins anew with an edge of which nobody knows what it has.</summary>
    public async Task DropAllAsync(IEdge edge, Commit commit, CancellationToken cancellationToken)
    {
        await edge.WriteAsync([.. (await KnownAsync(cancellationToken)).Select(page => new EdgeEntry(page.Key, null))], cancellationToken);
        commit.Add($"DELETE FROM edge_pages");
        (seen, looked) = (0, new(ReferenceEqualityComparer.Instance));
    }

    /// <summary>The edge function asks for no others.</summary>
    private bool IsReadThere(PageKey page) => markets.Find(page.Market)?.Locale == page.Locale && Plain().IsMatch(page.Route);

    private Commit Remember(IReadOnlyCollection<(string Key, PageCopy Copy)> pages, bool areWritten)
    {
        var rows = Rows.Of(pages.OrderBy(page => page.Key, StringComparer.Ordinal), "l").Text("key", page => page.Key).Text("tags", page => page.Copy.CacheTag).Text("written", page => areWritten ? page.Copy.ETag : "");
        // What has ended by itself is forgotten.
        return new Commit()
            .Add($"DELETE FROM edge_pages WHERE written_at < {Sql.Now} - {(long)options.Value.PagesLive.TotalMilliseconds * 2}")
            .Add($"""
                INSERT INTO edge_pages (key, tags, written, written_at) SELECT l.key, l.tags, l.written, {Sql.Now} FROM {rows} WHERE 1 = 1
                ON CONFLICT (key) DO UPDATE SET tags = excluded.tags, written = excluded.written, written_at = excluded.written_at
                """);
    }

    private Task<List<Known>> KnownAsync(CancellationToken cancellationToken) =>
        database.QueryAsync<Known>($"SELECT key, tags, written, {Sql.Now} - written_at AS age FROM edge_pages", cancellationToken);

    [GeneratedRegex("^/$|^(?:/[A-Za-z0-9._~-]+)+$")]
    private static partial Regex Plain();
}
