using System.Text.Json.Nodes;
using Fuzz.Tests.Contract;
using Fuzz.Tests.Judging;

namespace Fuzz.Tests.Requests;

public sealed class RepeatingTests
{
    private static readonly Answer First = new(201, "application/json", new Dictionary<string, string>(), "{}");
    private static readonly Answer Replay = First with { Headers = new Dictionary<string, string> { ["Idempotent-Replayed"] = "true" } };

    [Fact]
    public void A_replay_of_the_first_answer_is_no_finding() => Judge(Replay).ShouldBeEmpty();

    [Fact]
    public void An_effect_that_happens_twice_is_found() => Judge(Replay with { Body = """{"id":"another"}""" }).ShouldBe(["same key, same answer"]);

    [Fact]
    public void A_replay_that_does_not_say_so_is_found() => Judge(First).ShouldBe(["same key, same answer"]);

    [Fact]
    public void A_refusal_of_the_same_request_is_found() => Judge(Replay with { Status = 409 }).ShouldBe(["same key, same answer"]);

    [Fact]
    public void Another_body_that_is_taken_under_the_same_key_is_found()
    {
        Judge(First, other: true).ShouldBe(["same key, another body"]);
        Judge(First with { Status = 422 }, other: true).ShouldBeEmpty();
        Judge(First with { Status = 400 }, other: true).ShouldBeEmpty();
    }

    private static string[] Judge(Answer second, bool other = false)
    {
        var repeating = new Repeating();
        var draft = new Draft("POST /v1/carts", "POST", ["v1", "carts"]) { Body = new JsonObject { ["market"] = "US" } };
        draft.Set("Idempotency-Key", "k");
        repeating.Remember(draft, new Operation("POST", "/v1/carts", new() { ["responses"] = new JsonObject() }, []), First);
        for (var seed = 0; ; seed++)
        {
            var again = repeating.Next(new(seed))!;
            if (again.Body!.AsObject().Count == (other ? 0 : 1)) return [.. repeating.Judge(again, second).Select(verdict => verdict.Oracle)];
        }
    }
}
