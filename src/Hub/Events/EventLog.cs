using System.Diagnostics;
using Composable.Hub.Durability;
using Composable.Hub.Storage;

using Composable.Hub.Observability;

namespace Composable.Hub.Events;

/// <summary>Something that happened to one aggregate. <paramref name="Seq"/> is the aggregate's version after it.</summary>
internal sealed record HubEvent(string Stream, long Seq, string Type, string Data);

/// <summary>An event as it is stored. (<paramref name="Tx"/>, <paramref name="Position"/>) is its place in the order in which events became visible.</summary>
internal sealed record StoredEvent(long Position, long Tx, string Id, string Stream, long Seq, string Type, string Data, string? Trace, long At);

internal static class EventLog
{
    /// <summary>
    /// Records events in the same commit as the change they tell of. Because a stream's sequence numbers are unique, a commit that was
    /// computed from an outdated version cannot take effect.
    /// </summary>
    public static Commit Append(this Commit commit, HubEvent happened)
    {
        CrashPoint.Reach("C14");
        var id = Ids.New("evt");
        return commit.AddRow("INSERT INTO events (id, stream, seq, type, data, trace, at) VALUES ",
            $"({id}, {happened.Stream}, {happened.Seq}, {happened.Type}, {happened.Data}, {Activity.Current?.Id}, {Sql.Now})");
    }

    /// <summary>Records an event of a thing that keeps no version of its own, as the next one in its stream. Two at once: one of them must try again.</summary>
    public static Commit AppendNext(this Commit commit, string stream, string type, string data)
    {
        var id = Ids.New("evt");
        return commit.Add($"""
            INSERT INTO events (id, stream, seq, type, data, trace, at)
            SELECT {id}, {stream}, coalesce(max(seq), 0) + 1, {type}, {data}, {Activity.Current?.Id}, {Sql.Now} FROM events WHERE stream = {stream}
            """);
    }

    /// <summary>Events after a place in the order, oldest first. Leaves out what a still running transaction could yet precede.</summary>
    public static Task<List<StoredEvent>> AfterAsync(Database database, long tx, long position, int limit, CancellationToken cancellationToken)
    {
        Sql settled = database.IsEmbedded ? (Sql)$"" : $"AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
        return database.QueryAsync<StoredEvent>($"""
            SELECT position, tx, id, stream, seq, type, data, trace, at FROM events
            WHERE (tx, position) > ({tx}, {position}) {settled} ORDER BY tx, position LIMIT {limit}
            """, cancellationToken);
    }

    public static Task<List<StoredEvent>> OfAsync(Database database, string stream, CancellationToken cancellationToken) => database.QueryAsync<StoredEvent>(
        $"SELECT position, tx, id, stream, seq, type, data, trace, at FROM events WHERE stream = {stream} ORDER BY seq", cancellationToken);
}
