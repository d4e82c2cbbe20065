using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Catalog;
using Composable.Hub.Events;
using Composable.Hub.Markets;
using Composable.Hub.Stock;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Edge;

/// <summary>Brings the edge in step with what changed: values of hot products are written, kept answers are purged, and only then the work is taken off.</summary>
internal sealed class EdgeProjection(Database database, EdgeQueue queue, ProductShelf shelf, Skus skus, StockRoom stock, MarketList markets, EdgePages pages, IOptions<EdgeOptions> options)
{
    public const int PageSize = 100;

    /// <summary>In one call, so that it fits into the time a call has.</summary>
    private const int EntriesAtOnce = 500;

    /// <summary>Nobody says when a promise to a checkout ends without an order, so what was written during one is looked at again.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    internal sealed class Known
    {
        public string ProductId { get; set; } = "";
        public string Seen { get; set; } = "";
        public string Tags { get; set; } = "";
        public string? Written { get; set; }
        public string Keys { get; set; } = "";
        public long Age { get; set; }
    }

    /// <summary>One page of work. Returns how much of it there was.</summary>
    public async Task<int> RunAsync(IEdge edge, CancellationToken cancellationToken)
    {
        var due = await queue.DueAsync(PageSize, cancellationToken);
        if (due.Count == 0) return 0;
        var tags = due.Where(item => item.Kind == EdgeItem.Tag).Select(item => item.Subject).ToHashSet();
        var commit = new Commit();
        // First of all: what is to be looked at later comes after it.
        EdgeQueue.Settle(commit, due);
        foreach (var ids in (await ProductsAsync(due, cancellationToken)).Chunk(PageSize)) await ProjectAsync(ids, edge, tags, commit, cancellationToken);
        await pages.DropAsync(edge, tags, [.. due.Where(item => item.Kind == EdgeItem.Again).Select(item => item.Subject)], commit, cancellationToken);
        if (tags.Count > 0) await edge.PurgeAsync(tags, [], cancellationToken);
        EdgeState.Succeeded(commit);
        await database.CommitAsync(commit, cancellationToken);
        return due.Count;
    }

    /// <summary>Writes what differs from what the edge has, and adds the tags of what shoppers see differently.</summary>
    private async Task ProjectAsync(string[] ids, IEdge edge, HashSet<string> tags, Commit commit, CancellationToken cancellationToken)
    {
        var products = await ReadAsync(ids, cancellationToken);
        var known = (await KnownAsync(ids, cancellationToken)).ToDictionary(row => row.ProductId);
        var hot = (await shelf.FirstAsync(options.Value.Hot, cancellationToken)).ToHashSet();
        var (entries, rows) = (new List<EdgeEntry>(), new List<Known>());
        foreach (var product in products)
        {
            var before = known.GetValueOrDefault(product.Id);
            if (before?.Seen != product.Seen) AddTags(tags, product, before);
            entries.AddRange(Changes(product, before, hot.Contains(product.Id), edge.Limits.MaxValueBytes));
            rows.Add(new()
            {
                ProductId = product.Id,
                Seen = product.Seen,
                Tags = string.Join(',', product.Categories),
                Written = hot.Contains(product.Id) ? product.Written : null,
                Keys = hot.Contains(product.Id) ? string.Join(',', product.Keys) : "",
                Age = IsCurrent(product, before) ? before!.Age : 0,
            });
        }

        foreach (var some in entries.Chunk(EntriesAtOnce)) await edge.WriteAsync(some, cancellationToken);
        Remember(commit, rows);
        var held = await stock.HeldAsync([.. products.SelectMany(product => product.Skus)], cancellationToken);
        EdgeQueue.AddLater(commit, EdgeItem.Product, [.. products.Where(product => product.Skus.Any(held.Contains)).Select(product => product.Id)], LookAgain);
    }

    private static void AddTags(HashSet<string> tags, EdgeProduct product, Known? before)
    {
        tags.Add(CacheTags.OfProduct(product.Id));
        tags.Add(CacheTags.Products);
        tags.UnionWith(product.Categories);
        if (before?.Tags == string.Join(',', product.Categories)) return;
        tags.Add(CacheTags.Categories);
        tags.UnionWith(before?.Tags.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? []);
    }

    private bool IsCurrent(EdgeProduct product, Known? before) => before is not null && before.Written == product.Written && before.Age < options.Value.Lives.TotalMilliseconds / 2;

    private IEnumerable<EdgeEntry> Changes(EdgeProduct product, Known? before, bool isHot, int maxBytes)
    {
        if (isHot && IsCurrent(product, before)) return [];
        var gone = before?.Written is null ? [] : before.Keys.Split(',', StringSplitOptions.RemoveEmptyEntries).Except(isHot ? product.Keys : []).Select(key => new EdgeEntry(key, null));
        return isHot ? [.. gone, .. product.Entries(options.Value.Lives, maxBytes)] : gone;
    }

    private async Task<IReadOnlyList<EdgeProduct>> ReadAsync(string[] ids, CancellationToken cancellationToken)
    {
        var views = new List<(Market Market, ProductView View)>();
        foreach (var market in markets.All) views.AddRange((await shelf.FindAsync([.. ids], market, cancellationToken)).Select(view => (market, view)));
        return [.. views.GroupBy(row => row.View.Id).Select(rows => new EdgeProduct(rows.Key, [.. rows.Select(row => (row.Market, row.View, Http.Json.Write(row.View)))]))];
    }

    private async Task<IReadOnlyCollection<string>> ProductsAsync(IReadOnlyList<EdgeItem> due, CancellationToken cancellationToken)
    {
        var codes = due.Where(item => item.Kind == EdgeItem.Sku).Select(item => item.Subject).ToHashSet();
        foreach (var order in due.Where(item => item.Kind == EdgeItem.Order))
            if (await EventLog.OfAsync(database, order.Subject, cancellationToken) is [{ Type: "order.placed" } placed, ..]) codes.UnionWith(EdgeItem.SkusOf(placed.Data).Select(item => item.Subject));
        var products = (await skus.FindAsync(codes, cancellationToken)).Values.Select(sku => sku.ProductId);
        return due.Where(item => item.Kind == EdgeItem.Product).Select(item => item.Subject).Concat(products).ToHashSet();
    }

    private Task<List<Known>> KnownAsync(string[] ids, CancellationToken cancellationToken) => database.QueryAsync<Known>($"""
        SELECT product_id AS productId, seen, tags, written, keys, {Sql.Now} - written_at AS age FROM edge_products WHERE product_id {Sql.In(ids)}
        """, cancellationToken);

    private static void Remember(Commit commit, List<Known> rows)
    {
        if (rows.Count == 0) return;
        var table = Rows.Of(rows, "l").Text("product_id", row => row.ProductId).Text("seen", row => row.Seen).Text("tags", row => row.Tags).Text("written", row => row.Written).Text("keys", row => row.Keys).Number("age", row => row.Age);
        commit.Add($"""
            INSERT INTO edge_products (product_id, seen, tags, written, keys, written_at)
            SELECT l.product_id, l.seen, l.tags, l.written, l.keys, {Sql.Now} - l.age FROM {table} WHERE 1 = 1
            ON CONFLICT (product_id) DO UPDATE SET seen = excluded.seen, tags = excluded.tags, written = excluded.written, keys = excluded.keys, written_at = excluded.written_at
            """);
    }
}
