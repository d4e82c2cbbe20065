using System.Text;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

/// <summary>The rules that hold everywhere, tried on every route there is.</summary>
public sealed class EveryRouteTests
{
    private static Task<TestShop> ShopAsync() => TestShop.OnAsync("sqlite");

    private static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels - 1)) + "{}" + new string('}', levels - 1);

    private static async Task ForEachAsync(Func<TestShop, ApiRoute, Task> check, Func<ApiRoute, bool>? which = null)
    {
        var shop = await ShopAsync();
        var routes = ApiRoute.Of(shop).Where(which ?? (_ => true)).ToList();
        routes.ShouldNotBeEmpty();
        foreach (var route in routes) await check(shop, route);
    }

    private static bool TakesJson(ApiRoute route) => route.Sample() is not null;

    [Fact]
    public async Task Without_a_key_nobody_enters() => await ForEachAsync(async (shop, route) =>
    {
        var reply = await shop.RawAsync(route.Method, route.Path(), route.Sample() is { } body ? Encoding.UTF8.GetBytes(body) : null);
        reply.ShouldBeProblem(401, "unauthenticated", route.ToString());
        reply.Header("WWW-Authenticate").ShouldNotBeNull(route.ToString());
    }, route => !route.IsOpen);

    [Fact]
    public async Task Without_a_key_not_even_the_body_is_looked_at() => await ForEachAsync(async (shop, route) =>
        (await shop.RawAsync(route.Method, route.Path(), "{"u8.ToArray())).ShouldBeProblem(401, "unauthenticated", route.ToString()), route => TakesJson(route) && !route.IsOpen);

    [Theory, InlineData("Hub-Key", "pk_wrong"), InlineData("Authorization", "Bearer sk_wrong"), InlineData("Authorization", "Bearer ")]
    public async Task A_key_nobody_gave_out_is_not_accepted(string header, string value) => await ForEachAsync(async (shop, route) =>
        (await shop.RawAsync(route.Method, route.Path(), null, headers: (header, value))).ShouldBeProblem(401, "unauthenticated", route.ToString()), route => !TakesJson(route) && !route.IsOpen);

    [Fact]
    public async Task A_publishable_key_does_not_open_the_admin_api() => await ForEachAsync(async (shop, route) =>
        (await shop.RawAsync(route.Method, route.Path(), route.Sample() is { } body ? Encoding.UTF8.GetBytes(body) : null, headers: ("Hub-Key", "pk_demo"))).ShouldBeProblem(403, "forbidden", route.ToString()), route => route is { IsAdmin: true, IsOpen: false, IsOfStaff: false });

    [Theory]
    [InlineData("malformed", "{\"a\":")]
    [InlineData("empty", "")]
    [InlineData("not JSON", "sku=1")]
    [InlineData("wrong type", "[]")]
    [InlineData("a string", "\"x\"")]
    [InlineData("null", "null")]
    [InlineData("two documents", "{} {}")]
    [InlineData("a comment", "{} // x")]
    [InlineData("unknown member", "{\"no_such_member\":1}")]
    [InlineData("NUL in a string", "{\"sku\":\"a\\u0000b\"}")]
    [InlineData("lone surrogate", "{\"sku\":\"\\ud800\"}")]
    [InlineData("number beyond a double", "{\"quantity\":1e400}")]
    public async Task A_body_that_is_not_as_described_is_refused(string what, string body) => await ForEachAsync(async (shop, route) =>
        (await shop.CallAsync(route, body)).ShouldBeProblem(400, "invalid_request", $"{what}: {route}"), TakesJson);

    [Fact]
    public async Task Row_21_a_member_that_stands_twice_is_refused_with_a_pointer() => await ForEachAsync(async (shop, route) =>
    {
        var reply = await shop.CallAsync(route, """{"a~/b":{"x":[0,{"y":1,"y":2}]}}""");
        reply.ShouldBeProblem(400, "invalid_request", route.ToString());
        reply["errors"][0]!["pointer"]!.GetValue<string>().ShouldBe("/a~0~1b/x/1/y");
    }, TakesJson);

    [Fact]
    public async Task An_unknown_member_is_named() => await ForEachAsync(async (shop, route) =>
    {
        var reply = await shop.CallAsync(route, route.Sample()!.Insert(1, route.Sample() == "{}" ? "\"nope\":1" : "\"nope\":1,"));
        reply.ShouldBeProblem(400, "invalid_request", route.ToString());
        reply["errors"][0]!["pointer"]!.GetValue<string>().ShouldBe("/nope", route.ToString());
    }, TakesJson);

    [Fact]
    public async Task Null_is_refused_where_a_value_must_be() => await ForEachAsync(async (shop, route) =>
        (await shop.CallAsync(route, $$"""{"{{route.NotNull()}}":null}""")).ShouldBeProblem(400, "invalid_request", route.ToString()), route => route.NotNull() is not null);

    [Theory, InlineData(33), InlineData(100_000)]
    public async Task Row_21_more_than_32_levels_are_refused(int levels) => await ForEachAsync(async (shop, route) =>
    {
        var reply = await shop.CallAsync(route, Nested(levels));
        reply.ShouldBeProblem(400, "invalid_request", route.ToString());
        reply["detail"].GetValue<string>().ShouldContain("32");
    }, TakesJson);

    [Fact]
    public async Task Row_21_one_byte_more_than_1_MiB_is_too_large() => await ForEachAsync(async (shop, route) =>
    {
        var body = route.Sample()!.PadRight((1 << 20) + 1);
        (await shop.CallAsync(route, body)).ShouldBeProblem(413, "payload_too_large", route.ToString());
        (await shop.CallAsync(route, body, headers: ("Transfer-Encoding", "chunked"))).ShouldBeProblem(413, "payload_too_large", "chunked " + route);
    }, TakesJson);

    [Fact]
    public async Task Exactly_1_MiB_is_not_too_large() => await ForEachAsync(async (shop, route) =>
        (await shop.CallAsync(route, route.Sample()!.PadRight(1 << 20))).Status.ShouldNotBe(413, route.ToString()), TakesJson);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task A_body_of_another_type_is_refused(string? type) => await ForEachAsync(async (shop, route) =>
        (await shop.CallAsync(route, route.Sample(), contentType: type)).ShouldBeProblem(415, "unsupported_media_type", route.ToString()), TakesJson);

    [Theory, InlineData("application/json; charset=utf-8"), InlineData("application/json;charset=\"UTF-8\""), InlineData("Application/JSON")]
    public async Task JSON_in_UTF8_is_accepted_however_it_is_spelled(string type) => await ForEachAsync(async (shop, route) =>
        (await shop.CallAsync(route, route.Sample(), contentType: type)).Status.ShouldNotBe(415, route.ToString()), TakesJson);

    [Fact]
    public async Task A_wrong_verb_is_told_which_are_right() => await ForEachAsync(async (shop, route) =>
    {
        var reply = await shop.RawAsync("PROPFIND", route.Path(), headers: Wire.Key(route));
        reply.ShouldBeProblem(405, "method_not_allowed", route.ToString());
        reply.Raw.Content.Headers.Allow.ShouldContain(route.Method, route.ToString());
    });

    [Theory, InlineData("/nowhere"), InlineData("/v1/nowhere"), InlineData("/admin/nowhere"), InlineData("/v1/carts/a/b/c/d/e")]
    public async Task An_unknown_address_is_not_found(string path) =>
        (await (await ShopAsync()).RawAsync("GET", path, headers: ("Hub-Key", "pk_demo"))).ShouldBeProblem(404, "not_found", path);

    [Fact]
    public async Task What_moves_money_or_ends_an_order_needs_an_idempotency_key() => await ForEachAsync(
        async (shop, route) => (await shop.RawAsync(route.Method, route.Path(), Encoding.UTF8.GetBytes(route.Sample() ?? "{}"), headers: Wire.Key(route)))
            .ShouldBeProblem(400, "idempotency_key_required", route.ToString()),
        route => route.Method == "POST" && route.Pattern.Split('/')[^1] is "complete" or "capture" or "refund" or "cancel");

    [Fact]
    public async Task A_callers_trace_is_continued()
    {
        var reply = await (await ShopAsync()).RawAsync("GET", "/v1/carts/none_1", headers: [("Hub-Key", "pk_demo"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]);
        reply.ShouldBeProblem(404, "not_found", "traceparent");
        reply.Header("Trace-Id").ShouldBe("0af7651916cd43dd8448eb211c80319c");
    }

    [Fact]
    public async Task Every_request_has_a_trace_of_its_own()
    {
        var shop = await ShopAsync();
        var one = await shop.RawAsync("GET", "/v1/products", headers: ("Hub-Key", "pk_demo"));
        var other = await shop.RawAsync("GET", "/v1/products", headers: ("Hub-Key", "pk_demo"));
        one.Header("Trace-Id")!.ShouldMatch("^[0-9a-f]{32}$");
        other.Header("Trace-Id").ShouldNotBe(one.Header("Trace-Id"));
    }
}
