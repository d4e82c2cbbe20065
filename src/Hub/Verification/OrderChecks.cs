using Composable.Hub.Orders;

namespace Composable.Hub.Verification;

internal static class OrderChecks
{
    private const int PageSize = 500;

    /// <summary>I6: recomputes every order from its own lines.</summary>
    public static async Task<Finding> TotalsAsync(Evidence evidence, CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        var (count, last) = (0L, "");
        while (await evidence.Database.QueryAsync<string>($"SELECT doc FROM orders WHERE id > {last} ORDER BY id LIMIT {PageSize}", cancellationToken) is { Count: > 0 } docs)
        {
            var orders = docs.Select(OrderStore.Parse).ToList();
            violations.AddRange(orders.Where(order => !AddsUp(order)).Select(order => $"Order {order.Id}: {order.Totals}"));
            (count, last) = (count + orders.Count, orders[^1].Id);
        }

        return new("I6", "an order's total is its lines less discounts plus shipping and tax", count, violations);
    }

    public static Task<Finding> OneEachAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I15", "a completed checkout has its order, and an order its completed checkout and cart",
        $"SELECT id FROM checkouts WHERE status = 'completed'",
        $"""
        SELECT 'Checkout ' || k.id || ' is completed without an order' AS wrong FROM checkouts k LEFT JOIN orders o ON o.checkout_id = k.id WHERE k.status = 'completed' AND o.id IS NULL
        UNION ALL
        SELECT 'Order ' || o.id || ' stands beside checkout ' || o.checkout_id || ', which is ' || coalesce(k.status, 'gone')
        FROM orders o LEFT JOIN checkouts k ON k.id = o.checkout_id WHERE coalesce(k.status, '') <> 'completed'
        UNION ALL
        SELECT 'Cart ' || c.id || ' is ' || c.status || ' beside checkout ' || k.id || ', which is ' || k.status
        FROM checkouts k JOIN carts c ON c.id = k.cart_id WHERE (k.status = 'completed' AND c.status <> 'ordered') OR (k.status IN ('completing', 'action_required') AND c.status <> 'completing')
        """, cancellationToken);

    /// <summary>I12: nothing happens to something that has ended.</summary>
    public static Task<Finding> EdgesAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I12", "states move along allowed edges and never leave a final one",
        $"SELECT id FROM events WHERE type LIKE 'checkout.%' OR type LIKE 'order.%' OR type LIKE 'cart.%'",
        $"""
        SELECT later.stream || ': ' || later.type || ' after ' || final.type AS wrong
        FROM events final JOIN events later ON later.stream = final.stream AND later.seq > final.seq
        WHERE final.type IN ('checkout.completed', 'checkout.canceled', 'checkout.expired', 'cart.ordered')
            OR (final.type = 'order.canceled' AND later.type NOT IN ('order.disputed', 'order.dispute_closed'))
        UNION ALL
        SELECT stream || ' does not begin with its creation' FROM events WHERE seq = 1 AND (type LIKE 'checkout.%' OR type LIKE 'order.%' OR type LIKE 'cart.%')
            AND type NOT IN ('checkout.created', 'order.placed', 'cart.created')
        """, cancellationToken);

    private static bool AddsUp(Order order)
    {
        var totals = order.Totals;
        var tax = order.Tax.Quote;
        return totals.Items == order.Lines.Sum(line => line.UnitPrice * line.Quantity)
            && totals.Discount == order.Lines.Sum(line => line.Discount)
            && totals.Shipping == order.Delivery.Price
            && totals.Total == totals.Items - totals.Discount + totals.Shipping + (totals.TaxIncluded ? 0 : totals.Tax)
            && totals.Tax == tax.Total && tax.Total == tax.Lines.Sum(line => line.Amount) && tax.Total == tax.Items.Values.Sum() + tax.Shipping
            && order.Lines.All(line => line.Quantity > 0 && line.UnitPrice >= 0 && line.Discount >= 0);
    }
}
