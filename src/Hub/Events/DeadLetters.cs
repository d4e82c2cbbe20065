using Composable.Hub.Access.Audit;
using Composable.Hub.Durability;
using Composable.Hub.Http.CardData;
using Composable.Hub.Storage;
using MassTransit.Mediator;

namespace Composable.Hub.Events;

/// <summary>Events a consumer could not take, kept until staff have them delivered again.</summary>
internal static class DeadLetters
{
    public sealed record Letter(string Consumer, string EventId, long Position, string Error, long Attempts, string Status, long At);

    public static Task SetAsideAsync(Database database, string consumer, StoredEvent happened, Exception error, int attempts, CancellationToken cancellationToken) =>
        database.CommitAsync(new Commit().Add($"""
            INSERT INTO dead_letters (consumer, event_id, position, error, attempts, status, at)
            VALUES ({consumer}, {happened.Id}, {happened.Position}, {CardScan.Withheld(error.GetBaseException().Message)}, {attempts}, 'waiting', {Sql.Now})
            ON CONFLICT (consumer, event_id) DO NOTHING
            """), cancellationToken);

    /// <summary>Oldest first; the three keys are those of the last row of the page before.</summary>
    public static Task<List<Letter>> ListAsync(Database database, long at, string eventId, string consumer, int limit, CancellationToken cancellationToken) => database.QueryAsync<Letter>($"""
        SELECT consumer, event_id AS EventId, position, error, attempts, status, at FROM dead_letters
        WHERE status = 'waiting' AND (at, event_id, consumer) > ({at}, {eventId}, {consumer}) ORDER BY at, event_id, consumer LIMIT {limit}
        """, cancellationToken);

    /// <summary>Delivers a dead letter once more. It stays where it is when the consumer fails again.</summary>
    public static async Task<bool> RedeliverAsync(Database database, IMediator mediator, string consumer, string eventId, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var happened = await database.FirstAsync<StoredEvent>($"""
            SELECT position, tx, id, stream, seq, type, data, trace, at FROM events
            WHERE position = (SELECT position FROM dead_letters WHERE consumer = {consumer} AND event_id = {eventId})
            """, cancellationToken);
        if (happened is null) return false;
        await mediator.Publish(new EventBatch([happened], consumer), cancellationToken);
        var commit = new Commit().Add($"UPDATE dead_letters SET status = 'delivered' WHERE consumer = {consumer} AND event_id = {eventId}").Audit("dead_letter.redelivered", $"event:{eventId}:{consumer}");
        key?.Remember(commit, 204, "", IdempotencyKey.Usual);
        await database.CommitAsync(commit, cancellationToken);
        return true;
    }
}
