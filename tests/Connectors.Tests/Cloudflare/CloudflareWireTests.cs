using System.Net;
using System.Text.Json;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Cloudflare;

public sealed class CloudflareWireTests
{
    private const string Done = """{"success":true,"errors":[],"messages":[],"result":null}""";

    private readonly StubVendor _cloudflare = new();

    private static EdgeFunction Function => new("shop-edge", "export default { fetch() {} };", new Dictionary<string, string> { ["HUB"] = "https://hub.example/?a=\"b\"" });

    public static TheoryData<int, string, VendorFailure> Failures => new()
    {
        { 400, Error(10021), VendorFailure.Rejected },
        { 400, Error(6003), VendorFailure.Misconfigured },
        { 404, Error(7003), VendorFailure.Misconfigured },
        { 404, Error(10013), VendorFailure.Misconfigured },
        { 404, "<html>", VendorFailure.Misconfigured },
        { 400, Error(971), VendorFailure.RateLimited },
        { 401, Error(10000), VendorFailure.Misconfigured },
        { 403, Error(9109), VendorFailure.Misconfigured },
        { 409, Error(10040), VendorFailure.Transient },
        { 412, Error(10040), VendorFailure.Transient },
        { 409, "<html>", VendorFailure.OutcomeUnknown },
        { 429, Error(10429), VendorFailure.RateLimited },
        { 500, Error(10001), VendorFailure.OutcomeUnknown },
        { 302, "", VendorFailure.Misconfigured },
        { 200, Error(10021), VendorFailure.Rejected },
        { 200, """{"success":false,"errors":[]}""", VendorFailure.OutcomeUnknown },
        { 200, "{}", VendorFailure.OutcomeUnknown },
        { 200, "", VendorFailure.OutcomeUnknown },
        { 200, Done + Done, VendorFailure.OutcomeUnknown },
    };

    [Theory]
    [InlineData("http://localhost:5090/cloudflare/client/v4")]
    [InlineData("http://localhost:5090/cloudflare/client/v4/")]
    [InlineData("https://api.cloudflare.com/client/v4")]
    public async Task Writes_then_deletes_leave_below_the_base_url(string baseUrl)
    {
        _cloudflare.Answers(Done).Answers(Done);
        await Client(baseUrl).WriteAsync(
        [
            new EdgeEntry("gone", "x"u8.ToArray()), new EdgeEntry("a/ä", "{\"ä\":\"\\\"\"}"u8.ToArray(), TimeSpan.FromSeconds(90.5)), new EdgeEntry("b", new byte[] { 0xFF, 0 }, TimeSpan.FromSeconds(1)), new EdgeEntry("gone", null),
        ], CancellationToken.None);
        var root = $"{baseUrl.TrimEnd('/')}/accounts/acc_1/storage/kv/namespaces/ns_1";
        _cloudflare.Requests.Select(request => $"{request.Method} {request.Uri.AbsoluteUri}").ShouldBe([$"PUT {root}/bulk", $"POST {root}/bulk/delete"]);
        _cloudflare.Requests.ShouldAllBe(request => request.Headers["Authorization"] == "Bearer cf_secret_token" && request.ContentType == "application/json");
        _cloudflare.Requests[0].Body.ShouldBe("""[{"key":"a/ä","value":"{\"ä\":\"\\\"\"}","expiration_ttl":91},{"key":"b","value":"/wA=","base64":true,"expiration_ttl":60}]""");
        _cloudflare.Requests[1].Body.ShouldBe("""["gone"]""");
    }

    [Fact]
    public async Task A_function_leaves_as_a_module_with_its_metadata()
    {
        _cloudflare.Answers(Done);
        await Client().DeployAsync(Function, CancellationToken.None);
        var sent = _cloudflare.Requests.ShouldHaveSingleItem();
        $"{sent.Method} {sent.Uri.AbsolutePath} {sent.ContentType}".ShouldBe("PUT /client/v4/accounts/acc_1/workers/scripts/shop-edge multipart/form-data");
        CloudflareSchemaTests.Parts(sent.Body)["metadata"].ShouldBe(
            """{"main_module":"worker.mjs","compatibility_date":"2026-04-01","bindings":[{"type":"kv_namespace","name":"KV","namespace_id":"ns_1"},{"type":"plain_text","name":"HUB","text":"https://hub.example/?a=\"b\""}],"keep_bindings":["secret_text"]}""");
        CloudflareSchemaTests.Parts(sent.Body)["worker.mjs"].ShouldBe(Function.Source);
        sent.Body.ShouldContain("Content-Type: application/javascript+module");
        sent.Body.ShouldContain("""form-data; name="worker.mjs"; filename="worker.mjs" """.TrimEnd());
    }

    [Fact]
    public async Task The_script_has_the_name_of_the_settings_where_they_give_one()
    {
        _cloudflare.Answers(Done);
        await Client(script: "my-script").DeployAsync(Function, CancellationToken.None);
        _cloudflare.Requests.ShouldHaveSingleItem().Uri.AbsolutePath.ShouldEndWith("/scripts/my-script");
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("../../scripts", "..%2F..%2Fscripts")]
    [InlineData("日?#", "%E6%97%A5%3F%23")]
    public async Task A_key_stays_one_part_of_the_path(string key, string sent)
    {
        _cloudflare.Answers(HttpStatusCode.NotFound, Error(10009));
        (await Client().ReadAsync(key, CancellationToken.None)).ShouldBeNull();
        _cloudflare.Requests.ShouldHaveSingleItem().Uri.AbsoluteUri.ShouldEndWith($"/namespaces/ns_1/values/{sent}");
    }

