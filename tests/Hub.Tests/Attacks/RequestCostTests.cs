using System.Globalization;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 22, cost of one request: whatever can be asked for many times in one is bounded.</summary>
public sealed class RequestCostTests
{
    [Fact]
    public async Task Row_22_no_list_gives_more_than_a_hundred_things()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var lists = 0;
        foreach (var (method, path, operation, _) in await Http.CardData.Canary.OperationsAsync(shop))
        {
            if (operation["parameters"]?.AsArray().Any(parameter => parameter!["name"]!.GetValue<string>() == "limit") != true) continue;
            var route = new ApiRoute(method, path, null);
            foreach (var limit in new[] { "101", "1000000", "0", "-1" })
                (await shop.CallAsync(route, null, $"{route.Path()}?limit={limit}&q=a")).ShouldBeProblem(400, "invalid_request", $"{route} limit {limit}");
            lists++;
        }

        lists.ShouldBeGreaterThan(8);
    }

    [Fact]
    public async Task Row_22_one_request_changes_a_cart_at_most_2000_times_and_a_cart_has_at_most_2000_lines()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var client = shop.Client();
        var sku = await client.SellAsync();
        var cart = await client.SendAsync(HttpMethod.Post, "/v1/carts", new { });
        Task<Reply> OperateAsync(int operations) => client.SendAsync(HttpMethod.Post, $"/v1/carts/{cart.Text("id")}/operations",
            new { operations = Enumerable.Repeat(new { type = "addLine", sku, quantity = 1 }, operations) }, token: cart.Text("token"));

        (await OperateAsync(2_001)).ShouldAnswer(400, "invalid_request").Text("errors/0/code").ShouldBe("too_many");
        (await OperateAsync(2_000)).ShouldAnswer(200).Number("lines/0/quantity").ShouldBe(2_000);
        (await client.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = Enumerable.Repeat(new { sku, quantity = 1 }, 2_001) })).ShouldAnswer(400, "invalid_request").Text("errors/0/code").ShouldBe("too_many");
        var different = Enumerable.Range(0, 2_001).Select(number => new { sku = string.Create(CultureInfo.InvariantCulture, $"none-{number}"), quantity = 1 });
        (await client.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = different })).Status.ShouldBeInRange(400, 422);
    }

    [Fact]
    public async Task Row_22_one_purge_names_at_most_1000_tags() =>
        (await (await TestShop.OnAsync("sqlite")).Client().StaffAsync(HttpMethod.Post, "/admin/edge/purge", new { tags = Enumerable.Repeat("a", 1_001) })).ShouldAnswer(400, "invalid_request");

    [Fact]
    public async Task Row_22_a_row_of_an_import_is_at_most_1_MiB_and_the_file_is_never_held()
    {
        var shop = await TestShop.OnAsync("sqlite");
        var file = "{\"slug\":\"" + new string('a', 1 << 21) + "\"}\n";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/imports?format=jsonl") { Content = new StringContent(file) };
        request.Headers.Authorization = new("Bearer", "sk_demo");
        using var response = await shop.Http.SendAsync(request);
        var import = System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        import["rejected"]!.GetValue<long>().ShouldBe(1);
        (await shop.Client().StaffAsync(HttpMethod.Get, $"/admin/imports/{import["id"]}/rejections")).Text("items/0/reason").ShouldBe("The row is longer than 1 MiB.");
    }
}
