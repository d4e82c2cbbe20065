using System.Text.Json.Nodes;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Connections.Routing;

/// <summary>Which connection serves is decided by rules that staff change in the running shop.</summary>
public sealed class RoutingTests
{
    [Theory, OnBothDatabases]
    public async Task Rules_decide_by_amount_who_takes_the_payment(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var client = shop.Client();
        (await client.RouteAsync("US", "payments", """{"rules":[{"use":["second"],"when":{"amountFrom":50000}}]}""")).ShouldAnswer(201).Header("ETag").ShouldBe("\"v1\"");

        (await PaidWithAsync(shop, price: 60_000)).ShouldBe("second");
        (await PaidWithAsync(shop, price: 2_500)).ShouldBe("stripe", "no rule holds, so the market's own list serves");
    }

    [Theory, OnBothDatabases]
    public async Task A_route_that_is_not_stored_yet_is_stored_by_who_has_read_it(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var client = shop.Client();
        var read = (await client.StaffAsync(HttpMethod.Get, "/admin/routes/US/payments")).ShouldAnswer(200).Header("ETag")!;
        (await client.RouteAsync("US", "payments", RoutedShop.Use("second"), "\"v7\"")).ShouldAnswer(412);
        (await client.RouteAsync("US", "payments", RoutedShop.Use("second"), read)).ShouldAnswer(201);
        (await client.RouteAsync("US", "payments", RoutedShop.Use("stripe"), read)).ShouldAnswer(412);
    }

    [Theory, OnBothDatabases]
    public async Task Rules_look_into_the_basket(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var client = shop.Client();
        var special = await client.SellAsync();
        await client.RouteAsync("US", "payments", """{"rules":[{"use":["second"],"when":{"skus":["SPECIAL"],"piecesFrom":2}}]}""".Replace("SPECIAL", special, StringComparison.Ordinal));

        (await PaidWithAsync(shop, await client.FillAsync(special, quantity: 2))).ShouldBe("second");
        (await PaidWithAsync(shop, await client.FillAsync(special, quantity: 1))).ShouldBe("stripe");
    }

    [Theory, OnBothDatabases]
    public async Task A_provider_that_cannot_be_reached_is_passed_over_with_an_attempt_of_its_own(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        await shop.Client().RouteAsync("US", "payments", RoutedShop.Use("dead", "second"));
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());

        (await basket.PayAsync()).ShouldAnswer(200).Text("status").ShouldBe("completed");

