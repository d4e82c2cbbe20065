using System.Net.Http.Json;
using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Cloudflare;

public sealed class CloudflareTests : EdgeContract, IClassFixture<VendorSandbox>, IDisposable
{
    private static readonly HttpClient Direct = new();

    private readonly VendorSandbox _sandbox;
    private readonly Line _line = new();

    public CloudflareTests(VendorSandbox sandbox)
    {
        _sandbox = sandbox;
        Edge = Connect("token_1");
    }

    protected override IEdge Edge { get; }

    public void Dispose() => _line.Dispose();

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_unknown_and_can_be_repeated()
    {
        var key = NewKey();
        _line.LoseAnswers();
        (await Should.ThrowAsync<VendorException>(() => WriteAsync(Write(key, "x")))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        await WriteAsync(Write(key, "x"));
        (await TextAsync(key)).ShouldBe("x");
    }

    [Fact]
    public async Task A_write_that_did_not_reach_anybody_is_transient_and_changed_nothing()
    {
        var key = NewKey();
        _line.RefuseConnections();
        (await Should.ThrowAsync<VendorException>(() => WriteAsync(Write(key, "x")))).Failure.ShouldBe(VendorFailure.Transient);
        (await TextAsync(key)).ShouldBeNull();
    }

    [Theory]
    [InlineData("write", 409, VendorFailure.Transient)]
    [InlineData("write", 412, VendorFailure.Transient)]
    [InlineData("deploy", 409, VendorFailure.Transient)]
    [InlineData("deploy", 412, VendorFailure.Transient)]
    [InlineData("deploy", 429, VendorFailure.RateLimited)]
    [InlineData("purge", 429, VendorFailure.RateLimited)]
    [InlineData("purge", 503, VendorFailure.OutcomeUnknown)]
    [InlineData("write", 400, VendorFailure.Rejected)]
    public async Task What_the_vendor_answers_decides_the_next_move(string operation, int status, VendorFailure failure)
    {
        await _sandbox.BreakNextAsync("cloudflare", operation, "status", status);
        (await Should.ThrowAsync<VendorException>(() => DoAsync(operation))).Failure.ShouldBe(failure);
        await DoAsync(operation);
    }

    [Theory]
    [InlineData("html")]
    [InlineData("truncated")]
    [InlineData("wrong_type")]
    public async Task Nonsense_after_a_change_leaves_the_outcome_unknown(string nonsense)
    {
        foreach (var operation in new[] { "write", "deploy", "purge" })
        {
            await _sandbox.BreakNextAsync("cloudflare", operation, "garbage", nonsense);
            (await Should.ThrowAsync<VendorException>(() => DoAsync(operation))).Failure.ShouldBe(VendorFailure.OutcomeUnknown, operation);
        }
    }

    [Fact]
    public async Task A_wrong_token_account_or_namespace_is_found_by_trying()
    {
        foreach (var edge in new[] { Connect("invalid"), Connect("token_1", account: "unknown_1"), Connect("token_1", space: "unknown_1") })
            (await Should.ThrowAsync<VendorException>(() => edge.CheckAsync(CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public async Task A_purge_is_cut_into_calls_that_the_vendor_takes()
    {
        var run = NewKey();
        await Edge.PurgeAsync([.. Enumerable.Range(0, 95).Select(number => $"{run}:{number}")], [.. Enumerable.Range(0, 31).Select(number => new Uri($"https://shop.example/{run}/{number}"))], CancellationToken.None);
        var purges = (await _sandbox.LedgerAsync("cloudflare")).GetProperty("purges").EnumerateArray().Where(purge => purge.GetRawText().Contains(run, StringComparison.Ordinal)).ToList();
        purges.Select(purge => purge.GetProperty("tags").GetArrayLength()).ShouldBe([30, 30, 30, 5, 0, 0]);
        purges.Select(purge => purge.GetProperty("files").GetArrayLength()).ShouldBe([0, 0, 0, 0, 30, 1]);
    }

    [Fact]
    public async Task Twenty_five_thousand_writes_take_three_calls()
    {
        var before = (await _sandbox.LedgerAsync("cloudflare")).GetProperty("requests").GetInt64();
        await WriteAsync([.. Enumerable.Range(0, 25_000).Select(number => Write($"{before}-{number}", "x"))]);
        ((await _sandbox.LedgerAsync("cloudflare")).GetProperty("requests").GetInt64() - before).ShouldBe(3);
    }

    protected override async Task KeepAsync(Uri address, params string[] tags)
    {
        using var answer = await Direct.PostAsJsonAsync($"{_sandbox.Address}/_cache/cloudflare", new { address = address.AbsoluteUri, tags });
        answer.EnsureSuccessStatusCode();
    }

    protected override async Task<bool> IsKeptAsync(Uri address) =>
        (await Direct.GetFromJsonAsync<JsonElement>($"{_sandbox.Address}/_cache/cloudflare")).GetProperty("kept").EnumerateArray().Any(kept => kept.GetString() == address.AbsoluteUri);

    protected override void Pass(TimeSpan time) => _sandbox.Clock.Pass(time);

    protected override async Task<string?> DeployedAsync(string name)
    {
        using var answer = await Direct.GetAsync(new Uri($"{_sandbox.Address}/_script/cloudflare/{name}"));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
    }

    private Task DoAsync(string operation) => operation switch
    {
        "write" => WriteAsync(Write(NewKey(), "x")),
        "purge" => Edge.PurgeAsync(["tag"], [], CancellationToken.None),
        _ => Edge.DeployAsync(new EdgeFunction("f", "export default {}", new Dictionary<string, string>()), CancellationToken.None),
    };

    private IEdge Connect(string token, string account = "account_1", string space = "space_1") => (IEdge)Vendors.Connect(
        "cloudflare", new { apiToken = token, accountId = account, zoneId = "zone_1", namespaceId = space, baseUrl = $"{_sandbox.Address}/cloudflare/client/v4" }, new HttpClient(_line, disposeHandler: false));
}
