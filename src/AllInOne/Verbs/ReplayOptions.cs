namespace Composable.AllInOne.Verbs;

internal sealed record ReplayOptions
{
    /// <summary>Remembers what was bought and refunded, so that a second run goes on where the first one stopped. Belongs to one hub's data.</summary>
    public required FileInfo State { get; init; }
    /// <summary>Only the first so many invoices, cancellations included; all when null.</summary>
    public int? Invoices { get; init; }
    /// <summary>How many customers buy at the same time. One customer's invoices stay in order.</summary>
    public int Parallel { get; init; } = 4;
    /// <summary>Whether to import the file's products first.</summary>
    public bool Import { get; init; } = true;
    /// <summary>Sells in pounds, to addresses in Great Britain.</summary>
    public string Market { get; init; } = "GB";
    /// <summary>Where every line that was skipped, unmatched or failed is written, as JSON Lines.</summary>
    public FileInfo? Report { get; init; }
    public HubKeys Keys { get; init; } = new();
}
