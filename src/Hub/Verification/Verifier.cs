using Composable.Hub.Storage;

namespace Composable.Hub.Verification;

/// <summary>Checks the invariants from the database and the providers' books, never from what the hub says about itself.</summary>
internal static class Verifier
{
    private static readonly (string Id, string Why)[] Elsewhere =
    [
        ("I13", "there is no audit trail yet"),
        ("I18", "checked by the access tests: a stored state cannot show who has read it"),
    ];

    public static async Task<IReadOnlyList<Finding>> RunAsync(Database database, IReadOnlyDictionary<string, IReadOnlyList<VendorCharge>> charges, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var evidence = new Evidence(database, charges, now);
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
        findings.AddRange(Elsewhere.Select(entry => new Finding(entry.Id, entry.Why, 0, [], Applies: false)));
        return [.. findings.OrderBy(finding => int.Parse(finding.Id[1..], System.Globalization.CultureInfo.InvariantCulture))];
    }
}
