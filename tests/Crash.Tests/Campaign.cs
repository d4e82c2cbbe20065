using System.Diagnostics;
using System.Text.Json;

namespace Crash.Tests;

/// <summary>What a campaign came to.</summary>
internal sealed record Summary(int Kills, int Restarts, int Orders, int Declines, int Refunds, IReadOnlyList<string> NeverReached, IReadOnlyList<string> Violations)
{
    public bool Passed => Violations.Count == 0 && NeverReached.Count == 0;

    public override string ToString() =>
        $"{Kills} kills, {Restarts} restarts, {Orders} orders, {Declines} declines, {Refunds} refunds, {Violations.Count} violations"
        + (NeverReached.Count == 0 ? "" : $"; never reached: {string.Join(" ", NeverReached)}");
}

/// <summary>Kills one shop over and over while people buy in it. Its state accumulates; nothing is ever reset.</summary>
internal sealed class Campaign(Installation installation, int shoppers, Action<string> print) : IDisposable
{
    private static readonly TimeSpan PointLimit = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan SettlingLimit = TimeSpan.FromSeconds(60);
    private readonly HttpClient hubHttp = new(new AnyHub(installation.AllHubs)) { BaseAddress = installation.Hub };
    private readonly HttpClient sandboxHttp = new() { BaseAddress = installation.Sandbox, Timeout = TimeSpan.FromSeconds(15) };
    private readonly PurchaseLog log = new();
    private readonly HashSet<string> reached = [];
    private int kills;
    private int restarts;
    private HubProcess? second;
    private Api Api => new(hubHttp, TimeSpan.FromSeconds(90));

    public async Task<Summary> RunAsync(IReadOnlyList<PlannedKill> plan, CancellationToken cancellationToken)
    {
        var shelf = await OpenAsync(cancellationToken);
        var checks = new Checks(Api, new Sandbox(sandboxHttp), log, shelf);
        var violations = new List<string>();
        foreach (var planned in plan)
        {
            violations.AddRange(await KillOnceAsync(planned, shelf, checks, planned == plan[^1], cancellationToken));
            if (violations.Count == 0 && planned.Point is { } point && !reached.Contains(point))
                violations.AddRange(await KillOnceAsync(planned.Again(), shelf, checks, planned == plan[^1], cancellationToken));
            if (violations.Count > 0) break;
        }
        if (second is not null) await second.DisposeAsync();
        var wanted = plan.Select(planned => planned.Point).OfType<string>().Distinct();
        var purchases = log.All;
        return new Summary(kills, restarts, purchases.Count(purchase => purchase.Seen is not null), purchases.Count(purchase => purchase.Refused is not null),
            purchases.Count(purchase => purchase.RefundAgreed > 0), [.. wanted.Where(point => !reached.Contains(point))], violations);
    }

    public void Dispose()
    {
        hubHttp.Dispose();
        sandboxHttp.Dispose();
    }

    /// <summary>The first start, which makes the data directory, and a look at the shelf before anybody buys.</summary>
    private async Task<Shelf> OpenAsync(CancellationToken cancellationToken)
    {
        await using var hub = await StartAsync(cancellationToken);
        return await Shelf.CountAsync(Api, cancellationToken);
    }

    private async Task<HubProcess> StartAsync(CancellationToken cancellationToken)
    {
        var hub = HubProcess.Start(installation, null);
        if (await hub.WaitUntilReadyAsync(cancellationToken)) return hub;
        await using (hub) throw new InvalidOperationException($"The hub does not start:{Environment.NewLine}{hub.Output}");
    }

    /// <summary>Lets the second hub run when there is to be one; one that is to die at a point is started afresh.</summary>
    private async Task StartSecondAsync(string? crashAt, CancellationToken cancellationToken)
    {
        if (installation.Hubs < 2 || (crashAt is null && second is { HasExited: false })) return;
        if (second is not null) await second.DisposeAsync();
        second = HubProcess.StartSecond(installation, crashAt);
        if (!await second.WaitUntilReadyAsync(cancellationToken) && crashAt is null) throw new InvalidOperationException($"The second hub does not start:{Environment.NewLine}{second.Output}");
    }

