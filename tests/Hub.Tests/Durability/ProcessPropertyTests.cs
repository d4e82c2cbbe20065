using Composable.Hub.Durability;
using FsCheck;
using FsCheck.Fluent;

namespace Composable.Hub.Tests.Durability;

/// <summary>Whatever fails and whenever the hub dies, a process ends: every effect made once, or every effect taken back.</summary>
public sealed class ProcessPropertyTests
{
    private const string Kinds = "lcaclplc";

    [Fact]
    public void Every_process_ends_with_all_its_effects_or_with_none()
    {
        var property = Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (shape, luck) => Run(shape, luck));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(250).WithEndSize(40), property);
    }

    private static bool Run(byte[] shape, byte[] luck) => RunAsync(shape, luck).GetAwaiter().GetResult();

    private static async Task<bool> RunAsync(byte[] shape, byte[] luck)
    {
        await using var workshop = await Workshop.OpenAsync();
        var kinds = KindsOf(shape);
        var world = new World();
        var toy = new ToyProcess(kinds, world);
        for (var i = 0; i < luck.Length; i++) toy.Give(luck[i] % kinds.Length, undo: luck[i] / 128 == 1, (Luck)(luck[i] / kinds.Length % 7));

        var run = toy.Begin("subject", new ToyState("toy", []), null, workshop.Store);
        await AdvanceAsync(() => run.AdvanceAsync(untilSettled: false, TimeProvider.System, default));
        for (var tries = 0; await workshop.Store.FindAsync(run.Record.Id, default) is { Status: not ("completed" or "undone") }; tries++)
        {
            tries.ShouldBeLessThan(200, "the process does not end");
            await AdvanceAsync(() => workshop.ResumeAsync(toy, run.Record.Id));
        }

        await ShouldBeWholeAsync(workshop, world, kinds, run.Record.Id);
        return true;
    }

    private static async Task ShouldBeWholeAsync(Workshop workshop, World world, string kinds, string id)
    {
        var rows = await workshop.LocalRowsAsync(id);
        if (await workshop.Store.FindAsync(id, default) is not { } record)
        {
            rows.ShouldBeEmpty();
            world.Effects.ShouldBeEmpty("nothing was begun");
            return;
        }

        var journal = (await workshop.Store.JournalAsync(id, 1000, default)).Select(row => (row.Entry.Step, row.Entry.Phase)).ToList();
        journal.Where(entry => entry.Phase is "done" or "undone" or "started").GroupBy(entry => entry).ShouldAllBe(group => group.Count() == 1);
        journal.Where(entry => entry.Phase == "done").Select(entry => entry.Step).ShouldBeInOrder();
        world.Undone.ShouldBe([.. world.Undone.OrderDescending()], "undos run from the last step to the first");
        if (record.Status == ProcessRecord.Completed)
        {
            rows.ShouldBe(Steps(kinds, 'l', 'p').Select(step => $"{step}"));
            world.Effects.ShouldBe(Steps(kinds, 'c').Select(step => $"toy:{step}"), ignoreOrder: true);
            world.Undone.ShouldBeEmpty();
            journal.Count(entry => entry.Phase == "done").ShouldBe(kinds.Length);
        }
        else
        {
            record.Status.ShouldBe(ProcessRecord.Undone);
            rows.ShouldBeEmpty();
            world.Effects.ShouldBeEmpty();
            journal.ShouldContain(entry => entry.Phase == "refused");
        }
    }

    private static IEnumerable<int> Steps(string kinds, params char[] wanted) => Enumerable.Range(0, kinds.Length).Where(step => wanted.Contains(kinds[step]));

    /// <summary>One to eight steps with at most one point of no return.</summary>
    private static string KindsOf(byte[] shape)
    {
        var kinds = string.Concat(shape.Take(8).Select(value => Kinds[value % Kinds.Length])) is { Length: > 0 } drawn ? drawn : "lc";
        var first = kinds.IndexOf('p', StringComparison.Ordinal);
        return first < 0 ? kinds : kinds[..(first + 1)] + kinds[(first + 1)..].Replace('p', 'l');
    }

    private static async Task AdvanceAsync(Func<Task<RunState>> advance)
    {
        try
        {
            await advance();
        }
        catch (Crash)
        {
            // The hub is gone; what it had not committed is too.
        }
    }
}
