using System.Text.Json.Nodes;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Contracts;

/// <summary>What the document promises of customers' operations, the hub keeps.</summary>
public sealed class CustomerContractTests
{
    private static readonly object Address = new { address = ShopClient.Austin };

    private static IEnumerable<(string Method, string Path, JsonNode Node)> Operations() =>
        from path in ContractFilesTests.Read("storefront.openapi.json")["paths"]!.AsObject()
        where path.Key.StartsWith("/v1/customers", StringComparison.Ordinal) || path.Key.StartsWith("/v1/sessions", StringComparison.Ordinal)
        from operation in path.Value!.AsObject()
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!);

    private static List<string> Names(string parameter) =>
        [.. Operations().Where(each => (each.Node["parameters"]?.AsArray() ?? []).Any(one => one!["name"]!.GetValue<string>() == parameter)).Select(each => $"{each.Method} {each.Path}")];

    [Fact]
    public void No_key_is_promised_to_be_remembered_where_answers_hold_tokens_and_personal_data() => Names("Idempotency-Key").ShouldBeEmpty();

    [Theory, OnBothDatabases]
    public async Task A_stale_version_is_refused_wherever_one_may_be_named(string database)
    {
        var shopper = await Shopper.RegisterAsync((await TestShop.OnAsync(database)).Client());
        var id = (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/addresses", Address)).ShouldAnswer(201)["id"].GetValue<string>();
        var named = Names("If-Match");
        named.Count.ShouldBe(5);
        foreach (var name in named)
        {
            var (method, path) = (new HttpMethod(name.Split(' ')[0]), name.Split(' ')[1].Replace("{id}", id, StringComparison.Ordinal));
            var body = method == HttpMethod.Delete ? null : path.Contains("addresses", StringComparison.Ordinal) ? Address : new { name = "Ada" };
            (await shopper.SendAsync(method, path, body, headers: ("If-Match", "\"v0\""))).ShouldAnswer(412);
        }
    }

    [Fact]
    public void What_is_a_customers_own_takes_a_session_and_nothing_else()
    {
        foreach (var (method, path, node) in Operations().Where(each => each.Path.StartsWith("/v1/customers/me", StringComparison.Ordinal) || each.Path == "/v1/sessions/current"))
            node["security"]!.AsArray().Select(each => each!.AsObject().Single().Key).ShouldBe(["session"], $"{method} {path}");
    }
}
