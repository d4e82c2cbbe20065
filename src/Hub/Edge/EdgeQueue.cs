using System.Text.Json;
using Composable.Hub.Storage;

namespace Composable.Hub.Edge;

/// <summary>Something to be looked at again. <paramref name="Changes"/> tells whether it changed once more meanwhile.</summary>
internal sealed record EdgeItem(string Kind, string Subject, long Changes = 0)
{
    public const string Product = "product", Sku = "sku", Order = "order", Tag = "tag", Again = "again";

    /// <summary>The goods of an order, from the event of its sale.</summary>
    public static IReadOnlyList<EdgeItem> SkusOf(string placed)
    {
        using var order = JsonDocument.Parse(placed);
        return [.. order.RootElement.GetProperty("lines").EnumerateArray().Select(line => new EdgeItem(Sku, line.GetProperty("sku").GetString()!))];
    }
}

/// <summary>What must be looked at again. However often a thing changes it stands here once, so a long absence of the edge costs no more than a short one.</summary>
internal sealed class EdgeQueue(Database database)
{
    public static void Add(Commit commit, IReadOnlyCollection<EdgeItem> items)
    {
        if (items.Count == 0) return;
        // In one order everywhere, so that two who add the same things do not wait for each other in a circle.
        var rows = items.DistinctBy(item => (item.Kind, item.Subject)).OrderBy(item => item.Kind, StringComparer.Ordinal).ThenBy(item => item.Subject, StringComparer.Ordinal);
        commit.Add($"""
            INSERT INTO edge_work (kind, subject, due_at) SELECT l.kind, l.subject, {Sql.Now} FROM {Rows.Of(rows, "l").Text("kind", item => item.Kind).Text("subject", item => item.Subject)} WHERE 1 = 1
            ON CONFLICT (kind, subject) DO UPDATE SET changes = edge_work.changes + 1, due_at = excluded.due_at
            """);
    }

    /// <summary>Looks at things again later, unless they are to be looked at anyway.</summary>
    public static void AddLater(Commit commit, string kind, IReadOnlyCollection<string> subjects, TimeSpan later)
    {
        if (subjects.Count == 0) return;
        commit.Add($"""
            INSERT INTO edge_work (kind, subject, due_at) SELECT {kind}, l.id, {Sql.Now} + {(long)later.TotalMilliseconds} FROM {Rows.Of(subjects.Order(StringComparer.Ordinal), "l").Text("id", id => id)} WHERE 1 = 1
            ON CONFLICT (kind, subject) DO NOTHING
            """);
    }

    /// <summary>Takes off what was looked at; what changed meanwhile stays.</summary>
    public static void Settle(Commit commit, IReadOnlyCollection<EdgeItem> items)
    {
        if (items.Count == 0) return;
        var rows = Rows.Of(items, "l").Text("kind", item => item.Kind).Text("subject", item => item.Subject).Number("changes", item => item.Changes);
        commit.Add($"DELETE FROM edge_work WHERE (kind, subject, changes) IN (SELECT l.kind, l.subject, l.changes FROM {rows})");
    }

    /// <summary>Everything that is kept at the edge, and what was, is to be written again as if it were not there.</summary>
    public static void AddAll(Commit commit, IReadOnlyCollection<string> hot)
    {
        commit.Add($"""
            INSERT INTO edge_work (kind, subject, due_at) SELECT 'product', p.id, {Sql.Now}
            FROM (SELECT l.id FROM {Rows.Of(hot, "l").Text("id", id => id)} UNION SELECT product_id FROM edge_products WHERE written IS NOT NULL ORDER BY 1) p WHERE 1 = 1
            ON CONFLICT (kind, subject) DO UPDATE SET changes = edge_work.changes + 1, due_at = excluded.due_at
            """);
        commit.Add($"UPDATE edge_products SET written = '' WHERE written IS NOT NULL");
    }

    /// <summary>Values that were written long ago are to be renewed before they end.</summary>
    public static void AddOld(Commit commit, TimeSpan age, int limit) => commit.Add($"""
        INSERT INTO edge_work (kind, subject, due_at)
        SELECT 'product', product_id, {Sql.Now} FROM (SELECT product_id FROM edge_products WHERE written IS NOT NULL AND written_at < {Sql.Now} - {(long)age.TotalMilliseconds} ORDER BY written_at LIMIT {limit}) old WHERE 1 = 1
        ON CONFLICT (kind, subject) DO NOTHING
        """);

    public Task<List<EdgeItem>> DueAsync(int limit, CancellationToken cancellationToken) => database.QueryAsync<EdgeItem>(
        $"SELECT kind, subject, changes FROM edge_work WHERE due_at <= {Sql.Now} ORDER BY due_at, kind, subject LIMIT {limit}", cancellationToken);
}
