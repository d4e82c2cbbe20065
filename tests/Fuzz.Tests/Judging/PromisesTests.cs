using Fuzz.Tests.Requests;

namespace Fuzz.Tests.Judging;

public sealed class PromisesTests
{
    private static readonly Answer Opened = new(200, "application/json", new Dictionary<string, string>(), "{}");

    [Fact]
    public void Anothers_cart_that_opens_is_found()
    {
        Judge("GET", ("Hub-Cart-Token", "ct_other")).ShouldBe(["whose it is"]);
        Judge("GET").ShouldBe(["whose it is"]);
        Judge("GET", ("Hub-Cart-Token", "ct_own")).ShouldBeEmpty();
        Judge("GET", ("Authorization", "Bearer sk_demo")).ShouldBeEmpty("staff may");
    }

    [Fact]
    public void A_stale_condition_that_is_taken_is_found()
    {
        Judge("PATCH", ("Hub-Cart-Token", "ct_own"), ("If-Match", "\"v1\"")).ShouldBe(["If-Match"]);
        Judge("PATCH", ("Hub-Cart-Token", "ct_own"), ("If-Match", "\"v2\"")).ShouldBeEmpty();
        Judge("GET", ("Hub-Cart-Token", "ct_own"), ("If-Match", "\"v1\"")).ShouldBeEmpty();
    }

    private static string[] Judge(string method, params (string Name, string Value)[] headers)
    {
        var things = new Things();
        var cart = things.Know("cart", "cart_1");
        (cart.Token, cart.ETag, cart.OldETag) = ("ct_own", "\"v2\"", "\"v1\"");
        var draft = new Draft("", method, ["v1", "carts", "cart_1"]);
        draft.Headers.AddRange(headers);
        draft.Bent.Add(Promises.StaleTag);
        return [.. Promises.Judge(draft, things, Opened).Select(verdict => verdict.Oracle)];
    }
}
