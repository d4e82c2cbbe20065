namespace Composable.Hub.Verification;

/// <summary>Our books against the providers'.</summary>
internal static class MoneyChecks
{
    private sealed class PaymentLine
    {
        public string Id { get; set; } = "";
        public string Connection { get; set; } = "";
        public string Status { get; set; } = "";
        public string? OrderId { get; set; }
        public string? VendorId { get; set; }
        public long Amount { get; set; }
        public string Currency { get; set; } = "";
        public long Authorized { get; set; }
        public long Captured { get; set; }
        public long Refunded { get; set; }
        public long UnderWay { get; set; }
        public long Live { get; set; }
        public string? OrderStatus { get; set; }
        public long? OrderTotal { get; set; }
    }

    /// <summary>
    /// I1, I2, I3 and I16. The providers go on working while we look: what their books of before our moment contradict is held against
    /// their books of after it too, and only what both contradict is wrong.
    /// </summary>
    public static async Task<IReadOnlyList<Finding>> AgainstProvidersAsync(Evidence evidence, CancellationToken cancellationToken)
    {
        var before = await evidence.Books(cancellationToken);
        var payments = await PaymentsAsync(evidence, cancellationToken);
        var findings = Compare(payments, before, evidence.Now);
        if (findings.All(finding => finding.Violations.Count == 0)) return findings;
        var after = Compare(payments, await evidence.Books(cancellationToken), evidence.Now);
        return [.. findings.Zip(after, (first, second) => second with { Violations = [.. second.Violations.Intersect(first.Violations)] })];
    }

    private static Task<List<PaymentLine>> PaymentsAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.Database.QueryAsync<PaymentLine>($"""
        SELECT p.id, p.connection, p.status, p.order_id AS orderId, p.vendor_id AS vendorId, p.amount, p.currency, p.authorized, p.captured, p.refunded,
            p.capturing + p.refunding AS underWay, (SELECT count(*) FROM processes r WHERE r.subject IN (p.checkout_id, 'orphan:' || p.id, 'cancel:' || p.order_id)
                AND r.status IN ('running', 'waiting', 'undoing', 'stuck')) AS live, o.status AS orderStatus, o.total AS orderTotal
        FROM payments p LEFT JOIN orders o ON o.id = p.order_id
        """, cancellationToken);

    private static IReadOnlyList<Finding> Compare(List<PaymentLine> payments, IReadOnlyDictionary<string, IReadOnlyList<VendorCharge>> books, DateTimeOffset now)
    {
        var charges = books.Values.SelectMany(book => book).ToList();
        var byReference = charges.Where(charge => charge.Reference is not null).ToLookup(charge => charge.Reference!);
        var checkable = payments.Where(payment => books.ContainsKey(payment.Connection)).ToList();
        var known = payments.ToDictionary(payment => payment.Id);
        return
        [
            new("I1", "an order is paid for by an authorization of at least its total", checkable.Count, [.. checkable.SelectMany(payment => Unpaid(payment, byReference[payment.Id]))]),
            new("I2", "no money is held without an order", charges.Count, [.. charges.SelectMany(charge => Orphan(charge, known.GetValueOrDefault(charge.Reference ?? ""), now))]),
            new("I3", "captures and refunds are the provider's, each once and never more than before", checkable.Count, [.. checkable.SelectMany(payment => Differs(payment, byReference[payment.Id]))]),
            new("I16", "declined or given back means that no money is held and none can be taken any more", checkable.Count, [.. checkable.SelectMany(payment => Untruthful(payment, byReference[payment.Id]))]),
        ];
    }