    [Fact]
    public async Task Keys_that_were_not_written_are_sent_once_more_and_then_told()
    {
        var entries = Enumerable.Range(0, 3).Select(number => new EdgeEntry($"k{number}", "x"u8.ToArray())).ToList();
        _cloudflare.Answers(Partly("k1", "k2")).Answers(Done);
        await Client().WriteAsync(entries, CancellationToken.None);
        _cloudflare.Requests[1].Body.ShouldBe("""[{"key":"k1","value":"x"},{"key":"k2","value":"x"}]""");
        _cloudflare.Answers(Partly("k1", "k2")).Answers(Partly("k2"));
        (await Should.ThrowAsync<VendorException>(() => Client().WriteAsync(entries, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        _cloudflare.Answers(Partly("a-stranger"));
        (await Should.ThrowAsync<VendorException>(() => Client().WriteAsync(entries, CancellationToken.None))).Failure.ShouldBe(VendorFailure.OutcomeUnknown);
        _cloudflare.Answers(Partly("k0")).Answers(Done);
        await Client().WriteAsync([new EdgeEntry("k0", null), new EdgeEntry("k1", null)], CancellationToken.None);
        _cloudflare.Requests[^1].Body.ShouldBe("""["k0"]""");
    }

    [Fact]
    public async Task Large_values_are_spread_over_calls()
    {
        _cloudflare.Answers(Done).Answers(Done).Answers(Done);
        var large = new byte[7 * 1024 * 1024];
        Array.Fill(large, (byte)'x');
        await Client().WriteAsync([.. Enumerable.Range(0, 5).Select(number => new EdgeEntry($"k{number}", large))], CancellationToken.None);
        _cloudflare.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetArrayLength()).ShouldBe([2, 2, 1]);
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task Errors_become_the_kind_that_decides_the_next_move(int status, string body, VendorFailure failure)
    {
        foreach (var call in new Func<IEdge, Task>[]
        {
            edge => edge.WriteAsync([new EdgeEntry("k", "x"u8.ToArray())], CancellationToken.None),
            edge => edge.WriteAsync([new EdgeEntry("k", null)], CancellationToken.None),
            edge => edge.PurgeAsync(["t"], [], CancellationToken.None),
            edge => edge.DeployAsync(Function, CancellationToken.None),
        })
        {
            _cloudflare.Answers((HttpStatusCode)status, body);
            var thrown = await Should.ThrowAsync<VendorException>(() => call(Client()));
            thrown.Failure.ShouldBe(failure);
            thrown.ToString().ShouldNotContain("cf_secret_token");
            thrown.ToString().ShouldNotContain("told in confidence");
        }
    }

    [Fact]
    public async Task A_strangers_404_is_not_a_missing_value()
    {
        _cloudflare.Answers(HttpStatusCode.NotFound, "<html>", "text/html").Answers(HttpStatusCode.NotFound, Error(7003));
        for (var time = 0; time < 2; time++)
            (await Should.ThrowAsync<VendorException>(() => Client().ReadAsync("k", CancellationToken.None))).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public async Task A_huge_answer_is_not_read_to_its_end()
    {
        _cloudflare.AnswersWith(new StreamContent(new Sdk.EndlessStream()));
        (await Should.ThrowAsync<VendorException>(() => Client().ReadAsync("k", CancellationToken.None))).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task A_spoiled_answer_is_done_or_a_failure_of_a_known_kind()
    {
        foreach (var answer in Mutations.Of(Partly("k")).Concat(Mutations.Of(Error(10021))))
        {
            // Whatever is asked for again meets the same answer.
            var cloudflare = new StubVendor().Answers(answer).Answers(answer);
            try
            {
                await Client(vendor: cloudflare).WriteAsync([new EdgeEntry("k", "x"u8.ToArray())], CancellationToken.None);
                JsonDocument.Parse(answer).RootElement.GetProperty("success").GetBoolean().ShouldBeTrue(answer);
            }
            catch (VendorException failure)
            {
                failure.Failure.ShouldBeOneOf([VendorFailure.OutcomeUnknown, VendorFailure.Rejected], answer);
            }
        }
    }

    [Theory]
    [InlineData("accountId", "a/../b")]
    [InlineData("zoneId", "")]
    [InlineData("namespaceId", "n?x")]
    [InlineData("scriptName", "a b")]
    [InlineData("baseUrl", "ftp://x")]
    public void Settings_that_would_bend_the_path_are_misconfigured(string name, string value)
    {
        var settings = new Dictionary<string, string> { ["apiToken"] = "t", ["accountId"] = "a", ["zoneId"] = "z", ["namespaceId"] = "n", [name] = value };
        Should.Throw<VendorException>(() => Vendors.Connect("cloudflare", settings, new HttpClient())).Failure.ShouldBe(VendorFailure.Misconfigured);
    }

    private static string Error(int code) => $$"""{"success":false,"errors":[{"code":{{code}},"message":"told in confidence cf_secret_token"}],"messages":[],"result":null}""";

    private static string Partly(params string[] keys) => $$$"""{"success":true,"errors":[],"messages":[],"result":{"successful_key_count":1,"unsuccessful_keys":{{{JsonSerializer.Serialize(keys)}}}}}""";

    private IEdge Client(string baseUrl = "https://api.cloudflare.com/client/v4", string? script = null, StubVendor? vendor = null) => (IEdge)Vendors.Connect("cloudflare", new
    {
        apiToken = "cf_secret_token",
        accountId = "acc_1",
        zoneId = "zone_1",
        namespaceId = "ns_1",
        scriptName = script,
        baseUrl,
    }, (vendor ?? _cloudflare).Client());
}
