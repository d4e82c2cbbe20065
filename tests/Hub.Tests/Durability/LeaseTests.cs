using Composable.Hub.Durability;
using Composable.Hub.Http;
using Microsoft.AspNetCore.Http;

namespace Composable.Hub.Tests.Durability;

public sealed class LeaseTests
{
    [Fact]
    public async Task A_hub_that_lost_its_process_cannot_write()
    {
        await using var workshop = await Workshop.OpenAsync();
        var world = new World();
        var toy = new ToyProcess("lclp", world);
        IProcessRun? successor = null;
        var run = toy.Begin("subject", new ToyState("toy", []), null, workshop.Store);
        toy.Inside = async step =>
        {
            if (step != 2 || successor is not null) return;
            var record = await workshop.FindAsync(run.Record.Id);
            (await workshop.OtherStore.ClaimAsync(record, default)).ShouldBeTrue();
            successor = toy.Resume(record, workshop.OtherStore);
        };

        (await run.AdvanceAsync(untilSettled: false, TimeProvider.System, default)).ShouldBe(RunState.Lost);
        (await workshop.LocalRowsAsync(run.Record.Id)).ShouldBe(["0"], "the zombie's write was refused");

        (await successor!.AdvanceAsync(untilSettled: false, TimeProvider.System, default)).ShouldBe(RunState.Completed);
        (await workshop.LocalRowsAsync(run.Record.Id)).ShouldBe(["0", "2", "3"]);
        world.Made.ShouldBe(["toy:1"]);
    }

    [Fact]
    public async Task Two_hubs_cannot_claim_one_process()
    {
        await using var workshop = await Workshop.OpenAsync();
        var toy = new ToyProcess("lc", new World());
        toy.Give(1, undo: false, Luck.LostRequest);
        var run = toy.Begin("subject", new ToyState("toy", []), null, workshop.Store);
        (await run.AdvanceAsync(untilSettled: false, TimeProvider.System, default)).ShouldBe(RunState.Paused);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(async index =>
        {
            var record = await workshop.FindAsync(run.Record.Id);
            return await (index % 2 == 0 ? workshop.Store : workshop.OtherStore).ClaimAsync(record, default) ? record.Version : 0;
        }));

        claims.Where(version => version > 0).ShouldBeUnique();
        (await workshop.OtherStore.DueAsync(10, default)).ShouldBeEmpty("the lease is held");
    }

    [Fact]
    public async Task One_subject_has_one_live_process()
    {
        await using var workshop = await Workshop.OpenAsync();
        var toy = new ToyProcess("lc", new World());
        toy.Give(1, undo: false, Luck.LostRequest);
        var runner = workshop.Runner(toy);
        await runner.StartAsync(toy, "subject", new ToyState("first", []), null);

        var (second, reached) = await runner.StartAsync(toy, "subject", new ToyState("second", []), null);

        reached.ShouldBe(RunState.NotBegun);
        second.Refusal!.Status.ShouldBe(409);
        (await workshop.LocalRowsAsync(second.Record.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Staff_may_retry_skip_or_undo_what_is_stuck_and_nothing_else()
    {
        await using var workshop = await Workshop.OpenAsync();
        var world = new World();
        var toy = new ToyProcess("lccl", world);
        var desk = new ProcessDesk(workshop.Database, workshop.Store, workshop.Runner(toy), TimeProvider.System);

        var retried = await StuckAsync(workshop, toy, "retried");
        (await StatusAsync(desk.RetryAsync(retried, null, _ => null, default))).ShouldBe(200);
        (await workshop.ResumeAsync(toy, retried)).ShouldBe(RunState.Completed);
        (await StatusAsync(desk.RetryAsync(retried, null, _ => null, default))).ShouldBe(409, "it is not stuck any more");
        (await StatusAsync(desk.UndoAsync(retried, null, _ => null, default))).ShouldBe(409);

        var skipped = await StuckAsync(workshop, toy, "skipped");
        (await StatusAsync(desk.SkipAsync(skipped, null, _ => null, default))).ShouldBe(200);
        (await workshop.ResumeAsync(toy, skipped)).ShouldBe(RunState.Completed);
        world.Effects.ShouldContain("skipped:1");
        world.Effects.ShouldNotContain("skipped:2");

        var undone = await StuckAsync(workshop, toy, "undone", Luck.LostAnswer);
        world.Effects.ShouldContain("undone:2", "it happened and nobody knows");
        (await StatusAsync(desk.UndoAsync(undone, null, _ => null, default))).ShouldBe(200);
        (await workshop.FindAsync(undone)).Status.ShouldBe(ProcessRecord.Undone);
        world.Effects.ShouldNotContain(key => key.StartsWith("undone:", StringComparison.Ordinal));
        (await workshop.LocalRowsAsync(undone)).ShouldBeEmpty();
        (await StatusAsync(desk.SkipAsync("prc_none", null, _ => null, default))).ShouldBe(404);
    }

    /// <summary>A process whose third step stays unknown until it is stuck.</summary>
    private static async Task<string> StuckAsync(Workshop workshop, ToyProcess toy, string name, Luck last = Luck.LostRequest)
    {
        toy.Give(2, undo: false, Luck.LostRequest);
        var run = toy.Begin(name, new ToyState(name, []), null, workshop.Store);
        (await run.AdvanceAsync(untilSettled: false, TimeProvider.System, default)).ShouldBe(RunState.Paused);
        await workshop.Database.CommitAsync(new Composable.Hub.Storage.Commit().Add($"UPDATE processes SET attempts = 39 WHERE id = {run.Record.Id}"), default);
        toy.Give(2, undo: false, last);
        await workshop.ResumeAsync(toy, run.Record.Id);
        (await workshop.FindAsync(run.Record.Id)).Status.ShouldBe(ProcessRecord.Stuck);
        return run.Record.Id;
    }

    private static async Task<int> StatusAsync(Task<Answer> answering)
    {
        try
        {
            return (await answering).Status;
        }
        catch (RefusedException refused)
        {
            return refused.Refusal.Status;
        }
    }
}
