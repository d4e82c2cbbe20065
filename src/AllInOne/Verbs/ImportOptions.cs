namespace Composable.AllInOne.Verbs;

internal sealed record ImportOptions
{
    /// <summary><c>shopify-csv</c>, <c>jsonl</c> or <c>online-retail</c>; found out from the file when null.</summary>
    public string? Format { get; init; }
    /// <summary>ISO 4217 code for files that do not say their currency; the hub's own choice when null.</summary>
    public string? Currency { get; init; }
    /// <summary>Where every rejected row is written, as JSON Lines.</summary>
    public FileInfo? Report { get; init; }
    public HubKeys Keys { get; init; } = new();
}
