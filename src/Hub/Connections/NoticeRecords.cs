using Composable.Hub.Access.Privacy;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>Vendors' notices about a customer's payments, which may name them. They are emptied; that they came stays known.</summary>
internal sealed class NoticeRecords(Database database) : IPersonalData
{
    public string Name => "vendors' notices";

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Connection, string EventId, string Body)>($"""
            SELECT connection, event_id, body FROM webhook_inbox WHERE status <> 'stored' AND body <> ''
            AND EXISTS (SELECT 1 FROM {Rows.Of(person.Things.Append(person.Email), "l").Text("word", word => word.ToLowerInvariant())} WHERE lower(webhook_inbox.body) LIKE '%' || l.word || '%')
            """, cancellationToken);
        var commit = new Commit();
        foreach (var (connection, eventId, _) in rows.Where(row => person.IsIn(row.Body))) commit.Add($"UPDATE webhook_inbox SET body = '', headers = '{{}}' WHERE connection = {connection} AND event_id = {eventId}");
        if (!commit.IsEmpty) await database.CommitAsync(commit, cancellationToken);
        return rows.Count;
    }
}
