using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Hub.Durability;
using Composable.Hub.Storage;

namespace Composable.Hub.Tests.Durability;

/// <summary>Past the point of no return results wait for one commit. Somebody else may have moved what they are booked on.</summary>
public sealed class StaleBookingTests
{
    [Fact]
    public async Task A_booking_on_outdated_data_is_made_again_on_fresh_data_and_its_calls_are_repeats()
    {
        await using var workshop = await Workshop.OpenAsync();
        await workshop.Database.CommitAsync(new Commit().Add($"INSERT INTO secrets (name, value) VALUES ('books', 'before')"), default);
        var selling = new Selling(workshop.Database);

        var run = selling.Begin("subject", new Sale("before"), null, workshop.Store);
        (await run.AdvanceAsync(untilSettled: true, TimeProvider.System, default)).ShouldBe(RunState.Settled);
        await workshop.Database.CommitAsync(new Commit().Add($"UPDATE secrets SET value = 'moved' WHERE name = 'books'"), default);
        (await run.AdvanceAsync(untilSettled: false, TimeProvider.System, default)).ShouldBe(RunState.Completed);

        (await workshop.Database.QueryAsync<string>($"SELECT value FROM secrets WHERE name = 'books'", default)).ShouldBe(["moved, booked"]);
        selling.Calls.ShouldBe(["capture", "tax", "capture again", "tax again"]);
        var journal = await workshop.Store.JournalAsync(run.Record.Id, 100, default);
        journal.Select(row => $"{row.Entry.Step} {row.Entry.Phase}").ShouldBe(["place done", "capture started", "tax started", "capture done", "book done", "tax done"]);
    }

    [Fact]
    public async Task What_a_slow_vendor_did_is_saved_before_the_next_one_is_called()
    {
        await using var workshop = await Workshop.OpenAsync();
        await workshop.Database.CommitAsync(new Commit().Add($"INSERT INTO secrets (name, value) VALUES ('books', 'before')"), default);
        var clock = new SteppingClock();
        List<string> savedBeforeTax = [];
        ProcessRun<Sale>? run = null;
        var selling = new Selling(workshop.Database)
        {
            During = async name =>
            {
                if (name == "capture") clock.Advance(TimeSpan.FromSeconds(6));
                else savedBeforeTax.AddRange((await workshop.Store.JournalAsync(run!.Record.Id, 100, default)).Select(row => $"{row.Entry.Step} {row.Entry.Phase}"));
            },
        };

        run = selling.Begin("subject", new Sale("before"), null, workshop.Store);
        (await run.AdvanceAsync(untilSettled: false, clock, default)).ShouldBe(RunState.Completed);

        savedBeforeTax.ShouldBe(["place done", "capture started", "tax started", "capture done", "book done"]);
        selling.Calls.ShouldBe(["capture", "tax"]);
    }

    private sealed class SteppingClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan time) => ticks += time.Ticks;
    }

    private sealed record Sale(string Believed);

    private sealed class Selling : Process<Sale>
    {
        private readonly Database database;

        public Selling(Database database)
            : base("selling", (JsonTypeInfo<Sale>)JsonSerializerOptions.Default.GetTypeInfo(typeof(Sale)))
        {
            this.database = database;
            PointOfNoReturn("place", (state, _) => Done(state));
            Call("capture", (state, step) => CallAsync("capture", state, step));
            Then("book", BookAsync);
            Call("tax", (state, step) => CallAsync("tax", state, step));
        }

        public List<string> Calls { get; } = [];

        public Func<string, Task>? During { get; init; }

        private async Task<StepResult<Sale>> CallAsync(string name, Sale state, StepContext step)
        {
            Calls.Add(step.Repeated ? $"{name} again" : name);
            if (During is not null) await During(name);
            return await Done(state);
        }

        private async Task<StepResult<Sale>> BookAsync(Sale state, StepContext step)
        {
            var books = step.Stale ? (await database.QueryAsync<string>($"SELECT value FROM secrets WHERE name = 'books'", step.CancellationToken)).Single() : state.Believed;
            step.Commit.Require($"UPDATE secrets SET value = {books + ", booked"} WHERE name = 'books' AND value = {books}", 1, "stale");
            return await Done(state);
        }

        private static Task<StepResult<Sale>> Done(Sale state) => Task.FromResult<StepResult<Sale>>(new StepResult<Sale>.Done(state));
    }
}
