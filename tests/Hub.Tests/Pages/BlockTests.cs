using System.Text.Json.Nodes;
using Composable.Hub.Pages;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Pages;

public sealed class BlockTests
{
    [Fact]
    public async Task Six_blocks_of_four_sources_are_filled_at_the_same_time()
    {
        // Nobody is answered before all six have been asked: one after the other, the page would never come.
        var meeting = new Meeting(6);
        await using var shop = await PageShop.StartAsync(services: services => Add(services, meeting.MeetAsync, "one", "two", "three", "four"));
        shop.WritePage("six", "one", "two", "three", "four", "one", "two");
        await shop.SettledAsync();
        var page = await shop.GetAsync("/six");
        Statuses(page).ShouldBe(Enumerable.Repeat("ok", 6));
        meeting.Most.ShouldBe(6);
    }

    [Fact]
    public async Task A_source_that_hangs_is_left_out_and_the_others_are_not()
    {
        await using var shop = await PageShop.StartAsync(services: services =>
        {
            Add(services, async token => await Task.Delay(Timeout.Infinite, token), "polite");
            // Listens to nobody, and does not even give its thread back.
            Add(services, _ => Task.Run(() => new ManualResetEventSlim().Wait(TimeSpan.FromSeconds(20))), "rude");
            Add(services, _ => Task.CompletedTask, "quick");
        }, settings: [("Pages:Deadline", "00:00:05")]);
        shop.WritePage("page", "quick", "polite", "rude", "text");
        await shop.SettledAsync();
        var page = await shop.GetAsync("/page");
        Statuses(page).ShouldBe(["ok", "omitted", "omitted", "ok"]);
        page["blocks"][1]!["data"].ShouldBeNull();
        page.Header("Hub-Degraded").ShouldBe("polite-1;source=\"polite\";status=omitted,rude-2;source=\"rude\";status=omitted".Replace(",", ", ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_source_that_fails_shows_what_it_showed_before_and_recovers()
    {
        var broken = false;
        await using var shop = await PageShop.StartAsync(
            services: services => Add(services, _ => broken ? throw new InvalidOperationException("broken") : Task.CompletedTask, "moody"),
            settings: [("Pages:FreshFor", "00:00:00"), ("Pages:NegativeFor", "00:00:00")]);
        shop.WritePage("page", "moody");
        await shop.SettledAsync();
        var first = await shop.UntilAsync("/page", reply => reply.Status == 200);
        Statuses(first).ShouldBe(["ok"]);
        broken = true;
        var stale = await shop.UntilAsync("/page", reply => Statuses(reply)[0] == "stale");
        stale["blocks"][0]!["data"]!["filled"]!.GetValue<bool>().ShouldBeTrue();
        stale.Header("Hub-Degraded")!.ShouldContain("status=stale");
        broken = false;
        await shop.UntilAsync("/page", reply => Statuses(reply)[0] == "ok");
    }

    [Fact]
    public async Task Many_at_once_are_one_composition()
    {
        var (asked, go) = (0, new TaskCompletionSource());
        await using var shop = await PageShop.StartAsync(services: services => Add(services, async token =>
        {
            Interlocked.Increment(ref asked);
            await go.Task.WaitAsync(token);
        }, "counted"));
        shop.WritePage("page", "counted");
        await shop.SettledAsync();
        var callers = Enumerable.Range(0, 40).Select(_ => shop.GetAsync("/page")).ToList();
        while (Volatile.Read(ref asked) == 0 && !callers.TrueForAll(caller => caller.IsCompleted)) await Task.Delay(10);
        go.SetResult();
        var replies = await Task.WhenAll(callers);
        replies.ShouldAllBe(reply => reply.Status == 200);
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task What_editors_called_a_block_makes_no_header()
    {
        await using var shop = await PageShop.StartAsync(services: services => Add(services, _ => throw new InvalidOperationException("broken"), "moody"));
        shop.Write("pages/page.json", """{"title":"x","blocks":[{"id":"a\r\nSet-Cookie: x=\"1\"","type":"moody","data":{}}]}""");
        await shop.SettledAsync();
        var page = await shop.GetAsync("/page");
        (page.Status, page.Header("Set-Cookie")).ShouldBe((200, null));
        page.Header("Hub-Degraded").ShouldBe("a__Set-Cookie__x__1_;source=\"moody\";status=omitted");
    }

    private static void Add(IServiceCollection services, Func<CancellationToken, Task> fill, params string[] types)
    {
        foreach (var type in types) services.AddSingleton<IBlockSource>(new Double(type, fill));
    }

    private static string[] Statuses(Reply page) => [.. page["blocks"].AsArray().Select(block => block!["status"]!.GetValue<string>())];

    private sealed class Double(string type, Func<CancellationToken, Task> fill) : IBlockSource
    {
        public string Type => type;

        public async Task<BlockContent> FillAsync(BlockRequest request, CancellationToken cancellationToken)
        {
            await fill(cancellationToken);
            return new(new JsonObject { ["filled"] = true }, type, []);
        }
    }

    private sealed class Meeting(int expected)
    {
        private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int present;

        public int Most => Volatile.Read(ref present);

        public Task MeetAsync(CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref present) == expected) all.SetResult();
            return all.Task.WaitAsync(cancellationToken);
        }
    }
}
