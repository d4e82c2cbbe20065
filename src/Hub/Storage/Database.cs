using System.Data.Common;
using Composable.Hub.Observability;
using Dapper;

namespace Composable.Hub.Storage;

/// <summary>The hub's one database: SQLite embedded, or PostgreSQL. Reads go through Dapper; every change is one <see cref="Commit"/>.</summary>
internal abstract class Database(Dialect dialect) : IAsyncDisposable
{
    public Dialect Dialect { get; } = dialect;

    public abstract bool IsEmbedded { get; }

    /// <summary>Makes everything in <paramref name="commit"/> true together.</summary>
    /// <exception cref="GuardFailedException">A condition did not hold; nothing changed.</exception>
    /// <exception cref="DuplicateException">Something exists already; nothing changed.</exception>
    /// <exception cref="DatabaseUnavailableException">The database is away; the outcome may be unknown.</exception>
    public abstract Task CommitAsync(Commit commit, CancellationToken cancellationToken);

    /// <summary>Brings the schema up to date, under a lock so that two starting hubs do not collide.</summary>
    public abstract Task MigrateAsync(CancellationToken cancellationToken);

    public async Task<List<T>> QueryAsync<T>(Sql sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            HubTelemetry.RoundTrips.Add(1);
            return (await connection.QueryAsync<T>(Command(sql, cancellationToken))).AsList();
        }
        catch (DbException away) when (IsAway(away))
        {
            throw new DatabaseUnavailableException(away);
        }
    }

    public async Task<T?> FirstAsync<T>(Sql sql, CancellationToken cancellationToken)
        where T : class => (await QueryAsync<T>(sql, cancellationToken)).FirstOrDefault();

    public async Task<long> CountAsync(Sql sql, CancellationToken cancellationToken) => (await QueryAsync<long>(sql, cancellationToken)).FirstOrDefault();

    /// <summary>One moment of the database, for reads that must agree with each other.</summary>
    public async Task<Snapshot> SnapshotAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(IsEmbedded ? "BEGIN TRANSACTION" : "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken: cancellationToken));
        return new(connection, Command);
    }

    /// <summary>Leaves nothing behind of what was deleted or overwritten, as far as that is this hub's to do.</summary>
    public virtual Task SweepAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();

    public abstract Task<DbConnection> OpenAsync(CancellationToken cancellationToken);

    protected abstract bool IsAway(DbException exception);

    protected CommandDefinition Command(Sql sql, CancellationToken cancellationToken)
    {
        var values = new List<object?>();
        var text = sql.Render(Dialect.Named, values);
        var parameters = new DynamicParameters();
        for (var i = 0; i < values.Count; i++) parameters.Add($"p{i + 1}", values[i] is DBNull || values[i] == Sql.NoNumber ? null : values[i]);
        return new CommandDefinition(text, parameters, cancellationToken: cancellationToken);
    }
}
