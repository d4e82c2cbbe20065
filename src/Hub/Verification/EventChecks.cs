using System.Globalization;
using Composable.Hub.Events;
using Composable.Hub.Orders;

namespace Composable.Hub.Verification;

internal static class EventChecks
{
    private const int PageSize = 1000;

    /// <summary>I9: versions and events count the same, so neither exists without the other.</summary>
    public static Task<Finding> OutboxAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I9", "no change without its event and no event without its change",
        $"SELECT id FROM events",
        $"""
        SELECT a.id || ' has version ' || a.version || ' and ' || coalesce(e.happened, 0) || ' events' AS wrong
        FROM (SELECT id, version FROM carts UNION ALL SELECT id, version FROM checkouts UNION ALL SELECT id, version FROM orders UNION ALL SELECT id, version FROM products
            UNION ALL SELECT 'promotion:' || code, version FROM promotions) a
        LEFT JOIN (SELECT stream, count(*) AS happened FROM events GROUP BY stream) e ON e.stream = a.id
        WHERE a.version <> coalesce(e.happened, 0)
        """, cancellationToken);

    public static Task<Finding> ChainAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I17", "every history is one chain without gaps or forks",
        $"SELECT stream FROM events GROUP BY stream",
        $"SELECT stream || ': ' || count(*) || ' events up to number ' || max(seq) AS wrong FROM events GROUP BY stream HAVING count(*) <> max(seq) OR min(seq) <> 1",
        cancellationToken);

    public static Task<Finding> KeysAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I11", "one idempotency key has one effect and, once that has ended, one answer",
        $"SELECT key FROM idempotency_keys",
        $"""
        SELECT 'A key without an answer belongs to no running process (' || coalesce(p.kind || ' ' || p.status, 'none') || ')' AS wrong
        FROM idempotency_keys k LEFT JOIN processes p ON p.key = k.key WHERE k.status IS NULL AND coalesce(p.status, '') NOT IN ('running', 'waiting', 'undoing', 'stuck')
        UNION ALL
        SELECT 'Checkout ' || checkout_id || ' became ' || count(*) || ' orders' FROM orders GROUP BY checkout_id HAVING count(*) > 1
        """, cancellationToken);

    /// <summary>I8 and I14: what was derived from events equals what the same events give when they are read again.</summary>
    public static async Task<IReadOnlyList<Finding>> DerivedAsync(Evidence evidence, CancellationToken cancellationToken)
    {
        var cursor = (await evidence.Database.QueryAsync<(long Tx, long Position)>($"SELECT tx, position FROM cursors WHERE name = {Relay.Cursor}", cancellationToken)).FirstOrDefault();
        var applied = (await evidence.Database.QueryAsync<string>($"SELECT event_id FROM inbox WHERE consumer = 'sales-report'", cancellationToken)).ToHashSet();
        var waiting = await evidence.Database.QueryAsync<string>($"SELECT event_id FROM dead_letters WHERE status = 'waiting'", cancellationToken);
        var sold = new Dictionary<(string Day, string Sku, string Currency), (long Quantity, long Amount)>();
        var missing = new List<string>();
        long count = 0;
        for (var (tx, position) = (0L, 0L); await PageAsync(evidence, tx, position, cancellationToken) is { Count: > 0 } page; (tx, position) = (page[^1].Tx, page[^1].Position))
        {
            count += page.Count;
            foreach (var happened in page.Where(happened => happened.Type == "order.placed"))
            {
                var reached = (happened.Tx, happened.Position).CompareTo((cursor.Tx, cursor.Position)) <= 0;
                if (applied.Contains(happened.Id)) Fold(sold, OrderPlaced.Read(happened.Data));
                else if (reached && !waiting.Contains(happened.Id)) missing.Add($"Event {happened.Id} was passed over.");
                else if (!reached && evidence.Now.ToUnixTimeMilliseconds() - happened.At > 60_000) missing.Add($"Event {happened.Id} has waited for more than a minute.");
            }
        }

        missing.AddRange(waiting.Select(id => $"Event {id} is a dead letter."));
        return [new("I8", "every event was delivered and applied once", count, missing), new("I14", "replaying all events gives what was derived from them", sold.Count, await CompareAsync(evidence, sold, cancellationToken))];
    }

    /// <summary>All events of the moment. The relay leaves out those a running transaction could yet precede; here they count.</summary>
    private static Task<List<StoredEvent>> PageAsync(Evidence evidence, long tx, long position, CancellationToken cancellationToken) => evidence.Database.QueryAsync<StoredEvent>($"""
        SELECT position, tx, id, stream, seq, type, data, trace, at FROM events WHERE (tx, position) > ({tx}, {position}) ORDER BY tx, position LIMIT {PageSize}
        """, cancellationToken);

    private static async Task<List<string>> CompareAsync(Evidence evidence, Dictionary<(string Day, string Sku, string Currency), (long Quantity, long Amount)> expected, CancellationToken cancellationToken)
    {
        var rows = await evidence.Database.QueryAsync<(string Day, string Sku, string Currency, long Quantity, long Amount)>($"SELECT day, sku, currency, quantity, amount FROM sales", cancellationToken);
        var actual = rows.ToDictionary(row => (row.Day, row.Sku, row.Currency), row => (row.Quantity, row.Amount));
        return [.. expected.Keys.Union(actual.Keys).Where(key => expected.GetValueOrDefault(key) != actual.GetValueOrDefault(key))
            .Select(key => $"Sales of {key.Sku} on {key.Day}: events say {expected.GetValueOrDefault(key)}, the table {actual.GetValueOrDefault(key)}.")];
    }

    private static void Fold(Dictionary<(string Day, string Sku, string Currency), (long Quantity, long Amount)> sold, OrderPlaced order)
    {
        var day = order.PlacedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var line in order.Lines)
        {
            var (quantity, amount) = sold.GetValueOrDefault((day, line.Sku, order.Currency));
            sold[(day, line.Sku, order.Currency)] = (quantity + line.Quantity, amount + line.Total);
        }
    }
}
