using Composable.Contracts;
using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Stock;

/// <summary>So many pieces of one SKU.</summary>
internal sealed record StockLine(string Sku, long Quantity);

/// <summary>
/// Pieces on hand and reserved. Every change is one conditional statement over all lines together with its movements: either all
/// lines can be had or none changes, and a movement that exists already refuses to happen again.
/// </summary>
internal sealed class StockRoom(Database database)
{
    public const string OutOfStock = "out_of_stock";

    /// <summary>Promises pieces to a checkout.</summary>
    public static void Hold(Commit commit, string reference, IReadOnlyCollection<StockLine> lines)
    {
        if (lines.Count == 0) return;
        CrashPoint.Reach("C06");
        Move(commit, reference, "hold", lines, onHand: 0, reserved: 1);
        Change(commit, lines, $"reserved = stock.reserved + l.quantity", $"stock.on_hand - stock.reserved >= l.quantity", OutOfStock);
    }

    /// <summary>Gives promised pieces back.</summary>
    public static void Release(Commit commit, string reference, IReadOnlyCollection<StockLine> lines)
    {
        if (lines.Count == 0) return;
        Move(commit, reference, "release", lines, onHand: 0, reserved: -1);
        Change(commit, lines, $"reserved = stock.reserved - l.quantity", $"stock.reserved >= l.quantity", "stock_not_held");
    }

    /// <summary>Turns promised pieces into sold ones.</summary>
    public static void Take(Commit commit, string reference, IReadOnlyCollection<StockLine> lines)
    {
        if (lines.Count == 0) return;
        Move(commit, reference, "take", lines, onHand: -1, reserved: -1);
        Change(commit, lines, $"on_hand = stock.on_hand - l.quantity, reserved = stock.reserved - l.quantity", $"stock.reserved >= l.quantity", "stock_not_held");
    }

    /// <summary>Puts sold pieces back on the shelf.</summary>
    public static void Return(Commit commit, string reference, IReadOnlyCollection<StockLine> lines)
    {
        if (lines.Count == 0) return;
        Move(commit, reference, "return", lines, onHand: 1, reserved: 0);
        Change(commit, lines, $"on_hand = stock.on_hand + l.quantity", $"stock.on_hand >= 0", "unknown_sku");
    }

    /// <summary>First pieces of SKUs that are new.</summary>
    public static void Receive(Commit commit, string reference, IReadOnlyCollection<StockLine> lines)
    {
        if (lines.Count == 0) return;
        Move(commit, reference, "receive", lines, onHand: 1, reserved: 0);
        commit.Add($"INSERT INTO stock (sku, on_hand) SELECT l.sku, l.quantity FROM {Table(lines)}");
    }

    /// <summary>Sets what a count found. Fails with <c>stock_reserved</c> when fewer would be on hand than are promised.</summary>
    /// <param name="together">Adds what is to become true together with the count.</param>
    public async Task CountAsync(string sku, long onHand, Action<Commit> together, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var before = (await database.QueryAsync<long>($"SELECT on_hand FROM stock WHERE sku = {sku}", cancellationToken)).Cast<long?>().FirstOrDefault();
            var commit = new Commit();
            commit.Add($"""
                INSERT INTO stock_movements (reference, kind, sku, on_hand_change, reserved_change, at)
                VALUES ({Ids.New("cnt")}, 'adjust', {sku}, {onHand - (before ?? 0)}, 0, {Sql.Now})
                """);
            if (before is { } known) commit.Require($"UPDATE stock SET on_hand = {onHand} WHERE sku = {sku} AND on_hand = {known} AND reserved <= {onHand}", 1, "stock_reserved");
            else commit.Add($"INSERT INTO stock (sku, on_hand) VALUES ({sku}, {onHand})").Require($"UPDATE skus SET counted = 1 WHERE sku = {sku}", 1, "unknown_sku");
            var counted = Counted(sku, onHand);
            commit.AppendNext($"stock:{sku}", "stock.counted", counted).Audit("stock.counted", $"stock:{sku}", before is { } was ? Counted(sku, was) : null, counted);
            together(commit);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                return;
            }
            catch (DuplicateException twice) when (twice.Table is "events" or "stock" && tries < 20)
            {
                await Task.Delay(Random.Shared.Next(1, 20), cancellationToken);
            }
            catch (GuardFailedException moved) when (moved.Code == "stock_reserved" && tries < 20)
            {
                var reserved = await database.CountAsync($"SELECT reserved FROM stock WHERE sku = {sku}", cancellationToken);
                if (reserved > onHand) throw;
            }
        }
    }

    /// <summary>Which of the lines cannot be had right now.</summary>
    public async Task<IReadOnlyList<ShortLine>> ShortAsync(IReadOnlyCollection<StockLine> lines, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Sku, long Requested, long Available)>($"""
            SELECT l.sku, CAST(l.quantity AS bigint), CAST(coalesce(stock.on_hand - stock.reserved, 0) AS bigint)
            FROM {Table(lines)} LEFT JOIN stock ON stock.sku = l.sku
            """, cancellationToken);
        return [.. rows.Where(row => row.Available < row.Requested).Select(row => new ShortLine(row.Sku, row.Requested, row.Available))];
    }

    /// <summary>Those of the SKUs of which pieces are promised to somebody.</summary>
    public async Task<IReadOnlySet<string>> HeldAsync(IReadOnlyCollection<string> skus, CancellationToken cancellationToken) =>
        (await database.QueryAsync<string>($"SELECT sku FROM stock WHERE reserved > 0 AND sku {Sql.In(skus)}", cancellationToken)).ToHashSet();

    private static string Counted(string sku, long onHand) => $"{{\"sku\":{System.Text.Json.JsonSerializer.Serialize(sku)},\"onHand\":{onHand}}}";

    private static void Move(Commit commit, string reference, string kind, IReadOnlyCollection<StockLine> lines, int onHand, int reserved) => commit.Add($"""
        INSERT INTO stock_movements (reference, kind, sku, on_hand_change, reserved_change, at)
        SELECT {reference}, {kind}, l.sku, l.quantity * {(long)onHand}, l.quantity * {(long)reserved}, {Sql.Now} FROM {Table(lines)}
        """);

    /// <summary>Rows are locked in the order of their SKUs before any is changed: carts with the same goods wait for each other and never in a circle.</summary>
    private static void Change(Commit commit, IReadOnlyCollection<StockLine> lines, Sql set, Sql provided, string otherwise) => commit.Require($"""
        UPDATE stock SET {set}
        FROM (SELECT stock.sku, l.quantity FROM {Table(lines)} JOIN stock ON stock.sku = l.sku ORDER BY stock.sku{new Sql.Lock("stock")}) AS l
        WHERE stock.sku = l.sku AND {provided}
        """, lines.Count, otherwise);

    private static Rows<StockLine> Table(IReadOnlyCollection<StockLine> lines) => Rows.Of(lines, "l").Text("sku", line => line.Sku).Number("quantity", line => line.Quantity);
}