    public static Task<Finding> LedgerAsync(Evidence evidence, CancellationToken cancellationToken) => evidence.QueryAsync(
        "I7", "every posting is balanced, and balances equal what the payments say",
        $"SELECT posting FROM ledger",
        $"""
        SELECT 'Posting ' || posting || ' is not a transfer' AS wrong FROM ledger WHERE amount <= 0 OR debit = credit
        UNION ALL
        SELECT 'Account ' || p.account || ' in ' || p.currency || ': payments say ' || p.expected || ', the ledger ' || coalesce(l.balance, 0)
        FROM (SELECT 'clearing:' || connection AS account, currency, sum(captured - refunded) AS expected FROM payments GROUP BY connection, currency) p
        LEFT JOIN (SELECT account, currency, sum(amount) AS balance FROM (
            SELECT debit AS account, currency, amount FROM ledger WHERE credit <> 'disputes' AND debit <> 'disputes'
            UNION ALL SELECT credit, currency, -amount FROM ledger WHERE credit <> 'disputes' AND debit <> 'disputes') AS legs GROUP BY account, currency) l ON l.account = p.account AND l.currency = p.currency
        WHERE p.expected <> coalesce(l.balance, 0)
        UNION ALL
        SELECT 'Order ' || o.id || ': sold for ' || o.total || ', booked ' || coalesce(b.booked, 0)
        FROM orders o LEFT JOIN (SELECT order_id, sum(amount) AS booked FROM ledger WHERE posting LIKE '%:sale' AND debit = 'receivable' GROUP BY order_id) b ON b.order_id = o.id
        WHERE o.total <> coalesce(b.booked, 0)
        """, cancellationToken);

    private static IEnumerable<string> Unpaid(PaymentLine payment, IEnumerable<VendorCharge> charges)
    {
        if (payment.OrderId is null) yield break;
        if (payment.OrderStatus is null) yield return $"Payment {payment.Id} belongs to order {payment.OrderId}, which does not exist.";
        var charge = charges.FirstOrDefault(charge => charge.Id == payment.VendorId);
        if (charge is null) yield return $"Order {payment.OrderId}: the provider knows no charge {payment.VendorId}.";
        else if (charge.Amount != payment.Amount || charge.Currency != payment.Currency || payment.OrderTotal != payment.Amount || payment.Authorized < payment.OrderTotal)
            yield return $"Order {payment.OrderId} over {payment.OrderTotal}: the provider has {charge.Amount} {charge.Currency}, we {payment.Authorized} {payment.Currency}.";
        else if (payment.OrderStatus != "canceled" && charge.Status is not ("authorized" or "captured" or "refunded"))
            yield return $"Order {payment.OrderId} is {payment.OrderStatus}; its charge is {charge.Status}.";
    }

    private static IEnumerable<string> Orphan(VendorCharge charge, PaymentLine? payment, DateTimeOffset now)
    {
        if (!charge.HoldsMoney || payment is { OrderId: not null } or { Live: > 0 }) yield break;
        if (payment is not { VendorId: null, Status: "failed" or "voided" } || now - charge.CreatedAt > Evidence.SettledAfter)
            yield return $"Charge {charge.Id} for {charge.Reference} holds {charge.Amount} {charge.Currency} without an order (attempt: {payment?.Status ?? "unknown"}).";
    }

    private static IEnumerable<string> Differs(PaymentLine payment, IEnumerable<VendorCharge> charges)
    {
        var all = charges.ToList();
        if (all.Count(charge => charge.HoldsMoney) > 1) yield return $"Attempt {payment.Id} was charged {all.Count(charge => charge.HoldsMoney)} times.";
        if (payment.Captured > payment.Authorized || payment.Refunded > payment.Captured) yield return $"Payment {payment.Id}: captured {payment.Captured} of {payment.Authorized}, refunded {payment.Refunded}.";
        if (payment.OrderId is null || payment.UnderWay > 0 || payment.Live > 0 || all.Find(charge => charge.Id == payment.VendorId) is not { } charge) yield break;
        if (charge.Captured != payment.Captured || charge.Refunded != payment.Refunded)
            yield return $"Payment {payment.Id}: the provider captured {charge.Captured} and refunded {charge.Refunded}, we have {payment.Captured} and {payment.Refunded}.";
    }

    private static IEnumerable<string> Untruthful(PaymentLine payment, IEnumerable<VendorCharge> charges) =>
        payment.Status is "failed" or "voided" && payment.Live == 0 && payment.UnderWay == 0
            ? charges.Where(charge => (charge.HoldsMoney || charge.Status == "action_required") && charge.Id == payment.VendorId)
                .Select(charge => $"Attempt {payment.Id} is {payment.Status}, and the provider has {charge.Amount} {charge.Currency} as {charge.Status}.")
            : [];
}
