using System.Text;

namespace Connectors.Tests.Kit;

/// <summary>What every edge must do, whether it is a vendor's or inside the process.</summary>
public abstract class EdgeContract
{
    private static readonly EdgeFunction Function = new("shop-edge", "export default { async fetch() { return new Response('hello'); } };", new Dictionary<string, string> { ["HUB"] = "https://hub.example" });

    protected abstract IEdge Edge { get; }

    /// <summary>A key that no other test writes.</summary>
    protected static string NewKey() => $"k-{Guid.NewGuid():N}";

    protected static EdgeEntry Write(string key, string value, TimeSpan? lives = null) => new(key, Encoding.UTF8.GetBytes(value), lives);

    protected static EdgeEntry Delete(string key) => new(key, null);

    [Fact]
    public async Task What_was_written_is_read_until_it_is_deleted()
    {
        var key = NewKey();
        (await TextAsync(key)).ShouldBeNull();
        await WriteAsync(Write(key, "one"));
        (await TextAsync(key)).ShouldBe("one");
        await WriteAsync(Delete(key));
        (await TextAsync(key)).ShouldBeNull();
        await WriteAsync(Delete(key));
    }

    [Fact]
    public async Task Of_several_changes_of_one_key_the_last_counts()
    {
        var (written, deleted, other) = (NewKey(), NewKey(), NewKey());
        await WriteAsync(Write(written, "1"), Write(deleted, "1"), Delete(written), Write(other, "1"), Write(written, "2"), Delete(deleted), Write(written, "3"));
        (await TextAsync(written), await TextAsync(deleted), await TextAsync(other)).ShouldBe(("3", null, "1"));
        await WriteAsync(Delete(written), Write(written, "4"), Delete(written));
        (await TextAsync(written)).ShouldBeNull();
    }

    [Fact]
    public async Task Bytes_come_back_as_they_went()
    {
        byte[][] values = [[], [0], [0xEF, 0xBB, 0xBF, (byte)'x'], [0xFF, 0xFE, 0x00, 0x80], [.. Enumerable.Range(0, 256).Select(value => (byte)value)], "\"\\\n\u2028 äöü 日本 😀 </script>"u8.ToArray()];
        foreach (var value in values)
        {
            var key = NewKey();
            await WriteAsync(new EdgeEntry(key, value));
            (await Edge.ReadAsync(key, CancellationToken.None)).ShouldNotBeNull().ToArray().ShouldBe(value);
        }
    }

    [Fact]
    public async Task Hostile_keys_are_keys_like_any_other()
    {
        string[] tails =
        [
            "a/b", "a//b/", "/", "a/../b", "..", "a%2Fb", "a%252Fb", "%", "%%", "100%", "?q=1&r=2", "#x", "a+b", "a;b=c", "ä", "日本", "😀", "\"quoted\"", "<script>", "\\", "null", "keys?limit=1",
            "a:b", new string('x', 512 - 34), new string('é', (512 - 34) / 2),
        ];
        var prefix = NewKey();
        await WriteAsync([.. tails.Select(tail => Write(prefix + tail, tail))]);
        foreach (var tail in tails) (await TextAsync(prefix + tail)).ShouldBe(tail, prefix + tail);
        await WriteAsync([.. tails.Select(tail => Delete(prefix + tail))]);
        foreach (var tail in tails) (await TextAsync(prefix + tail)).ShouldBeNull(prefix + tail);
    }

    [Fact]
    public async Task Keys_and_values_that_no_edge_takes_are_rejected_and_nothing_of_their_list_is_written()
    {
        var good = NewKey();
        EdgeEntry[] bad =
        [
            Write("", "x"), Write(".", "x"), Write("..", "x"), Write("a b", "x"), Write("a\nb", "x"), Write("a\0b", "x"), Write(new string('x', 513), "x"), Write(new string('é', 257), "x"),
            new EdgeEntry(NewKey(), new byte[Edge.Limits.MaxValueBytes + 1]), Write(NewKey(), "x", TimeSpan.Zero),
        ];
        foreach (var entry in bad)
            (await Should.ThrowAsync<VendorException>(() => WriteAsync(Write(good, "x"), entry))).Failure.ShouldBe(VendorFailure.Rejected, entry.Key);
        (await TextAsync(good)).ShouldBeNull();
        (await Should.ThrowAsync<VendorException>(() => TextAsync(".."))).Failure.ShouldBe(VendorFailure.Rejected);
    }

