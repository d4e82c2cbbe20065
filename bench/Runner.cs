namespace Composable.Bench;

/// <summary>One measured run at one rate. <c>Offered</c> is what the schedule really held per second; <c>Cost</c> is per flow that ended well; times in milliseconds.</summary>
internal sealed record RunResult(
    string Scenario, double Rate, double Offered, double Seconds, long Succeeded, double PerSecond, double ErrorShare, long Dropped, long Unfinished,
    double GeneratorLagP99, IReadOnlyList<StepResult> Steps, Reading? Cost)
{
    public StepResult Flow => Step(Shopper.Flow);
    public StepResult Step(string name) => Steps.FirstOrDefault(step => step.Step == name) ?? new StepResult(name, 0, 0, 0, 0, 0, 0, new Dictionary<string, long>());
}

/// <summary>The highest rate that was carried, every rate tried, and a run at half of it.</summary>
internal sealed record TopResult(double Rate, IReadOnlyList<RunResult> Tried, RunResult AtHalf);

/// <summary>Drives one scenario against the hub.</summary>
internal sealed class Runner(BenchOptions options, HubClient hub, Shop shop, Costs costs, TimeProvider clock)
{
    private const int MostRates = 14;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<RunResult> RunAsync(double rate, CancellationToken cancellationToken)
    {
        if (options.Warmup > 0)
        {
            await LoadAsync(new Meters(), rate, options.Warmup, cancellationToken).ConfigureAwait(false);
        }

        await costs.WhenQuietAsync(cancellationToken).ConfigureAwait(false);
        var meters = new Meters();
        var before = await costs.ReadAsync(cancellationToken).ConfigureAwait(false);
        var loop = await LoadAsync(meters, rate, options.Seconds, cancellationToken).ConfigureAwait(false);
        await costs.WhenQuietAsync(cancellationToken).ConfigureAwait(false);
        var spent = await costs.ReadAsync(cancellationToken).ConfigureAwait(false) - before;

        var steps = meters.Read();
        var flow = meters[Shopper.Flow].Read(Shopper.Flow);
        var intended = loop.Started + loop.Dropped;
        var bad = flow.Failed + loop.Dropped + loop.Unfinished;
        return new RunResult(options.Scenario, rate, (double)intended / options.Seconds, loop.Elapsed.TotalSeconds, flow.Succeeded, flow.Succeeded / loop.Elapsed.TotalSeconds,
            intended == 0 ? 0 : (double)bad / intended, loop.Dropped, loop.Unfinished, loop.Lag.Percentile(99) / 1000d, steps, spent.Per(flow.Succeeded));
    }

    /// <summary>Doubles the rate until the hub no longer carries it, then halves the gap until it is under a tenth.</summary>
    public async Task<TopResult> FindTopAsync(Action<RunResult, bool> tell, CancellationToken cancellationToken)
    {
        var tried = new List<RunResult>();
        var (good, bad) = (0d, double.PositiveInfinity);
        for (var rate = options.Rate; tried.Count < MostRates && bad > good * 1.1; rate = Following(rate, good, bad))
        {
            var result = await RunAsync(rate, cancellationToken).ConfigureAwait(false);
            tried.Add(result);
            var carried = Carried(result);
            tell(result, carried);
            (good, bad) = carried ? (rate, bad) : (good, rate);
        }

        if (good == 0)
        {
            throw new InvalidOperationException($"Not even {tried[^1].Rate:0.##} flows per second were carried: {string.Join(", ", tried[^1].Flow.Errors)}");
        }

        return new TopResult(good, tried, await RunAsync(good / 2, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Fast enough, at most 1% failed or dropped, and as many finished as started: no backlog is growing.</summary>
    private bool Carried(RunResult result) =>
        result.Succeeded > 0 && result.Flow.P99 <= options.P99Limit && result.ErrorShare <= 0.01 && result.PerSecond >= 0.9 * result.Offered;

    private static double Following(double rate, double good, double bad) =>
        double.IsPositiveInfinity(bad) ? rate * 2 : good == 0 ? rate / 2 : (good + bad) / 2;

    private Task<LoopResult> LoadAsync(Meters meters, double rate, int seconds, CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromSeconds(seconds);
        var schedule = options.ConstantRate ? Schedule.Constant(rate, length) : Schedule.Poisson(rate, length, options.Seed);
        var shopper = new Shopper(hub, shop, meters, clock, Patience);
        return new OpenLoop(clock, options.MaxInFlight, Patience).RunAsync(schedule, shopper.For(options.Scenario), cancellationToken);
    }
}
