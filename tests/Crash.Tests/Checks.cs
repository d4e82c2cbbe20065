using System.Net;

namespace Crash.Tests;

/// <summary>What must hold after a crash, seen from outside: the hub's answers now, what clients were told before, and the vendor's own ledger.</summary>
internal sealed class Checks(Api api, Sandbox sandbox, PurchaseLog log, Shelf shelf)
{
    private const int OldOnesLookedAt = 20;
    private int checkedBefore;

    /// <param name="all">Look at every purchase of the campaign instead of the new ones and some old ones.</param>
    public async Task<IReadOnlyList<string>> RunAsync(bool all, Random random, CancellationToken cancellationToken)
    {
        var purchases = log.All;
        var old = purchases.Take(checkedBefore).ToArray();
        random.Shuffle(old);
        var violations = new List<string>();
        foreach (var purchase in all ? purchases : [.. purchases.Skip(checkedBefore), .. old.Take(OldOnesLookedAt)])
            violations.AddRange(await LookAsync(purchase, cancellationToken));
        checkedBefore = purchases.Count;
        violations.AddRange(CompareMoney(purchases, await sandbox.ChargesAsync(cancellationToken)));
        violations.AddRange(await shelf.CompareAsync(api, purchases, cancellationToken));
        return violations;
    }

    private async Task<IReadOnlyList<string>> LookAsync(Purchase purchase, CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        var list = await api.ShopAsync(HttpMethod.Get, $"/v1/orders?checkout={purchase.CheckoutId}", null, purchase.CartToken, cancellationToken);
        if (!list.Ok) return [$"I15 orders of {purchase.CheckoutId}: {(int)list.Status} {list.Body}"];
        var orders = list.As<Page<OrderView>>().Items;
        if (orders.Count > 1) violations.Add($"I11 {purchase.CheckoutId} has {orders.Count} orders");
        purchase.Seen = orders.Count > 0 ? orders[0] : null;
        if (purchase.Told is { } told) violations.AddRange(await StillTrueAsync(purchase, told, cancellationToken));
        if (purchase is { Told: null, Refused: { } refused, Seen: not null }) violations.Add($"I16 {purchase.CheckoutId} was refused ({refused}) and has order {purchase.Seen.Id}");
        if (purchase is { Canceled: true, Seen.Status: not "canceled" }) violations.Add($"I15 {purchase.CheckoutId} was canceled and has order {purchase.Seen.Id}");
        if (purchase.Seen is { } seen && seen.Payments.Sum(payment => payment.Refunded.Amount) < purchase.RefundAgreed)
            violations.Add($"I15 a refund of {purchase.RefundAgreed} was agreed for {seen.Id}, which shows less");
        return violations;
    }

    private async Task<IReadOnlyList<string>> StillTrueAsync(Purchase purchase, OrderView told, CancellationToken cancellationToken)
    {
        var answer = await api.ShopAsync(HttpMethod.Get, $"/v1/orders/{told.Id}", null, purchase.CartToken, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound) return [$"I15 order {told.Id} was told to a client and is lost"];
        if (!answer.Ok) return [$"I15 order {told.Id}: {(int)answer.Status} {answer.Body}"];
        var now = answer.As<OrderView>();
        if (purchase.Seen?.Id != told.Id) return [$"I15 order {told.Id} is not the order of {purchase.CheckoutId}"];
        return now.Number == told.Number && now.Totals.Total == told.Totals.Total
            ? []
            : [$"I15 order {told.Id} was {told.Number}, {told.Totals.Total.Display} and is {now.Number}, {now.Totals.Total.Display}"];
    }

    /// <summary>I1, I2, I3, I16 from the vendor's ledger: each order has its one payment, and no other money is held.</summary>
    internal static IEnumerable<string> CompareMoney(IReadOnlyList<Purchase> purchases, IReadOnlyList<Charge> charges)
    {
        var owners = new HashSet<string>();
        foreach (var order in purchases.Select(purchase => purchase.Seen).OfType<OrderView>())
        {
            var references = order.Payments.Select(payment => payment.Reference).ToHashSet();
            owners.UnionWith(references);
            var paid = charges.Where(charge => charge.Reference is { } reference && references.Contains(reference)
                && charge.Status is "authorized" or "captured" or "refunded").ToList();
            var held = paid.Sum(charge => charge.Held);
            if (order.Status == "canceled")
            {
                if (held != 0) yield return $"I2 order {order.Id} is canceled and {held} is still held";
                continue;
            }
            if (paid is not [var only])
            {
                yield return $"I3 order {order.Id} has {paid.Count} charges: {string.Join(", ", paid.Select(charge => charge.Id))}";
                continue;
            }
            if (only.Amount != order.Totals.Total.Amount || !only.Currency.Equals(order.Currency, StringComparison.OrdinalIgnoreCase))
                yield return $"I1 order {order.Id} costs {order.Totals.Total.Amount} {order.Currency}, charge {only.Id} is {only.Amount} {only.Currency}";
            if (only.Captured > only.Amount || only.Refunded > only.Captured)
                yield return $"I3 charge {only.Id}: {only.Amount} authorized, {only.Captured} captured, {only.Refunded} refunded";
            var shown = order.Payments.Sum(payment => payment.Refunded.Amount);
            if (shown != only.Refunded) yield return $"I3 order {order.Id} shows {shown} refunded, charge {only.Id} {only.Refunded}";
        }
        foreach (var charge in charges.Where(charge => charge.Held > 0 && !(charge.Reference is { } reference && owners.Contains(reference))))
            yield return $"I2 charge {charge.Id} ({charge.Reference}) holds {charge.Held} without an order";
    }
}
