using Composable.Contracts;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;

namespace Composable.Hub.Orders;

/// <summary>What was sold per day and SKU, counted from events. Rebuilt by replay at any time.</summary>
internal sealed class SalesReport(Database database) : EventConsumer(database)
{
    public override string Name => "sales-report";

    public override IReadOnlyList<string> Derived => ["sales"];

    protected override bool Wants(StoredEvent happened) => happened.Type == "order.placed";

    protected override void Apply(IReadOnlyList<StoredEvent> events, Commit commit)
    {
        var sold = events.Select(happened => OrderPlaced.Read(happened.Data))
            .SelectMany(order => order.Lines.Select(line => (Day: order.PlacedAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), order.Currency, line)))
            .GroupBy(row => (row.Day, row.Currency, row.line.Sku))
            .Select(group => new { day = group.Key.Day, sku = group.Key.Sku, currency = group.Key.Currency, quantity = group.Sum(row => (long)row.line.Quantity), amount = group.Sum(row => row.line.Total) });
        commit.Add($"""
            INSERT INTO sales (day, sku, currency, quantity, amount)
            SELECT l.day, l.sku, l.currency, l.quantity, l.amount FROM {Rows.Of(sold, "l").Text("day", row => row.day).Text("sku", row => row.sku).Text("currency", row => row.currency).Number("quantity", row => row.quantity).Number("amount", row => row.amount)} WHERE 1 = 1
            ON CONFLICT (day, sku, currency) DO UPDATE SET quantity = sales.quantity + excluded.quantity, amount = sales.amount + excluded.amount
            """);
    }

    public static async Task<IResult> ReadAsync(PageRequest page, Database database, CancellationToken cancellationToken)
    {
        var (day, sku, currency) = page.Keys(3) is [var lastDay, var lastSku, var last] ? (lastDay, lastSku, last) : ("9999", "", "");
        var rows = await database.QueryAsync<(string Day, string Sku, string Currency, long Quantity, long Amount)>($"""
            SELECT day, sku, currency, quantity, amount FROM sales WHERE day < {day} OR (day = {day} AND (sku, currency) > ({sku}, {currency})) ORDER BY day DESC, sku, currency LIMIT {page.Limit + 1}
            """, cancellationToken);
        return Results.Json(page.Of(rows, row => new SalesRow(row.Day, row.Sku, row.Quantity, MoneyViews.Of(row.Amount, row.Currency)), row => [row.Day, row.Sku, row.Currency]), Json.Options);
    }
}

internal sealed record SalesRow(string Day, string Sku, long Quantity, MoneyView Amount);
