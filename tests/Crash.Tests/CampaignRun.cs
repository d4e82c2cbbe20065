using Npgsql;

namespace Crash.Tests;

/// <param name="Postgres">On a fresh PostgreSQL database instead of SQLite.</param>
/// <param name="Hubs">1, or 2 on one PostgreSQL: each is killed in turn while the other goes on.</param>
internal sealed record CampaignSettings(int Kills, int Seed, bool Postgres, int Shoppers, int Port, int Hubs = 1);

/// <summary>One campaign from nothing to its summary. What it leaves behind is kept only when something was wrong.</summary>
internal static class CampaignRun
{
    /// <summary>A PostgreSQL connection string that may create databases.</summary>
    public const string PostgresVariable = "COMPOSABLE_TEST_POSTGRES";

    public static async Task<Summary> RunAsync(CampaignSettings settings, Action<string> print, CancellationToken cancellationToken)
    {
        print($"seed {settings.Seed}, {settings.Kills} kills, {settings.Shoppers} shoppers, {settings.Hubs} hub(s) on {(settings.Postgres ? "PostgreSQL" : "SQLite")}");
        var assembly = await Installation.PublishAsync(cancellationToken);
        var data = Directory.CreateTempSubdirectory("composable-crash-").FullName;
        var database = settings.Postgres ? await CreateDatabaseAsync(cancellationToken) : null;
        using var campaign = new Campaign(new Installation(assembly, settings.Port, data, database?.ConnectionString, settings.Hubs), settings.Shoppers, print);
        var summary = await campaign.RunAsync([.. CrashPlan.Make(settings.Kills, settings.Seed, settings.Hubs)], cancellationToken);
        print(summary.ToString());
        if (!summary.Passed)
        {
            print($"kept for a look: {data}{(database is null ? "" : $" and database {database.Database}")}; replay with --seed {settings.Seed}");
            return summary;
        }
        Directory.Delete(data, recursive: true);
        if (database is not null) await ExecuteAsync($"DROP DATABASE \"{database.Database}\" WITH (FORCE)", cancellationToken);
        return summary;
    }

    private static async Task<NpgsqlConnectionStringBuilder> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"composable_crash_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE \"{name}\"", cancellationToken);
        return new NpgsqlConnectionStringBuilder(Server()) { Database = name };
    }

    private static async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(Server());
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Server() =>
        Environment.GetEnvironmentVariable(PostgresVariable) ?? throw new InvalidOperationException($"{PostgresVariable} is not set.");
}
