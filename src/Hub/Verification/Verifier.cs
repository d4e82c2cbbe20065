using Composable.Hub.Storage;

namespace Composable.Hub.Verification;

/// <summary>Checks the invariants from the database and the providers' books, never from what the hub says about itself.</summary>
internal static class Verifier
{
    private static readonly (string Id, string Why)[] Elsewhere =
    [
        ("I18", "checked by the access tests: a stored state cannot show who has read it"),
    ];

    /// <summary>May run beside a hub at work: everything is read at one moment, and only what differs from the books before and after it counts.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(Database database, ReadBooks books, TimeProvider clock, CancellationToken cancellationToken)
    {
        await using var snapshot = await database.SnapshotAsync(cancellationToken);
        var evidence = new Evidence(snapshot, books, clock.GetUtcNow());
        var findings = new List<Finding>();
        findings.AddRange(await MoneyChecks.AgainstProvidersAsync(evidence, cancellationToken));
        findings.Add(await StockChecks.AddsUpAsync(evidence, cancellationToken));
        findings.Add(await StockChecks.ReleasedAsync(evidence, cancellationToken));
        findings.Add(await OrderChecks.TotalsAsync(evidence, cancellationToken));
        findings.Add(await MoneyChecks.LedgerAsync(evidence, cancellationToken));
        findings.AddRange(await EventChecks.DerivedAsync(evidence, cancellationToken));
        findings.Add(await EventChecks.OutboxAsync(evidence, cancellationToken));
        findings.Add(await StockChecks.PromotionsAsync(evidence, cancellationToken));
        findings.Add(await EventChecks.KeysAsync(evidence, cancellationToken));
        findings.Add(await OrderChecks.EdgesAsync(evidence, cancellationToken));
        findings.Add(await OrderChecks.OneEachAsync(evidence, cancellationToken));
        findings.Add(await EventChecks.ChainAsync(evidence, cancellationToken));
        findings.Add(await AuditChecks.ChainAsync(evidence, cancellationToken));
        findings.AddRange(Elsewhere.Select(entry => new Finding(entry.Id, entry.Why, 0, [], Applies: false)));
        return [.. findings.OrderBy(finding => int.Parse(finding.Id[1..], System.Globalization.CultureInfo.InvariantCulture))];
    }
}
