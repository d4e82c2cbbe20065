using System.Collections.Concurrent;
using Composable.Bench;
using Shouldly;
using Xunit;

namespace Bench.Tests;

public sealed class OpenLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly SteppingClock clock = new();

    [Fact]
    public async Task A_stalled_server_is_charged_from_the_intended_start()
    {
        var schedule = Schedule.Constant(rate: 100, TimeSpan.FromSeconds(1));
        var stall = new TaskCompletionSource();
        var latencies = new ConcurrentDictionary<long, TimeSpan>();
        var origin = clock.GetTimestamp();
        var arrived = 0;

        await new OpenLoop(clock, maxInFlight: 1000, Patience).RunAsync(schedule, async (intended, _) =>
        {
            if (++arrived == schedule.Length)
            {
                stall.SetResult();
            }

            await stall.Task;
            latencies[intended - origin] = clock.GetElapsedTime(intended);
        }, CancellationToken.None);

        latencies.Count.ShouldBe(100);
        // The server answers nobody before 990 ms: who was meant to start at t has waited at least 990 ms - t.
        latencies.ShouldAllBe(seen => seen.Value >= TimeSpan.FromMilliseconds(990) - TimeSpan.FromTicks(seen.Key));
    }

    [Fact]
    public async Task Work_beyond_the_bound_is_counted_as_dropped_not_put_off()
    {
        var never = new TaskCompletionSource();

        var result = await new OpenLoop(clock, maxInFlight: 10, Patience).RunAsync(
            Schedule.Constant(rate: 100, TimeSpan.FromSeconds(1)), (_, cancel) => never.Task.WaitAsync(cancel), CancellationToken.None);

        (result.Started, result.Dropped, result.Unfinished).ShouldBe((10, 90, 10));
    }

    [Fact]
    public async Task Nothing_starts_before_its_time()
    {
        var early = 0;

        var result = await new OpenLoop(clock, maxInFlight: 10, Patience).RunAsync(
            Schedule.Poisson(rate: 700, TimeSpan.FromSeconds(2), seed: 1), (intended, _) =>
            {
                early += clock.GetTimestamp() < intended ? 1 : 0;
                return Task.CompletedTask;
            }, CancellationToken.None);

        early.ShouldBe(0);
        result.Started.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task An_unknown_failure_is_not_hidden()
    {
        var run = () => new OpenLoop(clock, maxInFlight: 10, Patience).RunAsync(
            [TimeSpan.Zero], (_, _) => throw new FormatException("broken"), CancellationToken.None);

        (await run.ShouldThrowAsync<InvalidOperationException>()).InnerException.ShouldBeOfType<FormatException>();
    }

    [Fact]
    public void Poisson_arrivals_keep_the_rate_and_repeat_with_the_seed()
    {
        var arrivals = Schedule.Poisson(rate: 1000, TimeSpan.FromSeconds(60), seed: 42);

        arrivals.Length.ShouldBeInRange(59_000, 61_000);
        arrivals.ShouldBe(Schedule.Poisson(rate: 1000, TimeSpan.FromSeconds(60), seed: 42));
        arrivals.ShouldNotBe(Schedule.Poisson(rate: 1000, TimeSpan.FromSeconds(60), seed: 43));
        arrivals.ShouldBeInOrder();
    }
}
