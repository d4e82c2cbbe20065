using System.Data.Common;
using System.Text;
using Composable.Hub.Observability;
using Npgsql;

namespace Composable.Hub.Storage;

internal sealed class PostgresDatabase(string connectionString) : Database(Dialect.Postgres)
{
    private const string GuardFailed = "HB001";
    private const int Attempts = 5;

    private readonly NpgsqlDataSource source = Source(connectionString);

    public override bool IsEmbedded => false;

    public override async Task CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await SendAsync(commit, cancellationToken);
                return;
            }
            catch (PostgresException conflict) when (conflict.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && attempt < Attempts)
            {
                await Task.Delay(Random.Shared.Next(1, 10 * attempt), cancellationToken);
            }
            catch (PostgresException refused) when (refused.SqlState == GuardFailed)
            {
                throw new GuardFailedException(refused.MessageText);
            }
            catch (PostgresException twice) when (twice.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                throw new DuplicateException(twice.TableName ?? "", twice);
            }
            catch (DbException away) when (IsAway(away))
            {
                throw new DatabaseUnavailableException(away);
            }
        }
    }

    public override async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(4201)", cancellationToken);
        await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS migrations (number bigint PRIMARY KEY, name text NOT NULL)", cancellationToken);
        await using var read = new NpgsqlCommand("SELECT coalesce(max(number), 0) FROM migrations", connection);
        var applied = (long)(await read.ExecuteScalarAsync(cancellationToken))!;
        foreach (var migration in Migrations.After(applied))
        {
            await ExecuteAsync(connection, migration.For(postgres: true), cancellationToken);
            await ExecuteAsync(connection, $"INSERT INTO migrations VALUES ({migration.Number}, '{migration.Name}')", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public override async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (DbException away) when (IsAway(away))
        {
            throw new DatabaseUnavailableException(away);
        }
    }

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    protected override bool IsAway(DbException exception) =>
        exception is PostgresException { SqlState: "3D000" or "57P01" or "57P02" or "57P03" or "53300" } || (exception is NpgsqlException && exception is not PostgresException);

    private async Task SendAsync(Commit commit, CancellationToken cancellationToken)
    {
        var waves = Waves(commit.Statements);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var wave in waves) batch.BatchCommands.Add(Compose(wave));
        HubTelemetry.RoundTrips.Add(1);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// The statements of a wave travel as one statement, and its parts all see the database as it was before. So a statement on a table
    /// that was already changed starts a new wave; the waves of a commit share one round trip and one transaction.
    /// </summary>
    private static List<List<Commit.Statement>> Waves(IReadOnlyList<Commit.Statement> statements)
    {
        var waves = new List<List<Commit.Statement>> { new() };
        var touched = new Dictionary<string, string>();
        foreach (var statement in statements)
        {
            var (verb, table) = statement.Target;
            // The parts of a statement take their locks in no order: what is to be last waits for the others to be done.
            var comesAfter = (statement.IsLast && waves[^1].Exists(before => !before.IsLast)) || (!statement.IsFirst && waves[^1].Exists(before => before.IsFirst));
            if (comesAfter || (touched.TryGetValue(table, out var earlier) && !(verb == "INSERT" && earlier == "INSERT")))
            {
                waves.Add([]);
                touched.Clear();
            }

            if (verb != "SELECT") touched[table] = verb;
            waves[^1].Add(statement);
        }

        return waves;
    }

    private NpgsqlBatchCommand Compose(List<Commit.Statement> wave)
    {
        var text = new StringBuilder(1024);
        var checks = new StringBuilder();
        var values = new List<object?>();
        for (var i = 0; i < wave.Count; i++)
        {
            var statement = wave[i];
            text.Append(i == 0 ? "WITH s" : ", s").Append(i).Append(" AS (");
            statement.Sql.Render(Dialect, text, values);
            text.Append(statement.Target.Verb == "SELECT" ? ")" : " RETURNING 1)");
            if (statement.Expected is not { } expected) continue;
            values.Add(expected);
            checks.Append(" WHEN (SELECT count(*) FROM s").Append(i).Append(") <> $").Append(values.Count);
            values.Add(statement.Otherwise);
            checks.Append(" THEN hub_refuse($").Append(values.Count).Append(')');
        }

        text.Append(checks.Length == 0 ? " SELECT 1" : $" SELECT CASE{checks} END");
        var command = new NpgsqlBatchCommand(text.ToString());
        foreach (var value in values) command.Parameters.Add(Parameter(value));
        return command;
    }

    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        long number => new NpgsqlParameter<long> { TypedValue = number },
        int number => new NpgsqlParameter<long> { TypedValue = number },
        string text => new NpgsqlParameter<string> { TypedValue = text },
        string?[] texts => new NpgsqlParameter<string?[]> { TypedValue = texts },
        long?[] numbers => new NpgsqlParameter<long?[]> { TypedValue = numbers },
        DBNull => new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = value },
        _ when value == Sql.NoNumber => new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint, Value = DBNull.Value },
        null => throw new InvalidOperationException("A null in SQL has a type."),
        _ => throw new InvalidOperationException($"A {value.GetType().Name} cannot be stored; convert it to text or a whole number."),
    };

    private static async Task ExecuteAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlDataSource Source(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (settings.MaxAutoPrepare == 0) (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (200, 2);
        if (settings.MaxPoolSize == 100) settings.MaxPoolSize = Math.Max(16, 4 * Environment.ProcessorCount);

        // Every statement is written for its indexes, so that one plan fits all values; planning the wide commits costs more than running them.
        settings.Options ??= "-c plan_cache_mode=force_generic_plan";

        // Nothing here changes a session's state, so nothing needs to be reset between users of a connection.
        settings.NoResetOnClose = true;
        return new NpgsqlSlimDataSourceBuilder(settings.ConnectionString).EnableUnmappedTypes().EnableArrays().Build();
    }
}
