using System.Diagnostics;
using Composable.Hub.Tests.Fixture;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Judging;
using Fuzz.Tests.People;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests;

internal sealed record FuzzPlan(int Requests, int Seed, string Database = "sqlite", int Lanes = 8);

/// <param name="Heaps">Bytes of the managed heap after each quarter of the requests, everything collected.</param>
internal sealed record FuzzSummary(FuzzPlan Plan, int Sent, TimeSpan Took, int Orders, int Changes, IReadOnlyList<long> Heaps, string Statuses, IReadOnlyList<string> NeverSucceeded, IReadOnlyList<Finding> Findings)
{
    /// <summary>The hub keeps the newest carts, checkouts and orders in memory, up to a bound that many requests do not reach; the simulated vendors keep every charge.</summary>
    private const long Slack = 24 << 20, PerRequest = 1_500, Filling = 250_000;

    public bool IsMemoryFlat => Heaps[^1] <= (Heaps[0] * 3 / 2) + Slack + (Math.Min(Sent, Filling) * PerRequest);

    public bool Passed => Findings.Count == 0 && IsMemoryFlat && Sent == Plan.Requests;

    public override string ToString() => FormattableString.Invariant(
        $"{Sent} requests of seed {Plan.Seed} on {Plan.Database} in {Took.TotalSeconds:0} s ({Sent / Took.TotalSeconds:0}/s), {Orders} orders, {Changes} changes of orders, heap {string.Join(", ", Heaps.Select(heap => heap >> 20))} MiB after each quarter{(IsMemoryFlat ? "" : " (GROWING)")}, {Findings.Count} findings\n")
        + $"answers: {Statuses}\nnever answered well: {(NeverSucceeded.Count == 0 ? "none" : string.Join(", ", NeverSucceeded))}";
}

/// <summary>Opens a shop, sends the requests of the plan in parts, and looks at memory between them.</summary>
internal static class FuzzRun
{
    public static async Task<FuzzSummary> RunAsync(FuzzPlan plan, Action<string> print, CancellationToken cancellationToken)
    {
        var folder = Scratch.Folder("letters");
        using var letters = new Letters(folder);
        var customers = new Customers();
        await using var shop = await TestShop.StartAsync(plan.Database, [.. Settings, ("Mail:Folder", folder)]);
        await Stock.FillAsync(shop.Http, cancellationToken);
        using var http = Client();
        var contract = await ApiContract.ReadAsync(shop.Http, cancellationToken);
        var findings = new Findings(plan.Seed);
        var tally = new Tally(contract);
        var started = Stopwatch.GetTimestamp();
        var lanes = Enumerable.Range(0, plan.Lanes).Select(first => new Lane(first, plan, contract, http, shop.Url, findings, tally, customers, letters)).ToList();
        var heaps = new List<long>();
        for (var quarter = 1; quarter <= 4; quarter++)
        {
            await Task.WhenAll(lanes.Select(lane => lane.RunAsync((int)((long)plan.Requests * quarter / 4), cancellationToken)));
            heaps.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        foreach (var lane in lanes) tally.Count(lane.Journey);
        var took = Stopwatch.GetElapsedTime(started);
        var summary = new FuzzSummary(plan, tally.Sent, took, tally.Orders, tally.Changes, heaps, tally.Statuses, tally.NeverSucceeded, findings.All);
        print(findings.Print() + summary);
        return summary;
    }

    /// <summary>In the second market staff capture by hand, so that there is something to capture.</summary>
    private static readonly (string, string)[] Settings = [("Logging:Level", "Error"), ("Markets:1:CaptureOnOrder", "false"), ("Edge:HubUrl", "http://127.0.0.1:5080"), .. ForCustomers];

    /// <summary>Passwords are cheap here, and nobody is kept from trying: that the bounds hold is tested elsewhere.</summary>
    private static (string, string)[] ForCustomers =>
    [
        ("SignIn:PasswordRounds", "1000"), ("SignIn:LettersPerHour", "10000000"), ("SignIn:AttemptsPerAddress", "10000000"), ("SignIn:AttemptsPerAccount", "10000000"), ("Customers:SignInNeedsVerifiedEmail", "false"),
    ];

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
