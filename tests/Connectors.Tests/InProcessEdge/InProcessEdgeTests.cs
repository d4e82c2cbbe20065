using Composable.Connectors.InProcessEdge;
using Connectors.Tests.Kit;

namespace Connectors.Tests.InProcessEdge;

public sealed class InProcessEdgeTests : EdgeContract
{
    private readonly ShiftingClock _clock = new();
    private readonly InProcessEdgeClient _edge;

    public InProcessEdgeTests() => _edge = new InProcessEdgeClient(new InProcessEdgeSettings { MaxKeys = 50_000 }, _clock);

    protected override IEdge Edge => _edge;

    [Fact]
    public async Task A_full_room_loses_what_was_written_longest_ago()
    {
        var edge = new InProcessEdgeClient(new InProcessEdgeSettings { MaxKeys = 3, MaxBytes = 10 }, _clock);
        await edge.WriteAsync([Write("a", "1"), Write("b", "1"), Write("c", "1"), Write("a", "2"), Write("d", "1")], CancellationToken.None);
        (await HasAsync(edge, "a"), await HasAsync(edge, "b"), await HasAsync(edge, "c"), await HasAsync(edge, "d")).ShouldBe((true, false, true, true));
        await edge.WriteAsync([Write("e", "12345678")], CancellationToken.None);
        (await HasAsync(edge, "a"), await HasAsync(edge, "c"), await HasAsync(edge, "d"), await HasAsync(edge, "e")).ShouldBe((true, false, true, true));
        (await Should.ThrowAsync<VendorException>(() => edge.WriteAsync([Write("f", "12345678901")], CancellationToken.None))).Failure.ShouldBe(VendorFailure.Rejected);
    }

    [Fact]
    public void Answers_are_bounded_and_end_with_their_time()
    {
        for (var number = 0; number <= 1_000; number++) _edge.Keep(Address(number), [], "x"u8.ToArray(), TimeSpan.FromMinutes(1));
        (_edge.Kept(Address(0)) is null, _edge.Kept(Address(1)) is null).ShouldBe((true, false));
        _clock.Pass(TimeSpan.FromMinutes(1));
        _edge.Kept(Address(1)).ShouldBeNull();
    }

    [Fact]
    public async Task A_value_does_not_change_with_the_buffer_it_came_from()
    {
        var buffer = "before"u8.ToArray();
        await _edge.WriteAsync([new EdgeEntry("key", buffer)], CancellationToken.None);
        "behind"u8.CopyTo(buffer);
        (await TextAsync("key")).ShouldBe("before");
    }

    protected override Task KeepAsync(Uri address, params string[] tags)
    {
        _edge.Keep(address, tags, "answer"u8.ToArray(), TimeSpan.FromHours(1));
        return Task.CompletedTask;
    }

    protected override Task<bool> IsKeptAsync(Uri address) => Task.FromResult(_edge.Kept(address) is not null);

    protected override void Pass(TimeSpan time) => _clock.Pass(time);

    protected override Task<string?> DeployedAsync(string name) => Task.FromResult(_edge.Function is { } function && function.Name == name ? function.Source : null);

    private static Uri Address(int number) => new($"https://shop.example/{number}");

    private static async Task<bool> HasAsync(InProcessEdgeClient edge, string key) => await edge.ReadAsync(key, CancellationToken.None) is not null;
}
