using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Edge;

/// <summary>How the work for the edge goes, and which hub does it: one at a time, so that values of a key are written in their order.</summary>
internal sealed class EdgeState(Database database, HubInstance hub)
{
    /// <summary>Longer than a round of work may last.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(40);

    internal sealed class Row
    {
        public long Attempts { get; set; }
        public string? Error { get; set; }
        public string? Marker { get; set; }
        public long? DoneAt { get; set; }
        public string? FunctionHash { get; set; }
        public long? DeployedAt { get; set; }
        public long Waiting { get; set; }
        public long Written { get; set; }
        public long Pages { get; set; }
    }

    public static void Succeeded(Commit commit) => commit.Add($"UPDATE edge_state SET attempts = 0, error = NULL, done_at = {Sql.Now} WHERE name = 'edge'");

    public static void Mark(Commit commit, string marker) => commit.Add($"UPDATE edge_state SET marker = {marker} WHERE name = 'edge'");

    public static void Deployed(Commit commit, string hash) => commit.Add($"UPDATE edge_state SET function_hash = {hash}, deployed_at = {Sql.Now} WHERE name = 'edge'");

    /// <summary>Whether this hub may work now.</summary>
    public async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(new Commit().Require($"""
                UPDATE edge_state SET owner = {hub.Id}, lease_until = {Sql.Now} + {(long)Lease.TotalMilliseconds} WHERE name = 'edge' AND (owner = {hub.Id} OR lease_until < {Sql.Now})
                """, 1, "taken"), cancellationToken);
            return true;
        }
        catch (GuardFailedException)
        {
            return false;
        }
    }

    /// <summary>Lets another hub work at once.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) =>
        database.CommitAsync(new Commit().Add($"UPDATE edge_state SET lease_until = 0 WHERE name = 'edge' AND owner = {hub.Id}"), cancellationToken);

    public Task FailedAsync(long attempts, string error, CancellationToken cancellationToken) =>
        database.CommitAsync(new Commit().Add($"UPDATE edge_state SET attempts = {attempts}, error = {error} WHERE name = 'edge'"), cancellationToken);

    public async Task<Row> ReadAsync(CancellationToken cancellationToken) => (await database.FirstAsync<Row>($"""
        SELECT attempts, error, marker, done_at AS doneAt, function_hash AS functionHash, deployed_at AS deployedAt,
            (SELECT count(*) FROM edge_work WHERE due_at <= {Sql.Now}) AS waiting, (SELECT count(*) FROM edge_products WHERE written IS NOT NULL) AS written, (SELECT count(*) FROM edge_pages) AS pages
        FROM edge_state WHERE name = 'edge'
        """, cancellationToken))!;
}
