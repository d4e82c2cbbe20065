using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Observability;
using Microsoft.Data.Sqlite;

namespace Composable.Hub.Storage;

/// <summary>One file, one writer at a time. Commits are flushed to the disk before they are answered.</summary>
internal sealed class SqliteDatabase : Database
{
    private readonly string connectionString;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Lazy<SqliteConnection> writer;

    public SqliteDatabase(string path)
        : base(Dialect.Sqlite)
    {
        SqliteNative.Load();
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 10 }.ConnectionString;
        writer = new(OpenWriter);
    }

    public override bool IsEmbedded => true;

    public override async Task CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            HubTelemetry.RoundTrips.Add(1);
            Apply(commit);
        }
        catch (SqliteException twice) when (twice.SqliteExtendedErrorCode is 1555 or 2067)
        {
            throw new DuplicateException(TableIn(twice.Message), twice);
        }
        catch (SqliteException away) when (IsAway(away))
        {
            throw new DatabaseUnavailableException(away);
        }
        finally
        {
            writing.Release();
        }
    }

    public override async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            Execute("PRAGMA journal_mode = WAL");
            using var transaction = writer.Value.BeginTransaction(deferred: false);
            Execute("CREATE TABLE IF NOT EXISTS migrations (number bigint PRIMARY KEY, name text NOT NULL)");
            using var read = writer.Value.CreateCommand();
            read.CommandText = "SELECT coalesce(max(number), 0) FROM migrations";
            var applied = (long)read.ExecuteScalar()!;
            foreach (var migration in Migrations.After(applied))
            {
                Execute(migration.For(postgres: false));
                Execute($"INSERT INTO migrations VALUES ({migration.Number}, '{migration.Name}')");
            }

            transaction.Commit();
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>What is deleted is overwritten as it goes; the log beside the file is emptied into it.</summary>
    public override async Task SweepAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        finally
        {
            writing.Release();
        }
    }

    public override Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => Task.FromResult<DbConnection>(Open());

    public override ValueTask DisposeAsync()
    {
        if (writer.IsValueCreated) writer.Value.Dispose();
        SqliteConnection.ClearAllPools();
        writing.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override bool IsAway(DbException exception) => exception is SqliteException { SqliteErrorCode: 5 or 6 or 10 or 13 or 14 };

    private void Apply(Commit commit)
    {
        using var transaction = writer.Value.BeginTransaction(deferred: false);
        foreach (var statement in commit.Statements)
        {
            var values = new List<object?>();
            using var command = writer.Value.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = statement.Sql.Render(Dialect, values);
            for (var i = 0; i < values.Count; i++) command.Parameters.AddWithValue($"@p{i + 1}", values[i] == Sql.NoNumber ? DBNull.Value : values[i]);
            var touched = statement.Target.Verb == "SELECT" ? Count(command) : command.ExecuteNonQuery();
            if (statement.Expected is { } expected && touched != expected) throw new GuardFailedException(statement.Otherwise!);
        }

        transaction.Commit();
    }

    private static long Count(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        long rows = 0;
        while (reader.Read()) rows++;
        return rows;
    }

    private SqliteConnection OpenWriter()
    {
        var connection = Open();
        connection.CreateFunction(Dialect.SqliteHash, (string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), isDeterministic: true);
        using var settings = connection.CreateCommand();
        settings.CommandText = "PRAGMA secure_delete = ON";
        settings.ExecuteNonQuery();
        return connection;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000;";
        settings.ExecuteNonQuery();
        return connection;
    }

    private void Execute(string text)
    {
        using var command = writer.Value.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    /// <summary>SQLite names the columns: <c>UNIQUE constraint failed: events.stream, events.seq</c>.</summary>
    private static string TableIn(string message)
    {
        var columns = message[(message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].Trim('.', '\'');
        return columns.Split('.')[0];
    }
}
