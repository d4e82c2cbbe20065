using Composable.Hub.Storage;
using MassTransit;

using Composable.Hub.Observability;

namespace Composable.Hub.Events;

/// <summary>A run of events in order, as the relay hands them on.</summary>
internal sealed record EventBatch(IReadOnlyList<StoredEvent> Events, string? OnlyFor = null);

/// <summary>
/// Derives something from events. What it writes goes into the commit it is given, together with the inbox rows that keep a second
/// delivery from counting twice.
/// </summary>
internal abstract class EventConsumer(Database database) : IConsumer<EventBatch>
{
    private const int Tries = 5;

    /// <summary>Stable name; the inbox and dead letters are kept under it.</summary>
    public abstract string Name { get; }

    /// <summary>Tables that hold nothing but what this consumer derived; emptied before a rebuild.</summary>
    public abstract IReadOnlyList<string> Derived { get; }

    protected Database Database { get; } = database;

    public async Task Consume(ConsumeContext<EventBatch> context)
    {
        if (context.Message.OnlyFor is { } other && other != Name) return;
        var mine = context.Message.Events.Where(Wants).ToList();
        for (var tries = 1; mine.Count > 0; tries++)
        {
            try
            {
                await ConsumeAsync(mine, context.CancellationToken);
                return;
            }
            catch (DuplicateException) when (tries < Tries)
            {
                // A rebuild and the relay met at the same events: whoever was slower finds them in the inbox now.
            }
        }
    }

    private async Task ConsumeAsync(List<StoredEvent> mine, CancellationToken cancellationToken)
    {
        var seen = await Database.QueryAsync<string>(
            $"SELECT event_id FROM inbox WHERE consumer = {Name} AND event_id {Sql.In(mine.Select(happened => happened.Id))}", cancellationToken);
        var fresh = mine.Where(happened => !seen.Contains(happened.Id)).ToList();
        if (fresh.Count == 0) return;
        var commit = new Commit();
        foreach (var happened in fresh) commit.AddRow("INSERT INTO inbox (consumer, event_id, at) VALUES ", $"({Name}, {happened.Id}, {Sql.Now})");
        Apply(fresh, commit);
        await Database.CommitAsync(commit, cancellationToken);
        CrashPoint.Reach("C20");
    }

    protected abstract bool Wants(StoredEvent happened);

    protected abstract void Apply(IReadOnlyList<StoredEvent> events, Commit commit);
}
