using System.Diagnostics;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Identity;
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
        await using var directory = await CraftedProvider.StartAsync();
        await using var shop = await TestShop.StartAsync(plan.Database, [.. Settings, ("Mail:Folder", folder), .. directory.Settings, .. directory.SettingsOf(StaffRequests.CrewDirectory, "staff")]);
        await Stock.FillAsync(shop.Http, cancellationToken);
        await StaffRequests.TakeInAsync(shop.Http, cancellationToken);
        await WarmAsync(shop.Http, cancellationToken);
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

    /// <summary>The first page is read while everything is being compiled, which on a busy machine takes longer than a page may.</summary>
    private static async Task WarmAsync(HttpClient http, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/pages/index");
            request.Headers.Add("Hub-Key", "pk_demo");
            using var answer = await http.SendAsync(request, cancellationToken);
            if ((int)answer.StatusCode < 500) return;
            await Task.Delay(500, cancellationToken);
        }
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
