using Composable.Sandbox.Journals;

namespace Composable.Sandbox.TaxJar;

/// <summary>The recorded sales and refunds, backed by their journal. Callers hold <see cref="Gate"/>.</summary>
internal sealed class TaxJarBooks : IDisposable
{
    private readonly Journal<TaxJarEntry> _journal;

    public TaxJarBooks(string dataDirectory)
    {
        _journal = Journal<TaxJarEntry>.Open(Path.Combine(dataDirectory, "taxjar.jsonl"), TaxJarJson.Default.TaxJarEntry, Apply,
            () => [.. Orders.Values.Concat(Refunds.Values).Select(transaction => new TaxJarEntry(transaction))]);
    }

    public Lock Gate { get; } = new();

    public Dictionary<string, Transaction> Orders { get; } = [];

    public Dictionary<string, Transaction> Refunds { get; } = [];

    /// <summary>Writes a change down, then makes it visible.</summary>
    public void Commit(TaxJarEntry entry)
    {
        _journal.Append(entry);
        Apply(entry);
    }

    public void Dispose() => _journal.Dispose();

    private void Apply(TaxJarEntry entry)
    {
        var shelf = entry.Transaction.TransactionReferenceId is null ? Orders : Refunds;
        if (entry.Removed)
        {
            shelf.Remove(entry.Transaction.TransactionId!);
        }
        else
        {
            shelf[entry.Transaction.TransactionId!] = entry.Transaction;
        }
    }
}
