namespace Composable.Hub.Verification;

internal static class StockChecks
{
    public static Task<Finding> AddsUpAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I4", "stock is never negative and equals the sum of its movements",
        $"SELECT sku FROM stock",
        $"""
        SELECT 'SKU ' || s.sku || ': on hand ' || s.on_hand || ', reserved ' || s.reserved || ', movements say ' || coalesce(m.on_hand, 0) || ' and ' || coalesce(m.reserved, 0) AS wrong
        FROM stock s LEFT JOIN (SELECT sku, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved FROM stock_movements GROUP BY sku) m ON m.sku = s.sku
        WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.reserved <> coalesce(m.reserved, 0) OR s.on_hand < s.reserved OR s.reserved < 0
        UNION ALL
        SELECT 'SKU ' || l.sku || ': sold ' || l.sold || ', taken ' || coalesce(t.taken, 0)
        FROM (SELECT sku, sum(quantity) AS sold FROM sales GROUP BY sku) l
        JOIN stock s ON s.sku = l.sku
        LEFT JOIN (SELECT sku, -sum(on_hand_change) AS taken FROM stock_movements WHERE kind = 'take' GROUP BY sku) t ON t.sku = l.sku
        WHERE l.sold > coalesce(t.taken, 0)
        """, cancellationToken);

    public static Task<Finding> ReleasedAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I5", "a hold is released or taken exactly once, by the end of its process",
        $"SELECT reference FROM stock_movements WHERE kind = 'hold'",
        $"""
        SELECT 'Process ' || h.reference || ' (' || coalesce(p.status, 'unknown') || ') still holds ' || h.sku AS wrong
        FROM stock_movements h LEFT JOIN processes p ON p.id = h.reference
        LEFT JOIN stock_movements e ON e.reference = h.reference AND e.sku = h.sku AND e.kind IN ('release', 'take')
        WHERE h.kind = 'hold' AND e.reference IS NULL AND (p.id IS NULL OR p.status IN ('completed', 'undone'))
        UNION ALL
        SELECT 'Process ' || r.reference || ' released and took ' || r.sku
        FROM stock_movements r JOIN stock_movements t ON t.reference = r.reference AND t.sku = r.sku AND t.kind = 'take' WHERE r.kind = 'release'
        UNION ALL
        SELECT 'Process ' || p.id || ' waits past its time' FROM processes p WHERE p.status = 'waiting' AND p.due_at < {evidence.Now.ToUnixTimeMilliseconds() - 60_000L}
        """, cancellationToken);

    public static Task<Finding> PromotionsAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I10", "a code is used no more often than allowed, and its count is right",
        $"SELECT code FROM promotions",
        $"""
        SELECT 'Code ' || p.code || ': used ' || p.used || ' of ' || p.max_uses || ', uses recorded ' || coalesce(u.uses, 0) AS wrong
        FROM promotions p LEFT JOIN (SELECT code, count(*) AS uses FROM promotion_uses WHERE released = 0 GROUP BY code) u ON u.code = p.code
        WHERE p.used <> coalesce(u.uses, 0) OR p.used > p.max_uses
        UNION ALL
        SELECT 'Code ' || c.code || ' and a customer: used ' || c.used || ', uses recorded ' || coalesce(u.uses, 0)
        FROM promotion_customers c LEFT JOIN (SELECT code, customer, count(*) AS uses FROM promotion_uses WHERE released = 0 GROUP BY code, customer) u ON u.code = c.code AND u.customer = c.customer
        WHERE c.used <> coalesce(u.uses, 0)
        """, cancellationToken);
}
