using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Contracts;

public sealed partial class EventContractTests
{
    private static readonly JsonNode Document = ContractFilesTests.Read("events.asyncapi.json");

    private static Dictionary<string, JsonNode> Described => Document["components"]!["messages"]!.AsObject().ToDictionary(
        message => message.Value!["name"]!.GetValue<string>(), message => Document["components"]!["schemas"]![message.Value!["payload"]!["allOf"]![1]!["properties"]!["data"]!["$ref"]!.GetValue<string>().Split('/')[^1]]!);

    [Fact]
    public void Every_event_type_in_the_sources_is_described_and_no_other()
    {
        var recorded = Directory.EnumerateFiles(Path.Combine(ContractFilesTests.Root, "src", "Hub"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .SelectMany(file => EventType().Matches(File.ReadAllText(file)).Select(match => match.Groups["type"].Value)).Distinct().Order(StringComparer.Ordinal);
        Described.Keys.Order(StringComparer.Ordinal).ShouldBe(recorded);
    }

    [Fact]
    public void Every_message_is_in_the_channel()
    {
        var messages = Document["components"]!["messages"]!.AsObject();
        Document["channels"]!["events"]!["messages"]!.AsObject().Select(message => message.Value!["$ref"]!.GetValue<string>()).ShouldBe(messages.Select(message => "#/components/messages/" + message.Key));
        foreach (var (_, message) in messages) message!["payload"]!["allOf"]![1]!["properties"]!["type"]!["const"]!.GetValue<string>().ShouldBe(message["name"]!.GetValue<string>());
    }

    [Theory, OnBothDatabases]
    public async Task What_a_purchase_a_refund_and_a_cancellation_record_is_as_described(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        await client.StaffAsync(HttpMethod.Put, "/admin/promotions/TEN", new { kind = "percentage", percent = 10 });
        var kept = await OrderAsync(await client.FillAsync(sku, codes: ["TEN"]));
        (await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{kept}/refund", new { amount = new { amount = 100, currency = "USD" } }, "r1", ShopFloor.AnyVersion)).Status.ShouldBe(200);
        (await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{kept}/fulfill", new { trackingNumber = "T1" }, null, ShopFloor.AnyVersion)).Status.ShouldBe(200);
        var dropped = await OrderAsync(await client.FillAsync(sku));
        (await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{dropped}/cancel", new { reason = "changed my mind" }, "c1", ShopFloor.AnyVersion)).Status.ShouldBe(200);
        (await (await client.FillAsync(sku)).PayAsync("pm_card_visa_chargeDeclined")).Status.ShouldBe(402);

        var events = await shop.Database.QueryAsync<(string Type, string Data)>($"SELECT type, data FROM events", CancellationToken.None);
        string[] expected = ["cart.created", "cart.ordered", "cart.reopened", "checkout.completed", "checkout.reopened", "order.placed", "order.paid", "order.refunded", "order.fulfilled", "order.canceled", "product.created", "promotion.created"];
        events.Select(happened => happened.Type).Distinct().Intersect(expected).ShouldBe(expected, ignoreOrder: true);
        foreach (var (type, data) in events) ShouldFit(JsonNode.Parse(data), Described.GetValueOrDefault(type).ShouldNotBeNull(type), type);
    }

    private static async Task<string> OrderAsync(Basket basket)
    {
        var order = (await basket.PayAsync())["orderId"].GetValue<string>();
        await basket.OrderUntilAsync(order, "paid");
        return order;
    }

    private static void ShouldFit(JsonNode? value, JsonNode schema, string about)
    {
        var types = schema["type"] is JsonArray several ? several.Select(type => type!.GetValue<string>()) : [schema["type"]!.GetValue<string>()];
        types.ShouldContain(value?.GetValueKind() switch { null => "null", System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean", System.Text.Json.JsonValueKind.Number => "integer", { } kind => kind.ToString().ToLowerInvariant() }, about);
        if (schema["enum"] is JsonArray allowed) allowed.Select(one => one!.GetValue<string>()).ShouldContain(value!.GetValue<string>(), about);
        if (value is JsonArray items) foreach (var item in items) ShouldFit(item, schema["items"]!, about + "[]");
        if (value is not JsonObject members) return;
        foreach (var required in schema["required"]?.AsArray() ?? []) members.ContainsKey(required!.GetValue<string>()).ShouldBeTrue($"{about}: no {required} in {members}");
        foreach (var (name, member) in members) if (schema["properties"]?[name] is { } described) ShouldFit(member, described, $"{about}.{name}");
    }

    [GeneratedRegex(@"""(?<type>(?:cart|checkout|connection|route|content|customer|order|price|product|promotion|stock)\.[a-z_]+)""")]
    private static partial Regex EventType();
}
