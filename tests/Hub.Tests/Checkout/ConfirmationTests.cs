using System.Web;
using Composable.Hub.Tests.Connections.Routing;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;

namespace Composable.Hub.Tests.Checkout;

/// <summary>What a shopper brings back from a confirmation page, with a provider that decides by it and sends no notice.</summary>
public sealed class ConfirmationTests
{
    private static readonly object Nothing = new { };

    [Theory, OnBothDatabases]
    public async Task What_the_shopper_brings_back_lets_the_provider_decide(string database)
    {
        await using var shop = await StartAsync(database);
        var (basket, page) = await AskedAsync(shop);

        var confirmed = await ConfirmAsync(basket, await BringBackAsync(page, "succeed"));

        confirmed.ShouldAnswer(200).Text("status").ShouldBe("completed");
        await basket.OrderUntilAsync(confirmed.Text("orderId")!, "paid");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId, "adyen")).ShouldHaveSingleItem().Captured.ShouldBe(basket.Total);
        (await ConfirmAsync(basket, Nothing)).ShouldAnswer(200).Text("orderId").ShouldBe(confirmed.Text("orderId"), "whoever comes back twice sees the same order");
    }

    [Theory, OnBothDatabases]
    public async Task A_key_is_given_its_decision_once_more_and_no_other_words(string database)
    {
        await using var shop = await StartAsync(database);
        var (basket, page) = await AskedAsync(shop);
        (await KeyedAsync(Nothing, "early")).ShouldAnswer(202);
        var brought = await BringBackAsync(page, "succeed");
        var decided = (await KeyedAsync(brought, "k")).ShouldAnswer(200);

        var again = (await KeyedAsync(brought, "k")).ShouldAnswer(200);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Json!.ToJsonString().ShouldBe(decided.Json!.ToJsonString());
        (await KeyedAsync(Nothing, "k")).ShouldBeProblem(422, "idempotency_conflict", "other words");
        (await KeyedAsync(Nothing, "early")).ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBeNull("it was not decided then");

        Task<Reply> KeyedAsync(object details, string key) => basket.Client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/confirm", new { details }, token: basket.Token, idempotency: key);
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_who_refused_may_pay_another_way(string database)
    {
        await using var shop = await StartAsync(database);
        var (basket, page) = await AskedAsync(shop);

        var refused = (await ConfirmAsync(basket, await BringBackAsync(page, "fail"))).ShouldAnswer(200);

        refused.Text("status").ShouldBe("ready");
        refused.Findings().ShouldContain("payment_declined");
        (await basket.PayAsync(quote: refused.Text("quote/token"))).ShouldAnswer(200).Text("status").ShouldBe("completed");
    }

    [Theory, OnBothDatabases]
    public async Task Row_09_what_a_browser_makes_up_decides_nothing(string database)
    {
        await using var shop = await StartAsync(database);
        var (basket, page) = await AskedAsync(shop);
        var (other, cheap) = await AskedAsync(shop, price: 100);
        var ofAnother = await BringBackAsync(cheap, "succeed");

        foreach (var lie in (object[])[Nothing, new { redirectResult = "made up" }, new { redirectResult = "" }, new { resultCode = "Authorised" }, ofAnother])
            (await ConfirmAsync(basket, lie)).ShouldAnswer(202).Text("status").ShouldBe("action_required", lie.ToString());

        (await ConfirmAsync(basket, await BringBackAsync(page, "succeed"))).ShouldAnswer(200).Text("status").ShouldBe("completed");
        (await ConfirmAsync(other, ofAnother)).ShouldAnswer(200).Text("status").ShouldBe("completed");
    }

    [Theory, OnBothDatabases]
    public async Task A_provider_that_is_away_is_told_when_it_is_back(string database)
    {
        await using var shop = await StartAsync(database);
        var (basket, page) = await AskedAsync(shop);
        var brought = await BringBackAsync(page, "succeed");
        await new Simulator(shop).FaultAsync("status", value: 503, vendor: "adyen");

        var away = await ConfirmAsync(basket, brought);
        away.ShouldBeProblem(503, "service_unavailable", "the provider is away");
        away["retryable"].GetValue<bool>().ShouldBeTrue();

        await new Simulator(shop).HealAsync();
        (await ShopFloor.EventuallyAsync(async () => (await ConfirmAsync(basket, brought)).Text("status") == "completed")).ShouldBeTrue();
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId, "adyen")).ShouldHaveSingleItem();
    }

    [Theory, OnBothDatabases]
    public async Task Nobody_else_confirms_a_checkout_and_details_have_a_limit(string database)
    {
        await using var shop = await StartAsync(database);
        var (basket, _) = await AskedAsync(shop);
        var (other, _) = await AskedAsync(shop);

        (await ConfirmAsync(basket with { Token = other.Token }, Nothing)).ShouldBeProblem(404, "not_found", "somebody else");
        (await ConfirmAsync(basket, new { redirectResult = new string('x', 20_001) })).ShouldBeProblem(400, "invalid_request", "a very long text");
        (await ConfirmAsync(basket, Enumerable.Range(0, 11).ToDictionary(n => $"p{n}", _ => "x"))).ShouldBeProblem(400, "invalid_request", "very many texts");
        (await basket.CheckoutAsync()).Text("status").ShouldBe("action_required");
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_who_never_comes_back_is_given_up_though_the_provider_cannot_be_asked(string database)
    {
        await using var shop = await StartAsync(database, ("Checkout:ConfirmationWindow", "00:00:05"));
        var (basket, _) = await AskedAsync(shop);

        (await ShopFloor.EventuallyAsync(async () => (await basket.CheckoutAsync()).Text("status") == "ready", seconds: 30)).ShouldBeTrue();

        (await basket.CheckoutAsync()).Findings().ShouldContain("payment_declined");
        (await new Simulator(shop).ChargesOfAsync(basket.CheckoutId, "adyen")).ShouldAllBe(charge => charge.Status != "authorized" && charge.Captured == 0);
    }

    [Theory, OnBothDatabases]
    public async Task Where_the_provider_can_be_asked_nothing_has_to_be_brought_back(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        await new Simulator(shop).NoticesAsync(new { vendor = "stripe", drop = true });
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var asked = (await basket.PayAsync("pm_card_authenticationRequired")).ShouldAnswer(200);
        await Simulator.ConfirmAsync(asked.Text("actions/0/url")!, "succeed");

        (await ConfirmAsync(basket, Nothing)).ShouldAnswer(200).Text("status").ShouldBe("completed");
    }

    private static async Task<TestShop> StartAsync(string database, params (string, string)[] settings)
    {
        var shop = await TestShop.StartAsync(database, settings);
        (await shop.Client().RouteAsync("US", "payments", RoutedShop.Use("adyen"))).ShouldAnswer(201);
        return shop;
    }

    /// <summary>A checkout that waits for its shopper, and the page to confirm on. Only what comes back from there decides it.</summary>
    private static async Task<(Basket Basket, string Page)> AskedAsync(TestShop shop, long price = 2500)
    {
        await new Simulator(shop).EndAsync("authorize", "hold");
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync(price));
        var asked = (await basket.PayAsync("pm_card_authenticationRequired")).ShouldAnswer(200);
        asked.Text("status").ShouldBe("action_required");
        return (basket, asked.Text("actions/0/url")!);
    }

    private static async Task<object> BringBackAsync(string page, string outcome)
    {
        var query = HttpUtility.ParseQueryString((await Simulator.ConfirmAsync(page, outcome)).ShouldNotBeNull().Query);
        return query.AllKeys.ToDictionary(name => name!, name => query[name]!);
    }

    private static Task<Reply> ConfirmAsync(Basket basket, object details) =>
        basket.Client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/confirm", new { details }, token: basket.Token);
}
