using System.Text.Json;
using Composable.Hub.Events;
using Composable.Hub.Storage;

namespace Composable.Hub.Search;

/// <summary>
/// Marks the products that engines have yet to hear of. Nothing is sent from here: the mark is durable, and the indexer writes what is true when it comes to it.
/// Sales mark a product only when it is sold out by them, or can be had again.
/// </summary>
internal sealed class SearchMarks(Database database) : EventConsumer(database)
{
    public override string Name => "search-index";

    public override IReadOnlyList<string> Derived => ["search_waiting"];

    /// <summary>1 when any variant of the product of <c>e</c> can be bought now.</summary>
    public static Sql AvailableNow => $"""
        CASE WHEN EXISTS (SELECT 1 FROM skus a LEFT JOIN stock b ON b.sku = a.sku WHERE a.product_id = e.product_id AND (a.counted = 0 OR b.on_hand > b.reserved)) THEN 1 ELSE 0 END
        """;

    protected override bool Wants(StoredEvent happened) => happened.Type is "price.changed" or "stock.counted" or "order.placed" || GivesBack(happened) || IsOfProduct(happened);

    protected override void Apply(IReadOnlyList<StoredEvent> events, Commit commit)
    {
        var products = events.Where(IsOfProduct).Select(happened => happened.Stream).Distinct().ToList();
        var priced = events.Where(happened => happened.Type == "price.changed").SelectMany(SkusOf).Distinct().ToList();
        var moved = events.Where(happened => happened.Type is "stock.counted" or "order.placed").SelectMany(SkusOf).Distinct().ToList();
        // Pieces that were given back matter to what was sold out, whoever had them.
        Sql back = events.Any(GivesBack) ? (Sql)$"UNION SELECT e.connection, e.product_id FROM search_entries e WHERE e.available = 0 AND {AvailableNow} = 1" : $"";
        commit.Add($"""
            INSERT INTO search_waiting (connection, product_id) SELECT found.connection, found.product_id FROM (
                SELECT t.connection, l.product_id FROM search_targets t, {Rows.Of(products, "l").Text("product_id", id => id)}
                UNION SELECT t.connection, s.product_id FROM search_targets t, skus s WHERE s.sku {Sql.In(priced)}
                UNION SELECT e.connection, e.product_id FROM search_entries e WHERE e.product_id IN (SELECT s.product_id FROM skus s WHERE s.sku {Sql.In(moved)}) AND e.available <> {AvailableNow}
                {back}) AS found WHERE 1 = 1
            ON CONFLICT (connection, product_id) DO UPDATE SET marks = search_waiting.marks + 1
            """);
    }

    private static bool IsOfProduct(StoredEvent happened) => happened.Type.StartsWith("product.", StringComparison.Ordinal);

    private static bool GivesBack(StoredEvent happened) => happened.Type is "order.canceled" or "cart.reopened";

    private static IEnumerable<string> SkusOf(StoredEvent happened)
    {
        using var data = JsonDocument.Parse(happened.Data);
        if (data.RootElement.TryGetProperty("sku", out var sku)) return [sku.GetString()!];
        return data.RootElement.TryGetProperty("lines", out var lines) ? [.. lines.EnumerateArray().Select(line => line.GetProperty("sku").GetString()!)] : [];
    }
}
