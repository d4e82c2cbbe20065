using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Judging;

/// <summary>Answers made up to be wrong: each rule has to notice its own.</summary>
public sealed class OracleTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static readonly JsonObject Document = JsonNode.Parse("""
        {
          "paths": { "/v1/things/{id}": {
            "get": { "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } }, "default": {} } },
            "delete": { "responses": { "204": {} } } } },
          "components": { "schemas": {
            "Thing": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" }, "count": { "type": ["null", "integer"], "format": "int32" }, "at": { "type": "string", "format": "date-time" },
              "part": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Thing" }] }, "amounts": { "type": "object", "additionalProperties": { "type": "integer", "format": "int64" } } } },
            "Problem": { "type": "object", "required": ["type", "title", "status", "code", "traceId"], "properties": { "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
              "code": { "type": "string", "enum": ["not_found", "method_not_allowed"] }, "traceId": { "type": "string" }, "detail": { "type": "string" } } } } }
        }
        """)!.AsObject();

    private static readonly ApiContract Api = new([.. ApiContract.Of(Document)]);

    [Fact]
    public void A_right_answer_is_no_finding() => Judge(Good("""{"id":"a","count":null,"at":"2026-11-21T12:00:00Z","part":{"id":"b"},"amounts":{"USD":1}}""")).ShouldBeEmpty();

    [Fact]
    public void A_right_problem_is_no_finding() => Judge(Problem(404, "not_found")).ShouldBeEmpty();

    [Fact]
    public void No_answer_in_time_is_found() => Judge(Good("{}") with { Failure = "no answer in 10 s" }).ShouldBe(["answers in time"]);

    [Theory, InlineData(500), InlineData(502), InlineData(503)]
    public void A_failure_is_found(int status) => Judge(Problem(status, "not_found", ("Retry-After", "1"))).ShouldBe(["no failure"]);

    [Fact]
    public void A_503_that_does_not_say_when_is_found() => Judge(Problem(503, "not_found")).ShouldBe(["no failure", "header of the status"]);

    [Theory, InlineData(406), InlineData(416), InlineData(418)]
    public void A_problem_nobody_promised_is_found(int status) => Judge(Problem(status, "not_found")).ShouldBe(["documented status"]);

    [Theory, InlineData(201), InlineData(302)]
    public void A_success_that_is_not_described_is_found(int status) => Judge(Good("""{"id":"a"}""") with { Status = status }).ShouldBe(["documented status"]);

    [Fact]
    public void A_success_where_nothing_is_described_is_found() => Judge(Good("""{"id":"a"}"""), method: "PUT").ShouldBe(["documented status"]);

    [Fact]
    public void A_304_that_nobody_asked_for_is_found() => Judge(Good("") with { Status = 304 }).ShouldBe(["documented status"]);

    [Fact]
    public void HTML_is_found()
    {
        Judge(Good("<h1>Hello</h1>") with { ContentType = "text/html" }).ShouldBe(["schema"]);
        Judge(Problem(404, "not_found") with { ContentType = "text/html", Body = "<h1>Not found</h1>" }).ShouldBe(["problem+json"]);
    }

    [Theory]
    [InlineData("not JSON", "{")]
    [InlineData("no JSON at all", "")]
    [InlineData("an unknown member", """{"id":"a","secret":1}""")]
    [InlineData("an unknown member further in", """{"id":"a","part":{"id":"b","secret":1}}""")]
    [InlineData("a missing member", """{"count":1}""")]
    [InlineData("null", """{"id":null}""")]
    [InlineData("a wrong type", """{"id":1}""")]
    [InlineData("a fraction", """{"id":"a","count":1.5}""")]
    [InlineData("too large for its format", """{"id":"a","count":2147483648}""")]
    [InlineData("too large in a map", """{"id":"a","amounts":{"USD":9223372036854775808}}""")]
    [InlineData("not in UTC", """{"id":"a","at":"2026-11-21T12:00:00+01:00"}""")]
    public void A_body_that_is_not_as_described_is_found(string what, string body) => Judge(Good(body)).ShouldBe(["schema"], what);

    [Fact]
    public void A_body_where_none_is_described_is_found() => Judge(Good("""{"id":"a"}""") with { Status = 204 }, method: "DELETE").ShouldBe(["schema"]);

    [Theory, InlineData("code"), InlineData("traceId"), InlineData("status"), InlineData("title"), InlineData("type")]
    public void A_problem_with_a_member_missing_is_found(string member)
    {
        var problem = Problem(404, "not_found");
        var body = problem.Json!.AsObject();
        body.Remove(member);
        Judge(problem with { Body = body.ToJsonString() }).ShouldBe(["problem+json"]);
    }

    [Fact]
    public void A_code_that_is_not_listed_is_found() => Judge(Problem(404, "no_such_code")).ShouldBe(["problem+json"]);

    [Fact]
    public void A_problem_of_another_status_than_its_answer_is_found() => Judge(Problem(404, "not_found") with { Status = 403 }).ShouldBe(["problem+json"]);

    [Fact]
    public void An_answer_without_a_trace_is_found() => Judge(Good("""{"id":"a"}""") with { Headers = new Dictionary<string, string>() }).ShouldBe(["Trace-Id"]);

    [Fact]
    public void A_problem_with_another_trace_is_found() => Judge(Problem(404, "not_found") with { Headers = new Dictionary<string, string> { ["Trace-Id"] = new('a', 32) } }).ShouldBe(["Trace-Id"]);

    [Theory, InlineData(401), InlineData(405), InlineData(429)]
    public void A_status_without_its_header_is_found(int status) => Judge(Problem(status, "method_not_allowed")).ShouldBe(["header of the status"]);

    [Theory]
    [InlineData("   at Composable.Hub.Carts.CartDesk.EditAsync(String id)")]
    [InlineData("System.NullReferenceException")]
    [InlineData("Npgsql: 42P01")]
    [InlineData("SELECT doc FROM carts")]
    [InlineData("in Cart.cs:line 12")]
    [InlineData("/var/lib/composable/hub.db")]
    public void What_is_told_of_the_inside_is_found(string inside) => Judge(Good(new JsonObject { ["id"] = inside }.ToJsonString())).ShouldBe(["nothing of the inside"]);

    [Fact]
    public void What_the_caller_said_may_be_told_back()
    {
        var draft = Draft("GET");
        draft.Query.Add(("q", "NullReferenceException"));
        Oracles.Judge(draft, Api["GET /v1/things/{id}"], Api["GET /v1/things/{id}"], Good("""{"id":"NullReferenceException"}""")).ShouldBeEmpty();
    }

    [Fact]
    public void What_the_server_answers_by_itself_is_let_pass_and_nothing_else()
    {
        var bare = new Answer(400, null, new Dictionary<string, string>(), "");
        var draft = Draft("GET");
        Oracles.Judge(draft, null, Api.Operations[0], bare).ShouldNotBeEmpty();
        draft.Segments[2] = "a%00";
        Oracles.Judge(draft, null, Api.Operations[0], bare).ShouldBeEmpty();
        Oracles.Judge(draft, null, Api.Operations[0], bare with { Status = 500 }).ShouldNotBeEmpty();
        Oracles.Judge(draft, null, Api.Operations[0], bare with { Body = "Bad Request" }).ShouldNotBeEmpty();
    }

    private static string[] Judge(Answer answer, string method = "GET") =>
        [.. Oracles.Judge(Draft(method), Api.Find(method, ["v1", "things", "a"]), Api.Operations[0], answer).Select(verdict => verdict.Oracle)];

    private static Draft Draft(string method) => new("GET /v1/things/{id}", method, ["v1", "things", "a"]);

    private static Answer Good(string body) => new(200, "application/json; charset=utf-8", new Dictionary<string, string> { ["Trace-Id"] = Trace }, body);

    private static Answer Problem(int status, string code, params (string Name, string Value)[] headers) => new(
        status, "application/problem+json", headers.Append((Name: "Trace-Id", Value: Trace)).ToDictionary(header => header.Name, header => header.Value),
        new JsonObject { ["type"] = "x", ["title"] = "x", ["status"] = status, ["code"] = code, ["traceId"] = Trace }.ToJsonString());
}
