namespace Composable.AllInOne.Verbs;

/// <summary>An order of the replay, with what may still be refunded of it. Amounts in pence.</summary>
internal sealed class BoughtOrder(string id, long total, Invoice invoice)
{
    private readonly Dictionary<string, long> held =
        invoice.Traded.GroupBy(line => line.Sku!).ToDictionary(lines => lines.Key, lines => lines.Sum(line => (long)line.Quantity));

    public string Id { get; } = id;
    public long Total { get; } = total;
    public long Left { get; private set; } = total;

    public bool Holds(string sku, long pieces, long amount) => Left >= amount && held.GetValueOrDefault(sku) >= pieces;

    public void Take(PlannedRefund refund)
    {
        Left -= refund.Amount;
        foreach (var (sku, pieces) in refund.Pieces) held[sku] -= pieces;
    }
}

/// <summary>What one customer has bought so far, and the plan for what the customer takes back.</summary>
internal sealed class CustomerOrders
{
    private readonly List<BoughtOrder> orders = [];

    /// <summary>The first invoice that failed: what was bought is not known for sure any more, so that nothing may be taken back in this run.</summary>
    public string? Failed { get; set; }

    public void Add(BoughtOrder order) => orders.Add(order);

    public BoughtOrder Find(string id) => orders.Find(order => order.Id == id) ?? throw new ReplayException($"order {id} of the state file was not bought by this customer in this file");

    /// <summary>
    /// Finds the money for each line of a cancellation: the latest order that still holds the pieces; else, the price having been another one,
    /// the latest orders that still hold the money; else nowhere. Every refund of the plan is taken from its order.
    /// </summary>
    public (IReadOnlyList<PlannedRefund> Refunds, long Unmatched) Plan(Invoice cancellation)
    {
        var refunds = new List<PlannedRefund>();
        var unplaced = new List<long>();
        foreach (var line in cancellation.Traded)
        {
            var (pieces, amount) = (-(long)line.Quantity, -(long)line.Quantity * line.Pence!.Value);
            if (orders.FindLast(order => order.Holds(line.Sku!, pieces, amount)) is { } match) Take(match, amount, new Dictionary<string, long> { [line.Sku!] = pieces });
            else unplaced.Add(amount);
        }
        var unmatched = unplaced.Where(amount => !TryTakeMoney(amount)).Sum();
        return (Merge(refunds), unmatched);

        void Take(BoughtOrder order, long amount, Dictionary<string, long> pieces)
        {
            refunds.Add(new PlannedRefund(order.Id, amount, pieces));
            order.Take(refunds[^1]);
        }

        bool TryTakeMoney(long amount)
        {
            if (orders.Sum(order => order.Left) < amount) return false;
            for (var index = orders.Count - 1; amount > 0; index--)
            {
                var part = Math.Min(amount, orders[index].Left);
                if (part > 0) Take(orders[index], part, []);
                amount -= part;
            }
            return true;
        }
    }

    /// <summary>One refund an order, whatever the number of lines.</summary>
    private static List<PlannedRefund> Merge(IEnumerable<PlannedRefund> refunds) =>
    [
        .. refunds.GroupBy(refund => refund.Order).Select(group => new PlannedRefund(
            group.Key, group.Sum(refund => refund.Amount),
            group.SelectMany(refund => refund.Pieces).GroupBy(pair => pair.Key).ToDictionary(pairs => pairs.Key, pairs => pairs.Sum(pair => pair.Value)))),
    ];
}
