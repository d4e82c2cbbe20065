using Composable.Hub.Storage;

namespace Composable.Hub.Verification;

/// <summary>Something that must hold at every moment. <paramref name="Checked"/> things were looked at; <paramref name="Violations"/> says what is wrong with which.</summary>
internal sealed record Finding(string Id, string Title, long Checked, IReadOnlyList<string> Violations, bool Applies = true);

/// <summary>A charge as a provider's own books have it.</summary>
/// <param name="Reference">Our attempt id.</param>
internal sealed record VendorCharge(string Id, string? Reference, long Amount, long Captured, long Refunded, string Currency, string Status, DateTimeOffset CreatedAt)
{
    /// <summary>Money of a shopper is held or taken.</summary>
    public bool HoldsMoney => Status == "authorized" || Captured > Refunded;
}

/// <summary>The providers' books by connection.</summary>
internal delegate Task<IReadOnlyDictionary<string, IReadOnlyList<VendorCharge>>> ReadBooks(CancellationToken cancellationToken);

/// <summary>What the checks look at: one moment of the database and the providers' books, which are read before it and, when they differ, again.</summary>
internal sealed record Evidence(Snapshot Database, ReadBooks Books, DateTimeOffset Now)
{
    /// <summary>How long a payment may be without an order before it counts as lost.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(15);

    private const int MaxShown = 1000;

    /// <summary>Runs a check that is a query: the rows it finds are the violations, each one line of text.</summary>
    public async Task<Finding> QueryAsync(string id, string title, Sql all, Sql wrong, CancellationToken cancellationToken)
    {
        var count = await Database.CountAsync($"SELECT count(*) FROM ({all}) AS everything", cancellationToken);
        var violations = await Database.QueryAsync<string>($"SELECT wrong FROM ({wrong}) AS violations LIMIT {MaxShown}", cancellationToken);
        return new(id, title, count, violations);
    }
}
