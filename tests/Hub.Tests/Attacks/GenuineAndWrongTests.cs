using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Attacks;

/// <summary>Row 8, notices that are signed well and say what is not so; and row 9, browsers that say it.</summary>
public sealed class GenuineAndWrongTests
{
    [Theory, OnBothDatabases]
    public async Task Row_08_whichever_field_of_a_signed_notice_is_another_no_order_is_made(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var (basket, cheap) = (await client.FillAsync(await client.SellAsync(200_000)), await client.FillAsync(await client.SellAsync(100)));
        foreach (var each in (Basket[])[basket, cheap]) (await each.PayAsync("pm_card_authenticationRequired")).Text("status").ShouldBe("action_required");
        var (charge, other) = ((await simulator.ChargesOfAsync(basket.CheckoutId)).Single(), (await simulator.ChargesOfAsync(cheap.CheckoutId)).Single());
        var notice = Simulator.Notice("evt_0", "payment_intent.succeeded", charge.Id, charge.Reference, basket.Total);
        string[] others = [other.Id, other.Reference, "eur", "requires_capture", "canceled", "payment_intent.amount_capturable_updated", "charge.succeeded", "charge.captured", "", "none"];
        var sent = 0;
        foreach (var path in Leaves(JsonNode.Parse(notice)!, ""))
        {
            foreach (var value in others.Select(text => (JsonNode)text).Concat([1, 0, -1, cheap.Total, basket.Total * 100, true, new JsonArray(), new JsonObject()]))
            {
                var wrong = JsonNode.Parse(notice)!;
                wrong["id"] = $"evt_{Guid.NewGuid():N}";
                Put(wrong, path.Split('/'), value.DeepClone());
                (await simulator.NotifyAsync(wrong.ToJsonString())).Status.ShouldBeOneOf([200, 400, 401], wrong.ToJsonString());
                sent++;
            }
        }

        sent.ShouldBeGreaterThan(150);
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM webhook_inbox WHERE status = 'stored'", default) == 0, seconds: 60)).ShouldBeTrue("all are dealt with");
        foreach (var each in (Basket[])[basket, cheap])
        {
            (await shop.OrdersOfAsync(each.CheckoutId)).ShouldBe(0);
            (await simulator.ChargesOfAsync(each.CheckoutId)).ShouldAllBe(books => books.Captured == 0);
        }
    }

    [Theory, OnBothDatabases]
    public async Task Row_09_a_return_with_every_word_of_success_pays_nothing(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (simulator, client) = (new Simulator(shop), shop.Client());
        var basket = await client.FillAsync(await client.SellAsync());
        (await basket.PayAsync("pm_card_authenticationRequired")).Text("status").ShouldBe("action_required");
        var charge = (await simulator.ChargesOfAsync(basket.CheckoutId)).Single();
        var words = new Dictionary<string, string>
        {
            ["payment_intent"] = charge.Id,
            ["payment_intent_client_secret"] = charge.Id + "_secret_1",
            ["redirect_status"] = "succeeded",
            ["status"] = "paid",
            ["resultCode"] = "Authorised",
            ["redirectResult"] = "succeed",
            ["success"] = "true",
            ["reference"] = charge.Reference,
            ["checkout"] = basket.CheckoutId,
            ["amount"] = "1",
        };
        var query = string.Join('&', words.Select(word => $"{word.Key}={Uri.EscapeDataString(word.Value)}"));

        (await client.GetAsync($"/checkout/return?{query}", basket.Token)).ShouldAnswer(200);
        (await client.GetAsync($"/v1/checkouts/{basket.CheckoutId}?{query}", basket.Token)).ShouldAnswer(200).Text("status").ShouldBe("action_required");
        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/confirm?{query}", new { details = words }, token: basket.Token)).ShouldAnswer(202).Text("status").ShouldBe("action_required");

        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(0);
        (await simulator.ChargesOfAsync(basket.CheckoutId)).Single().Captured.ShouldBe(0);
    }

    private static IEnumerable<string> Leaves(JsonNode node, string at) => node switch
    {
        JsonObject members => members.Where(member => member.Value is not null && (at.Length > 0 || member.Key != "id")).SelectMany(member => Leaves(member.Value!, at.Length == 0 ? member.Key : $"{at}/{member.Key}")),
        _ => [at],
    };

    private static void Put(JsonNode root, string[] path, JsonNode value)
    {
        var parent = path[..^1].Aggregate(root, (node, step) => node[step]!);
        parent[path[^1]] = value;
    }
}
