using System.Text.Json.Nodes;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Durability;

/// <summary>Why staff had something done, as long as a process that is about a customer's order knows it.</summary>
internal sealed class ProcessRecords(Database database) : IPersonalData
{
    public string Name => "processes";

    /// <summary>What runs would write it down again, or repeat a call to a vendor in other words.</summary>
    public async Task AssertIdleAsync(Person person, CancellationToken cancellationToken)
    {
        if ((await TheirsAsync(person, cancellationToken)).Exists(process => process.Held))
            throw new RefusedException(new(409, "customer_busy", "Something is being done with an order just now. Try again when that is over.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(20) });
    }

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var theirs = await TheirsAsync(person, cancellationToken);
        foreach (var process in theirs)
        {
            var state = JsonNode.Parse(process.State)!.AsObject();
            state["reason"] = null;
            // Whoever took it up meanwhile holds the next version; then the customer asks once more.
            await database.CommitAsync(new Commit().Require($"UPDATE processes SET state = {state.ToJsonString()}, version = version + 1 WHERE id = {process.Id} AND version = {process.Version}", 1, "stale"), cancellationToken);
        }

        return theirs.Count;
    }

    private async Task<List<(string Id, string State, long Version, bool Held)>> TheirsAsync(Person person, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<(string Id, string State, long Version, long Held)>($"""
            SELECT id, state, version, CASE WHEN status IN ('running', 'undoing') THEN 1 ELSE 0 END FROM processes WHERE state LIKE '%"reason":"%'
            AND EXISTS (SELECT 1 FROM {Rows.Of(person.Things, "l").Text("word", word => word)} WHERE processes.state LIKE '%' || l.word || '%')
            """, cancellationToken);
        return [.. rows.Where(row => person.IsIn(row.State)).Select(row => (row.Id, row.State, row.Version, row.Held == 1))];
    }
}
