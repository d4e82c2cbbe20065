using System.Globalization;
using Npgsql;

namespace Composable.Bench;

/// <summary>Totals since some start: CPU in milliseconds, database work. Null where a source was not given or not there.</summary>
internal sealed record Reading(
    double? HubCpu, double? SandboxCpu, double? GeneratorCpu, double? DatabaseCpu, double? Statements, double? RoundTrips, double? WalBytes)
{
    public static Reading operator -(Reading after, Reading before) => new(
        after.HubCpu - before.HubCpu, after.SandboxCpu - before.SandboxCpu, after.GeneratorCpu - before.GeneratorCpu,
        after.DatabaseCpu - before.DatabaseCpu, after.Statements - before.Statements, after.RoundTrips - before.RoundTrips,
        after.WalBytes - before.WalBytes);

    /// <summary>Shares per unit of work; null where there was none.</summary>
    public Reading? Per(long units) => units == 0 ? null : new(
        HubCpu / units, SandboxCpu / units, GeneratorCpu / units, DatabaseCpu / units, Statements / units, RoundTrips / units, WalBytes / units);
}

/// <summary>Reads what the machine has spent so far; two readings around a run give the run's cost.</summary>
internal sealed class Costs(BenchOptions options, HubClient hub)
{
    private const string RoundTripCounter = "hub_database_round_trips_total";

    public async Task<Reading> ReadAsync(CancellationToken cancellationToken)
    {
        var (statements, wal) = await ReadDatabaseAsync(cancellationToken).ConfigureAwait(false);
        return new Reading(
            ProcessCpu.Of(options.HubPid), ProcessCpu.Of(options.SandboxPid), ProcessCpu.Of(Environment.ProcessId),
            ProcessCpu.OfFamily(options.DatabasePid), statements, await ReadRoundTripsAsync(cancellationToken).ConfigureAwait(false), wal);
    }

    /// <summary>Waits, half a minute at most, until the hub is idle: what a run leaves behind (notices, events) is part of its cost, and not of the next one's.</summary>
    public async Task WhenQuietAsync(CancellationToken cancellationToken)
    {
        const double IdleMilliseconds = 25;
        var look = TimeSpan.FromMilliseconds(500);
        for (var looks = 0; looks < 60 && ProcessCpu.Of(options.HubPid) is { } before; looks++)
        {
            await Task.Delay(look, cancellationToken).ConfigureAwait(false);
            if (ProcessCpu.Of(options.HubPid) - before < IdleMilliseconds)
            {
                return;
            }
        }
    }

    private async Task<(double? Statements, double? Wal)> ReadDatabaseAsync(CancellationToken cancellationToken)
    {
        if (options.Database is null)
        {
            return (null, null);
        }

        await using var connection = new NpgsqlConnection(options.Database);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            """
            SELECT (SELECT COALESCE(sum(calls), 0)::float8 FROM pg_stat_statements
                    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())),
                   pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8
            """, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (row.GetDouble(0), row.GetDouble(1));
    }

    /// <summary>The sum of the hub's own counter over all its labels; null when the hub does not offer it.</summary>
    private async Task<double?> ReadRoundTripsAsync(CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = System.Text.Encoding.UTF8.GetString(
                await hub.AdministerAsync(HttpMethod.Get, "/metrics", null, options.SecretKey, cancellationToken).ConfigureAwait(false));
        }
        catch (HttpRequestException)
        {
            return null;
        }

        double? sum = null;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith(RoundTripCounter, StringComparison.Ordinal))
            {
                // name{labels} value [timestamp]
                var value = line[(line.Contains('}', StringComparison.Ordinal) ? line.IndexOf('}', StringComparison.Ordinal) + 1 : RoundTripCounter.Length)..].Trim().Split(' ')[0];
                sum = (sum ?? 0) + double.Parse(value, CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }
}
