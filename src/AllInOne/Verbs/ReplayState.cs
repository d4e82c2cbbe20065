using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.AllInOne.Verbs;

/// <param name="Pieces">By sku, those that the refund takes back; none when it only takes money.</param>
internal sealed record PlannedRefund(string Order, long Amount, IReadOnlyDictionary<string, long> Pieces);

/// <summary>How far an invoice has come. Amounts in pence.</summary>
internal sealed record ReplayEntry(string Invoice)
{
    public string? Checkout { get; init; }
    public string? Token { get; init; }
    public string? Order { get; init; }
    public long Total { get; init; }
    /// <summary>Of a cancellation: what to refund, written down before the first refund so that a second run does the very same.</summary>
    public IReadOnlyList<PlannedRefund>? Refunds { get; init; }
    public long Unmatched { get; init; }
    public bool Done { get; init; }
}

/// <summary>The state file of a replay: JSON Lines, the last line of an invoice counts.</summary>
internal sealed class ReplayState : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };
    private readonly Dictionary<string, ReplayEntry> entries = [];
    private readonly Lock gate = new();
    private readonly StreamWriter writer;

    /// <summary>Throws <see cref="IOException"/> while another replay uses the same file.</summary>
    public ReplayState(FileInfo file)
    {
        file.Directory?.Create();
        var stream = file.Open(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using (var reader = new StreamReader(stream, leaveOpen: true))
            while (reader.ReadLine() is { } line)
                if (Read(line) is { } entry)
                    entries[entry.Invoice] = entry;
        writer = new StreamWriter(stream) { AutoFlush = true };
        // Behind a line that was cut off when an earlier run was killed, the next one must not continue it.
        if (stream.Length > 0) writer.WriteLine();
    }

    public ReplayEntry Of(string invoice)
    {
        lock (gate) return entries.GetValueOrDefault(invoice) ?? new ReplayEntry(invoice);
    }

    public ReplayEntry Save(ReplayEntry entry)
    {
        lock (gate)
        {
            writer.WriteLine(JsonSerializer.Serialize(entry, Json));
            return entries[entry.Invoice] = entry;
        }
    }

    public void Dispose() => writer.Dispose();

    private static ReplayEntry? Read(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<ReplayEntry>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
