using System.Data.Common;
using Composable.Hub.Observability;
using Dapper;

namespace Composable.Hub.Storage;

/// <summary>Reads that all see the database as it was at the first of them, whatever is committed meanwhile. Nothing waits for it.</summary>
internal sealed class Snapshot(DbConnection connection, Func<Sql, CancellationToken, CommandDefinition> command) : IAsyncDisposable
{
    public async Task<List<T>> QueryAsync<T>(Sql sql, CancellationToken cancellationToken)
    {
        HubTelemetry.RoundTrips.Add(1);
        return (await connection.QueryAsync<T>(command(sql, cancellationToken))).AsList();
    }

    public async Task<long> CountAsync(Sql sql, CancellationToken cancellationToken) => (await QueryAsync<long>(sql, cancellationToken)).FirstOrDefault();

    /// <summary>Ends the transaction before the connection goes back to its pool.</summary>
    public async ValueTask DisposeAsync()
    {
        await connection.ExecuteAsync("ROLLBACK");
        await connection.DisposeAsync();
    }
}
