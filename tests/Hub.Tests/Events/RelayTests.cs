using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Durability;
using MassTransit;
using MassTransit.Mediator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Composable.Hub.Tests.Events;

public sealed class RelayTests
{
    [Fact]
    public async Task A_commit_that_is_refused_leaves_no_event()
    {
        await using var workshop = await Workshop.OpenAsync();
        var commit = new Commit().Append(new HubEvent("a", 1, "a.happened", "{}")).Require($"UPDATE stock SET on_hand = 1 WHERE sku = {"none"}", 1, "not_there");

        await Should.ThrowAsync<GuardFailedException>(workshop.Database.CommitAsync(commit, default));

        (await EventLog.AfterAsync(workshop.Database, 0, 0, 10, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_version_is_told_once()
    {
        await using var workshop = await Workshop.OpenAsync();
        await workshop.Database.CommitAsync(new Commit().Append(new HubEvent("a", 1, "a.happened", "{}")), default);

        (await Should.ThrowAsync<DuplicateException>(workshop.Database.CommitAsync(new Commit().Append(new HubEvent("a", 1, "a.happened", "{}")), default))).Table.ShouldBe("events");
    }

    [Fact]
    public async Task Events_are_handed_on_in_order_and_once()
    {
        await using var workshop = await Workshop.OpenAsync();
        await using var post = new PostRoom(workshop.Database);
        for (var i = 1; i <= 450; i++) await workshop.Database.CommitAsync(new Commit().Append(new HubEvent($"s{i % 7}", i, "toy.happened", $"{i}")), default);

        await post.RunUntilAsync(() => post.Heard.Count >= 450);

        post.Heard.ShouldBe(Enumerable.Range(1, 450).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_poison_event_is_set_aside_and_the_rest_moves_on()
    {
        await using var workshop = await Workshop.OpenAsync();
        await using var post = new PostRoom(workshop.Database);
        post.Poison.Add("2");
        for (var i = 1; i <= 5; i++) await workshop.Database.CommitAsync(new Commit().Append(new HubEvent("s", i, "toy.happened", $"{i}")), default);

        await post.RunUntilAsync(() => post.Heard.Count >= 4);

        post.Heard.ShouldBe(["1", "3", "4", "5"]);
        post.Refused.ShouldBeGreaterThanOrEqualTo(5, "it is tried again before it is set aside");
        var letter = (await DeadLetters.ListAsync(workshop.Database, -1, "", "", 10, default)).ShouldHaveSingleItem();
        letter.Consumer.ShouldBe("toy");

        await Should.ThrowAsync<Exception>(DeadLetters.RedeliverAsync(workshop.Database, post.Mediator, letter.Consumer, letter.EventId, null, default));
        (await DeadLetters.ListAsync(workshop.Database, -1, "", "", 10, default)).Count.ShouldBe(1, "it stays when the consumer fails again");
        post.Poison.Clear();
        (await DeadLetters.RedeliverAsync(workshop.Database, post.Mediator, letter.Consumer, letter.EventId, null, default)).ShouldBeTrue();
        post.Heard.ShouldBe(["1", "3", "4", "5", "2"]);
        (await DeadLetters.ListAsync(workshop.Database, -1, "", "", 10, default)).ShouldBeEmpty();
        (await DeadLetters.RedeliverAsync(workshop.Database, post.Mediator, letter.Consumer, letter.EventId, null, default)).ShouldBeTrue();
        post.Heard.Count.ShouldBe(5, "a second delivery counts for nothing");
    }
}

/// <summary>A relay with one consumer that writes down what it hears.</summary>
internal sealed class PostRoom : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly Relay relay;

    public PostRoom(Database database)
    {
        services = new ServiceCollection().AddLogging().AddSingleton(database).AddSingleton(this).AddMediator(mediator => mediator.AddConsumer<ToyConsumer>()).BuildServiceProvider();
        Mediator = services.GetRequiredService<IMediator>();
        relay = new Relay(database, Mediator, [new ToyConsumer(database, this)], new HubInstance("hub_one"), NullLogger<Relay>.Instance);
    }

    public IMediator Mediator { get; }

    public List<string> Heard { get; } = [];

    public HashSet<string> Poison { get; } = [];

    public int Refused { get; set; }

    public async Task RunUntilAsync(Func<bool> enough)
    {
        await relay.StartAsync(default);
        for (var tries = 0; tries < 300 && !enough(); tries++) await Task.Delay(50);
        await relay.StopAsync(default);
        enough().ShouldBeTrue("the relay is too slow");
    }

    public async ValueTask DisposeAsync()
    {
        relay.Dispose();
        await services.DisposeAsync();
    }
}

internal sealed class ToyConsumer(Database database, PostRoom post) : EventConsumer(database)
{
    public override string Name => "toy";

    public override IReadOnlyList<string> Derived => [];

    protected override bool Wants(StoredEvent happened) => happened.Type == "toy.happened";

    protected override void Apply(IReadOnlyList<StoredEvent> events, Commit commit)
    {
        if (events.Any(happened => post.Poison.Contains(happened.Data)))
        {
            post.Refused++;
            throw new FormatException("poison");
        }

        post.Heard.AddRange(events.Select(happened => happened.Data));
    }
}
