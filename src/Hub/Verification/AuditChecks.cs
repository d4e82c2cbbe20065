using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Hub.Storage;

namespace Composable.Hub.Verification;

/// <summary>Walks the audit trail from its first row and names the rows where it does not hold.</summary>
internal static class AuditChecks
{
    private const int PageSize = 5_000, MaxShown = 1_000;

    private sealed record Row(long Position, long At, string Actor, string Action, string Subject, string Entry, string Hash);

    private sealed record Head(long Position, string Hash);

    public static async Task<Finding> ChainAsync(Evidence evidence, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        var (position, hash) = (0L, "");
        while (await PageAsync(evidence, position, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                if (row.Position != position + 1) wrong.Add($"audit {position + 1} is missing");
                else if (row.Hash != Hash(hash + row.Entry)) wrong.Add($"audit {row.Position} is not what was written");
                if (!Agrees(row)) wrong.Add($"audit {row.Position} says something else in its columns than in its entry");
                // From here on as it stands, so that one wrong row is one finding.
                (position, hash) = (row.Position, row.Hash);
            }

            if (wrong.Count >= MaxShown) break;
        }

        var head = (await evidence.Database.QueryAsync<Head>($"SELECT position, hash FROM audit_head WHERE name = 'audit'", cancellationToken)).SingleOrDefault();
        if (wrong.Count < MaxShown && (head?.Position != position || head.Hash != hash)) wrong.Add($"audit ends at {position}, but {head?.Position ?? 0} were written");
        return new("I13", "the audit trail is whole, and each row is what was written", position, wrong);
    }

    private static Task<List<Row>> PageAsync(Evidence evidence, long after, CancellationToken cancellationToken) => evidence.Database.QueryAsync<Row>(
        $"SELECT position, at, actor, action, subject, entry, hash FROM audit WHERE position > {after} ORDER BY position LIMIT {PageSize}", cancellationToken);

    private static bool Agrees(Row row)
    {
        try
        {
            using var entry = JsonDocument.Parse(row.Entry);
            string? Text(string name) => entry.RootElement.GetProperty(name).GetString();
            return entry.RootElement.GetProperty("at").GetInt64() == row.At && Text("actor") == row.Actor && Text("action") == row.Action && Text("subject") == row.Subject;
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
