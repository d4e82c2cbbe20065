using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Customers;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http.CardData;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 4, filters: whatever is asked for on top, a list has what is the caller's and nothing else.</summary>
public sealed class FilterTests
{
    private static readonly string[] Lists = ["/v1/orders", "/v1/customers/me/orders", "/v1/customers/me/sessions", "/v1/customers/me/addresses", "/v1/customers/me/export", "/v1/customers/me/cart"];

    /// <summary>What lists elsewhere call a filter; those that the contract names come on top.</summary>
    private static readonly string[] MadeUp =
        ["filter", "where", "q", "query", "customer", "customerId", "customer_id", "email", "owner", "id", "ids", "order", "orderId", "include", "expand", "fields", "associations", "or", "scope", "all", "sort", "tenant", "deepLinkCode", "status"];

    [Theory, OnBothDatabases]
    public async Task Row_04_what_is_somebody_elses_is_in_no_list_however_it_is_filtered(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var (me, other) = (await Shopper.RegisterAsync(client), await Shopper.RegisterAsync(client));
        var (own, foreign) = (await OrderAsync(client, me, sku), await OrderAsync(client, other, sku));
        string[] sentinels = [foreign.Order, foreign.Checkout, other.Email, await other.IdAsync()];
        var documented = (await Canary.OperationsAsync(shop)).Where(operation => operation.Method == "GET" && operation.Path.StartsWith("/v1", StringComparison.Ordinal))
            .SelectMany(operation => operation.Operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.GetValue<string>() == "query").Select(parameter => parameter!["name"]!.GetValue<string>());
        var tried = 0;
        foreach (var path in Lists)
        {
            foreach (var query in documented.Concat(MadeUp).Distinct().SelectMany(name => Values(sentinels).Select(value => $"{name}={Uri.EscapeDataString(value)}")).Concat(Cursors(foreign.Order)).Concat(Doubled(own, foreign)))
            {
                var reply = await me.GetAsync($"{path}?{query}");
                reply.Status.ShouldBeLessThan(500, query);
                var said = reply.Json?.ToJsonString() ?? "";
                if (reply.Status == 200) sentinels.ShouldAllBe(sentinel => !said.Contains(sentinel), $"{path}?{query}");
                tried++;
            }
        }

        tried.ShouldBeGreaterThan(1_000);
        (await me.GetAsync($"/v1/orders?checkout={own.Checkout}")).Text("items/0/id").ShouldBe(own.Order, "one's own is found");
    }

    private static string[] Values(string[] sentinels) => [.. sentinels, "*", "%", "null", "' OR 1=1 --", "{\"$ne\":null}", "true"];

    /// <summary>One's own thing, which opens the list, and another's beside it.</summary>
    private static IEnumerable<string> Doubled((string Order, string Checkout) own, (string Order, string Checkout) foreign) =>
        [$"checkout={own.Checkout}&checkout={foreign.Checkout}", $"checkout={foreign.Checkout}&checkout={own.Checkout}", $"checkout[]={own.Checkout}&checkout[]={foreign.Checkout}", $"checkout={own.Checkout},{foreign.Checkout}", $"checkout={own.Checkout}%27+OR+1=1--"];

    private static IEnumerable<string> Cursors(string foreign)
    {
        foreach (var keys in (string[][])[["0", foreign], ["", foreign], ["9999999999999", "~"], ["-1", ""], [foreign]])
            yield return "cursor=" + System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonArray([.. keys.Select(key => (JsonNode)key)]).ToJsonString()));
    }

    private static async Task<(string Order, string Checkout)> OrderAsync(ShopClient client, Shopper shopper, string sku)
    {
        var basket = await client.FillAsync(sku, email: shopper.Email);
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, basket.Token)).ShouldAnswer(200);
        return (order, basket.CheckoutId);
    }
}