        var attempts = await shop.AttemptsAsync(basket);
        attempts.Select(attempt => (attempt.Connection, attempt.Status)).Take(1).ShouldBe([("dead", "failed")]);
        attempts.Count.ShouldBe(2);
        attempts[1].Connection.ShouldBe("second");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId)).ShouldHaveSingleItem().Reference.ShouldBe(attempts[1].Id);
    }

    [Theory, OnBothDatabases]
    public async Task An_attempt_whose_outcome_nobody_knows_is_never_made_elsewhere(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var simulator = new Simulator(shop);
        await shop.Client().RouteAsync("US", "payments", RoutedShop.Use("stripe", "second"));
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        await simulator.FaultAsync("drop_answer", "authorize", times: 1);

        (await basket.PayAsync()).Status.ShouldBeOneOf(200, 202);
        await basket.UntilAsync("completed");

        (await shop.AttemptsAsync(basket)).ShouldHaveSingleItem().Connection.ShouldBe("stripe");
        (await simulator.ChargesOfAsync(basket.CheckoutId)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_decline_is_an_answer_and_is_not_asked_for_elsewhere()
    {
        await using var shop = await RoutedShop.StartAsync("sqlite");
        await shop.Client().RouteAsync("US", "payments", RoutedShop.Use("stripe", "second"));
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());

        (await basket.PayAsync("pm_card_visa_chargeDeclined")).ShouldAnswer(402, "payment_declined");

        (await shop.AttemptsAsync(basket)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_shopper_who_names_a_connection_gets_it_or_nobody()
    {
        await using var shop = await RoutedShop.StartAsync("sqlite");
        var client = shop.Client();
        await client.RouteAsync("US", "payments", RoutedShop.Use("dead", "second"));
        var basket = await client.FillAsync(await client.SellAsync());
        basket.Ready.List("paymentOptions").Select(option => option!["connection"]!.GetValue<string>()).Distinct().ShouldBe(["dead", "second", "stripe"]);

        (await PayWithAsync(basket, "dead")).ShouldAnswer(503, "service_unavailable");
        (await PayWithAsync(basket, "manual")).ShouldAnswer(400, "invalid_request");
        (await PayWithAsync(basket, "second")).ShouldAnswer(200);
    }

    [Fact]
    public async Task Shares_are_kept_and_a_checkout_is_always_routed_alike()
    {
        await using var shop = await RoutedShop.StartAsync("sqlite");
        await shop.Client().RouteAsync("US", "payments", """{"rules":[{"use":["second"],"percent":30}]}""");
        var router = shop.Hub.Services.GetRequiredService<Router>();
        var port = new PortOfMarket("US", PortOfMarket.Payments, ["stripe"]);
        string Chosen(string checkout) => router.Candidates<Composable.Connectors.Sdk.IPayments>(port, new RouteFacts(checkout))[0];

        var checkouts = Enumerable.Range(0, 2_000).Select(number => $"chk_{number}").ToList();
        checkouts.Count(checkout => Chosen(checkout) == "second").ShouldBeInRange(500, 700);
        checkouts.Select(Chosen).ShouldBe(checkouts.Select(Chosen));
    }

    [Theory, OnBothDatabases]
    public async Task Another_hub_follows_within_two_seconds(string database)
    {
        await using var shop = await RoutedShop.StartAsync(database);
        var other = await shop.AnotherHubAsync();
        await shop.Client().RouteAsync("US", "payments", RoutedShop.Use("second"));
        (await ShopFloor.EventuallyAsync(async () => (await other.Client().StaffAsync(HttpMethod.Get, "/admin/routes/US/payments"))["version"].GetValue<long>() == 1, seconds: 3)).ShouldBeTrue();
        (await PaidWithAsync(other, price: 2_500)).ShouldBe("second");
    }

    [Theory]
    [InlineData("payments", """{"rules":[{"use":["nobody"]}]}""", "/rules/0/use/0")]
    [InlineData("payments", """{"rules":[{"use":["taxjar"]}]}""", "/rules/0/use/0")]
    [InlineData("payments", """{"rules":[{"use":[]}]}""", "/rules/0/use")]
    [InlineData("payments", """{"rules":[{"use":["stripe"],"percent":0}]}""", "/rules/0/percent")]
    [InlineData("payments", """{"rules":[{"use":["stripe"],"when":{"currencies":["XYZ"]}}]}""", "/rules/0/when/currencies")]
    [InlineData("payments", """{"rules":[{"use":["stripe"],"when":{"amountFrom":2,"amountTo":1}}]}""", "/rules/0/when/amountTo")]
    [InlineData("payments", """{"rules":[{"use":["stripe"],"when":{"weather":"rain"}}]}""", "/rules/0/when/weather")]
    [InlineData("payments", """{"rules":[],"shadow":{"connection":"stripe"}}""", "/shadow")]
    [InlineData("payments", """{"rules":[],"canary":{"connection":"stripe","percent":101}}""", "/canary/percent")]
    [InlineData("payments", """{"rules":[],"canary":{"connection":"stripe","percent":1,"rolledBack":true}}""", "/canary/rolledBack")]
    [InlineData("tax", """{"rules":[],"shadow":{"connection":"stripe"}}""", "/shadow/connection")]
    public async Task A_route_that_cannot_work_is_refused(string port, string route, string pointer)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var refused = (await client.RouteAsync("JP", port, route)).ShouldAnswer(400, "invalid_request");
        refused.Text("errors/0/pointer").ShouldBe(pointer);
        (await client.StaffAsync(HttpMethod.Get, $"/admin/routes/JP/{port}"))["version"].GetValue<long>().ShouldBe(0);
    }

    [Fact]
    public async Task A_route_is_changed_only_by_somebody_who_has_read_it()
    {
        await using var shop = await RoutedShop.StartAsync("sqlite");
        var client = shop.Client();
        var route = RoutedShop.Use("second");
        (await client.RouteAsync("US", "payments", route)).ShouldAnswer(201);
        (await client.RouteAsync("US", "payments", route)).ShouldAnswer(428, "precondition_required");
        (await client.RouteAsync("US", "payments", route, "\"v7\"")).ShouldAnswer(412, "precondition_failed");
        (await client.RouteAsync("US", "payments", route, "\"v1\"")).ShouldAnswer(200).Header("ETag").ShouldBe("\"v2\"");
        (await client.StaffAsync(HttpMethod.Get, "/admin/routes/XX/payments")).ShouldAnswer(404);
        (await client.StaffAsync(HttpMethod.Get, "/admin/routes/US/weather")).ShouldAnswer(404);
        (await client.StaffAsync(HttpMethod.Get, "/admin/routes?limit=100")).List("items").Select(item => $"{item!["market"]}/{item["port"]}").ShouldContain("US/payments");
    }

    private static Task<Reply> PayWithAsync(Basket basket, string connection) => basket.Client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete",
        new { quoteToken = basket.Quote, payment = new { connection, method = new { type = "card", token = "pm_card_visa" } } }, token: basket.Token, idempotency: Guid.NewGuid().ToString("N"));

    private static async Task<string> PaidWithAsync(TestShop shop, long price) => await PaidWithAsync(shop, await shop.Client().FillAsync(await shop.Client().SellAsync(price)));

    private static async Task<string> PaidWithAsync(TestShop shop, Basket basket)
    {
        (await basket.PayAsync()).ShouldAnswer(200);
        return (await shop.AttemptsAsync(basket)).ShouldHaveSingleItem().Connection;
    }
}