    [Fact]
    public async Task A_value_with_a_life_is_gone_after_it_and_others_stay()
    {
        var (brief, lasting, again) = (NewKey(), NewKey(), NewKey());
        await WriteAsync(Write(brief, "x", TimeSpan.FromSeconds(90)), Write(lasting, "x"), Write(again, "x", TimeSpan.FromSeconds(90)));
        await WriteAsync(Write(again, "y"));
        Pass(TimeSpan.FromSeconds(80));
        (await TextAsync(brief)).ShouldBe("x");
        Pass(TimeSpan.FromSeconds(20));
        (await TextAsync(brief), await TextAsync(lasting), await TextAsync(again)).ShouldBe((null, "x", "y"));
    }

    [Fact]
    public async Task More_than_one_call_takes_arrives_whole()
    {
        var prefix = NewKey();
        var count = 2 * Edge.Limits.MaxWrites + Edge.Limits.MaxWrites / 2;
        count.ShouldBe(25_000);
        await WriteAsync([.. Enumerable.Range(0, count).Select(number => Write($"{prefix}-{number}", $"{number}"))]);
        foreach (var number in new[] { 0, 9_999, 10_000, 19_999, 20_000, count - 1 }) (await TextAsync($"{prefix}-{number}")).ShouldBe($"{number}");
    }

    [Fact]
    public async Task A_purge_of_95_tags_drops_every_answer_that_carries_one_and_no_other()
    {
        var run = Guid.NewGuid().ToString("N");
        var answers = Enumerable.Range(0, 96).Select(number => (Address: new Uri($"https://shop.example/{run}/{number}"), Tag: $"{run}:{number}")).ToList();
        foreach (var (address, tag) in answers) await KeepAsync(address, tag, $"{run}:all");
        await Edge.PurgeAsync([.. answers.Take(95).Select(answer => answer.Tag)], [], CancellationToken.None);
        foreach (var (address, _) in answers.Take(95)) (await IsKeptAsync(address)).ShouldBeFalse(address.AbsoluteUri);
        (await IsKeptAsync(answers[95].Address)).ShouldBeTrue();
        await Edge.PurgeAsync([$"{run}:all"], [], CancellationToken.None);
        (await IsKeptAsync(answers[95].Address)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_purge_by_address_drops_that_answer_only()
    {
        var run = Guid.NewGuid().ToString("N");
        var (gone, kept) = (new Uri($"https://shop.example/{run}/a?x=1"), new Uri($"https://shop.example/{run}/a?x=2"));
        await KeepAsync(gone, run);
        await KeepAsync(kept, run);
        await Edge.PurgeAsync([], [gone], CancellationToken.None);
        (await IsKeptAsync(gone), await IsKeptAsync(kept)).ShouldBe((false, true));
    }

    [Fact]
    public Task Nothing_to_purge_or_write_is_no_mistake() => Task.WhenAll(WriteAsync(), Edge.PurgeAsync([], [], CancellationToken.None), Edge.PurgeAsync(["nobody-has-it"], [], CancellationToken.None));

    [Fact]
    public async Task The_function_deployed_last_is_the_one_that_runs()
    {
        await Edge.DeployAsync(Function, CancellationToken.None);
        await Edge.DeployAsync(Function, CancellationToken.None);
        (await DeployedAsync(Function.Name)).ShouldBe(Function.Source);
        var next = Function with { Source = Function.Source.Replace("hello", "grüß dich", StringComparison.Ordinal) };
        await Edge.DeployAsync(next, CancellationToken.None);
        (await DeployedAsync(Function.Name)).ShouldBe(next.Source);
    }

    [Fact]
    public async Task A_caller_that_gave_up_before_changes_nothing()
    {
        var key = NewKey();
        await Should.ThrowAsync<OperationCanceledException>(() => Edge.WriteAsync([Write(key, "x")], new CancellationToken(canceled: true)));
        (await TextAsync(key)).ShouldBeNull();
    }

    [Fact]
    public Task It_can_be_tried() => Edge.CheckAsync(CancellationToken.None);

    /// <summary>Puts an answer near shoppers.</summary>
    protected abstract Task KeepAsync(Uri address, params string[] tags);

    protected abstract Task<bool> IsKeptAsync(Uri address);

    protected abstract void Pass(TimeSpan time);

    /// <summary>The source of the function that runs under a name.</summary>
    protected abstract Task<string?> DeployedAsync(string name);

    protected Task WriteAsync(params EdgeEntry[] entries) => Edge.WriteAsync(entries, CancellationToken.None);

    protected async Task<string?> TextAsync(string key) => await Edge.ReadAsync(key, CancellationToken.None) is { } value ? Encoding.UTF8.GetString(value.Span) : null;
}
