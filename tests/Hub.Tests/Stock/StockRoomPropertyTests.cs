using Composable.Hub.Stock;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Durability;
using FsCheck;
using FsCheck.Fluent;

namespace Composable.Hub.Tests.Stock;

/// <summary>The stock room against a model that fits on a page.</summary>
public sealed class StockRoomPropertyTests
{
    private static readonly string[] Skus = ["A", "B"];

    [Fact]
    public void Stock_is_what_a_simple_model_says_and_what_its_movements_add_up_to()
    {
        var property = Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), choices => Run(choices));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(120).WithEndSize(80), property);
    }

    private static bool Run(byte[] choices) => RunAsync(choices).GetAwaiter().GetResult();

    private static async Task<bool> RunAsync(byte[] choices)
    {
        await using var workshop = await Workshop.OpenAsync();
        var (database, room, model) = (workshop.Database, new StockRoom(workshop.Database), new Model());
        var first = new Commit();
        StockRoom.Receive(first, "first", [.. Skus.Select(sku => new StockLine(sku, 5))]);
        await database.CommitAsync(first, default);

        foreach (var choice in choices)
        {
            var (what, reference, quantity) = (choice % 5, $"r{choice / 5 % 4}", 1 + (choice / 20 % 4));
            List<StockLine> lines = [new("A", quantity), new("B", 1 + (quantity % 2))];
            var expected = model.Try(what, reference, lines, quantity);
            (await TryAsync(database, room, what, reference, lines, quantity)).ShouldBe(expected, $"step {what} of {reference} with {quantity}");
        }

        foreach (var sku in Skus)
        {
            var row = (await database.QueryAsync<(long, long)>($"SELECT on_hand, reserved FROM stock WHERE sku = {sku}", default)).Single();
            row.ShouldBe(model.Of(sku));
            var moved = (await database.QueryAsync<(long, long)>($"SELECT sum(on_hand_change), sum(reserved_change) FROM stock_movements WHERE sku = {sku}", default)).Single();
            moved.ShouldBe(row, "movements fold to the row");
        }

        return true;
    }

    private static async Task<bool> TryAsync(Database database, StockRoom room, int what, string reference, List<StockLine> lines, int quantity)
    {
        try
        {
            if (what == 4)
            {
                await room.CountAsync("A", quantity * 2, _ => { }, default);
                return true;
            }

            var commit = new Commit();
            Action<Commit, string, IReadOnlyCollection<StockLine>> step = what switch { 0 => StockRoom.Hold, 1 => StockRoom.Release, 2 => StockRoom.Take, _ => StockRoom.Return };
            step(commit, reference, lines);
            await database.CommitAsync(commit, default);
            return true;
        }
        catch (Exception refused) when (refused is GuardFailedException or DuplicateException)
        {
            return false;
        }
    }

    private sealed class Model
    {
        private readonly Dictionary<string, (long OnHand, long Reserved)> stock = Skus.ToDictionary(sku => sku, _ => (5L, 0L));
        private readonly HashSet<(int, string)> done = [];

        public (long OnHand, long Reserved) Of(string sku) => stock[sku];

        /// <summary>0 hold, 1 release, 2 take, 3 return, 4 count.</summary>
        public bool Try(int what, string reference, List<StockLine> lines, int quantity)
        {
            if (what == 4)
            {
                if (stock["A"].Reserved > quantity * 2) return false;
                stock["A"] = (quantity * 2, stock["A"].Reserved);
                return true;
            }

            if (done.Contains((what, reference)) || !lines.TrueForAll(line => Can(what, line))) return false;
            done.Add((what, reference));
            foreach (var line in lines)
            {
                var (onHand, reserved) = stock[line.Sku];
                stock[line.Sku] = what switch
                {
                    0 => (onHand, reserved + line.Quantity),
                    1 => (onHand, reserved - line.Quantity),
                    2 => (onHand - line.Quantity, reserved - line.Quantity),
                    _ => (onHand + line.Quantity, reserved),
                };
            }

            return true;
        }

        private bool Can(int what, StockLine line) => what switch
        {
            0 => stock[line.Sku].OnHand - stock[line.Sku].Reserved >= line.Quantity,
            1 or 2 => stock[line.Sku].Reserved >= line.Quantity,
            _ => true,
        };
    }
}
