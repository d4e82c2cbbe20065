using Composable.Hub.Access.Privacy;
using Composable.Hub.Storage;

namespace Composable.Hub.Durability;

/// <summary>Answers that are kept for repeats, and show carts, checkouts and orders as they were.</summary>
internal sealed class RepeatRecords(Database database) : IPersonalData
{
    public string Name => "remembered answers";

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var told = await database.QueryAsync<(string Key, string Body)>($"""
            SELECT key, body FROM idempotency_keys WHERE body IS NOT NULL
            AND EXISTS (SELECT 1 FROM {Rows.Of(person.Things.Append(person.Email), "l").Text("word", word => word.ToLowerInvariant())} WHERE lower(idempotency_keys.body) LIKE '%' || l.word || '%')
            """, cancellationToken);
        foreach (var (key, body) in told.Where(row => person.IsIn(row.Body)))
            if (Pseudonyms.In(body, person) is { } clean) await database.CommitAsync(new Commit().Add($"UPDATE idempotency_keys SET body = {clean} WHERE key = {key}"), cancellationToken);
        return told.Count;
    }
}