    private async Task<IReadOnlyList<string>> KillOnceAsync(PlannedKill planned, Shelf shelf, Checks checks, bool all, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(planned.Seed);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (what, shopping) = await DieAsync(planned, shelf, random, enough, cancellationToken);
        await using var hub = await StartAsync(cancellationToken);
        await StartSecondAsync(null, cancellationToken);
        restarts++;
        await new Sandbox(sandboxHttp).BehaveAsync(cancellationToken);
        await shopping;
        var violations = new List<string>(log.TakeComplaints());
        violations.AddRange(await SettleAsync(cancellationToken));
        var verifying = VerifyAsync(cancellationToken);
        violations.AddRange(await checks.RunAsync(all, random, cancellationToken));
        violations.AddRange(await verifying);
        print($"{planned.Number,4} {planned.Setting ?? "random",-7} {planned.Bias,-13} {what}, {log.All.Count} purchases, {violations.Count} violations, {clock.Elapsed.TotalSeconds:0.0} s (seed {planned.Seed})");
        foreach (var violation in violations) print($"     {violation}");
        return violations;
    }

    /// <summary>Runs the hub with shoppers in it until it is dead. The shoppers go on retrying.</summary>
    private async Task<(string What, Task Shopping)> DieAsync(
        PlannedKill planned, Shelf shelf, Random random, CancellationTokenSource enough, CancellationToken cancellationToken)
    {
        var inSecond = installation.Hubs == 2 && !planned.InRecovery && planned.Number % 2 == 0;
        await using var hub = HubProcess.Start(installation, planned.InRecovery || inSecond ? null : planned.Setting);
        var isReady = await hub.WaitUntilReadyAsync(cancellationToken);
        await StartSecondAsync(inSecond ? planned.Setting : null, cancellationToken);
        var victim = inSecond ? second! : hub;
        if (isReady && random.Next(3) == 0) await TryToMisbehaveAsync(random, cancellationToken);
        var shopping = Task.WhenAll(Enumerable.Range(0, shoppers).Select(_ =>
            new Shopper(Api, sandboxHttp, log, shelf.Skus, planned.Bias, new Random(random.Next())).RunAsync(enough.Token, cancellationToken)));
        var byItself = planned is { Point: not null, InRecovery: false }
            ? await victim.WaitForExitAsync(PointLimit, cancellationToken) is not null
            : await victim.WaitForExitAsync(TimeSpan.FromMilliseconds(random.Next(200, 2500)), cancellationToken) is not null;
        await victim.KillAsync(cancellationToken);
        kills++;
        if (installation.Hubs == 2) await Task.Delay(random.Next(200, 2000), cancellationToken); // The other hub goes on alone.
        await enough.CancelAsync();
        if (planned.InRecovery) return (await DieInRecoveryAsync(planned, cancellationToken), shopping);
        if (planned.Point is null) return (byItself ? "died unasked" : "killed", shopping);
        if (byItself) reached.Add(planned.Point);
        return (byItself ? "died at its point" : "not reached, killed", shopping);
    }

    /// <summary>Three starts in a row that die while they pick up what was left.</summary>
    private async Task<string> DieInRecoveryAsync(PlannedKill planned, CancellationToken cancellationToken)
    {
        var deaths = 0;
        for (var start = 0; start < 3; start++)
        {
            await using var hub = HubProcess.Start(installation, planned.Point);
            if (await hub.WaitForExitAsync(PointLimit, cancellationToken) is not null) deaths++;
            kills++;
        }
        if (deaths == 3) reached.Add(planned.Point!);
        return $"died in {deaths} of 3 recoveries";
    }

    /// <summary>A fault is an extra; a hub that dies while it is asked for is what the run is about.</summary>
    private async Task TryToMisbehaveAsync(Random random, CancellationToken cancellationToken)
    {
        try
        {
            await new Sandbox(sandboxHttp).MisbehaveAsync(random, cancellationToken);
        }
        catch (HttpRequestException broken) when (broken.StatusCode is null)
        {
            print($"     no fault was set: {broken.Message}");
        }
    }

    /// <summary>Waits until no process is under way.</summary>
    private async Task<IReadOnlyList<string>> SettleAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var last = "";
        while (clock.Elapsed < SettlingLimit)
        {
            var answer = await Api.AdminAsync(HttpMethod.Get, "/admin/processes?status=running", null, cancellationToken);
            if (!answer.Ok) return [$"the list of processes: {(int)answer.Status} {answer.Body}"];
            if (answer.As<Page<JsonElement>>().Items.Count == 0) return [];
            last = answer.Body;
            await Task.Delay(200, cancellationToken);
        }
        return [$"processes still run after {SettlingLimit.TotalSeconds:0} s: {last}"];
    }

    private async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken)
    {
        await using var verifier = HubProcess.Start(installation, null, "verify");
        return await verifier.WaitForExitAsync(TimeSpan.FromSeconds(60), cancellationToken) switch
        {
            0 => [],
            null => ["the verifier did not end in 60 s"],
            var code => [$"the verifier ended with {code}:{Environment.NewLine}{verifier.Output}"],
        };
    }
}
