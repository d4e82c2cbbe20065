using Composable.Hub.Access.Audit;
using Composable.Hub.Storage;
using MassTransit.Mediator;

namespace Composable.Hub.Events;

/// <summary>Builds what a consumer derives again, from the first event on. Only derived tables are touched; nothing goes out.</summary>
internal sealed class Replay(Database database, IMediator mediator, IEnumerable<EventConsumer> consumers)
{
    private const int PageSize = 500;

    public bool Knows(string consumer) => consumers.Any(candidate => candidate.Name == consumer);

    public async Task<long> RebuildAsync(string name, CancellationToken cancellationToken)
    {
        var consumer = consumers.Single(candidate => candidate.Name == name);
        var empty = new Commit().Add($"DELETE FROM inbox WHERE consumer = {name}").Audit("events.replayed", $"consumer:{name}");
        foreach (var table in consumer.Derived) empty.Add(Empty(table));
        await database.CommitAsync(empty, cancellationToken);

        var (tx, position, count) = (0L, 0L, 0L);
        while (await EventLog.AfterAsync(database, tx, position, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            await mediator.Publish(new EventBatch(page, name), cancellationToken);
            (tx, position, count) = (page[^1].Tx, page[^1].Position, count + page.Count);
        }

        return count;
    }

    private static Sql Empty(string table)
    {
        var sql = new Sql(0, 0);
        sql.AppendLiteral($"DELETE FROM {table}");
        return sql;
    }
}
