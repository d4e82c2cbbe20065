using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

public sealed class IdempotencyTests
{
    private static string NewKey() => Guid.NewGuid().ToString("N");

    private static void ShouldReplay(Reply again, Reply first)
    {
        again.Status.ShouldBe(first.Status);
        again.Json!.ToJsonString().ShouldBe(first.Json!.ToJsonString());
        again.Header("Idempotent-Replayed").ShouldBe("true");
        first.Header("Idempotent-Replayed").ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task A_cart_is_created_once_per_key_whatever_the_spelling_of_the_body(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (sku, key) = (await client.SellAsync(), NewKey());
        var first = await client.SendAsync(HttpMethod.Post, "/v1/carts", $$"""{"market":"US","lines":[{"sku":"{{sku}}","quantity":1}]}""", idempotency: key);
        first.Status.ShouldBe(201);

        ShouldReplay(await client.SendAsync(HttpMethod.Post, "/v1/carts", $$""" { "lines" : [ { "quantity":1, "sku":"{{sku}}" } ] , "mark\u0065t":"US" } """, idempotency: key), first);
        ShouldReplay(await client.SendAsync(HttpMethod.Post, "/v1/carts", $$"""{"market":"US","lines":[{"sku":"{{sku}}","quantity":1}]}""", idempotency: $"\"{key}\""), first);
        (await client.SendAsync(HttpMethod.Post, "/v1/carts", $$"""{"market":"US","lines":[{"sku":"{{sku}}","quantity":2}]}""", idempotency: key)).ShouldBeProblem(422, "idempotency_conflict", "another body");
    }

    [Theory, OnBothDatabases]
    public async Task A_refund_is_made_once_per_key_and_another_amount_is_another_request(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync(usd: 5000));
        var order = (await basket.PayAsync())["orderId"].GetValue<string>();
        await basket.OrderUntilAsync(order, "paid");
        var key = NewKey();
        var first = await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{order}/refund", """{"amount":{"amount":100,"currency":"USD"},"reason":"late"}""", key, ShopFloor.AnyVersion);
        first.Status.ShouldBe(200, first.Json?.ToString());

        ShouldReplay(await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{order}/refund", """{"reason":"l\u0061te","amount":{"currency":"USD","amount":100}}""", key, ShopFloor.AnyVersion), first);
        (await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{order}/refund", """{"amount":{"amount":101,"currency":"USD"},"reason":"late"}""", key, ShopFloor.AnyVersion)).ShouldBeProblem(422, "idempotency_conflict", "refund");
        (await client.StaffAsync(HttpMethod.Get, $"/admin/orders/{order}"))["payments"][0]!["refunded"]!["amount"]!.GetValue<long>().ShouldBe(100);
    }

    [Theory, OnBothDatabases]
    public async Task A_key_is_scoped_to_the_route(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (sku, key) = (await client.SellAsync(), NewKey());
        var one = await client.FillAsync(sku);
        var other = await client.FillAsync(sku);
        var body = new { operations = new[] { new { type = "setEmail", email = "b@example.com" } } };
        foreach (var basket in new[] { one, other })
        {
            var first = await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/operations", body, token: basket.Token, idempotency: key);
            first.Status.ShouldBe(200);
            first["id"].GetValue<string>().ShouldBe(basket.CartId);
            ShouldReplay(await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/operations", body, token: basket.Token, idempotency: key), first);
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_key_is_scoped_to_the_caller(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var key = NewKey();
        var shopper = await client.SendAsync(HttpMethod.Post, "/v1/carts", "{}", idempotency: key);
        var staff = await client.StaffAsync(HttpMethod.Post, "/v1/carts", "{}", idempotency: key);
        staff.Status.ShouldBe(201);
        staff["id"].GetValue<string>().ShouldNotBe(shopper["id"].GetValue<string>());
    }

    [Theory, OnBothDatabases]
    public async Task A_checkout_is_opened_once_and_completed_once(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (sku, key) = (await client.SellAsync(), NewKey());
        var cart = await client.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku, quantity = 1 } } });
        var (cartId, token) = (cart["id"].GetValue<string>(), cart["token"].GetValue<string>());
        var opened = await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId }, token: token, idempotency: key);
        ShouldReplay(await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId }, token: token, idempotency: key), opened);

        var basket = await client.FillAsync(sku);
        var paid = await basket.PayAsync(key: key);
        paid.Status.ShouldBe(200, paid.Json?.ToString());
        ShouldReplay(await basket.PayAsync(key: key), paid);
        (await basket.PayAsync("pm_card_mastercard", key)).ShouldBeProblem(422, "idempotency_conflict", "another card");
    }

    [Theory, OnBothDatabases]
    public async Task A_decline_is_remembered_with_its_trace(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (basket, key) = (await client.FillAsync(await client.SellAsync()), NewKey());
        var declined = await basket.PayAsync("pm_card_visa_chargeDeclined", key);
        declined.ShouldBeProblem(402, "payment_declined", "declined");

        var again = await basket.PayAsync("pm_card_visa_chargeDeclined", key);
        ShouldReplay(again, declined);
        again.Header("Trace-Id").ShouldBe(again["traceId"].GetValue<string>());
    }

    [Theory, OnBothDatabases]
    public async Task A_server_error_is_never_remembered(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client, key) = (new Simulator(shop), shop.Client(), NewKey());
        var basket = await client.FillAsync(await client.SellAsync());
        await simulator.FaultAsync("status", "authorize", 429);
        var failed = await basket.PayAsync(key: key);
        failed.Status.ShouldBeInRange(500, 599, failed.Json?.ToString());
        await simulator.HealAsync();
        await basket.UntilAsync("ready");
        await Task.Delay(TimeSpan.FromSeconds(int.Parse(failed.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture)));

        var paid = await basket.PayAsync(key: key);

        paid.ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBeNull("it was tried afresh");
        ShouldReplay(await basket.PayAsync(key: key), paid);
        (await shop.OrdersOfAsync(basket.CheckoutId)).ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task Twenty_requests_at_once_with_one_key_have_one_effect(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (sku, key) = (await client.SellAsync(), NewKey());
        var carts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku, quantity = 1 } } }, idempotency: key)));
        carts.Where(reply => reply.Status != 409).Select(reply => reply["id"].GetValue<string>()).Distinct().Count().ShouldBe(1);
        carts.Where(reply => reply.Status == 409).ShouldAllBe(reply => reply.Code == "idempotency_in_flight" && reply.Header("Retry-After") != null);

        var first = carts.First(reply => reply.Status == 201);
        var (cart, token) = (first["id"].GetValue<string>(), first["token"].GetValue<string>());
        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.SendAsync(HttpMethod.Post, $"/v1/carts/{cart}/lines", new { sku, quantity = 1 }, token: token, idempotency: key)));
        added.ShouldAllBe(reply => reply.Status == 200 || reply.Status == 409);
        (await client.GetAsync($"/v1/carts/{cart}", token))["lines"][0]!["quantity"]!.GetValue<int>().ShouldBe(2);

        var basket = await client.FillAsync(sku);
        var paid = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => basket.PayAsync(key: key)));
        paid.ShouldAllBe(reply => reply.Status == 200 || (reply.Status == 409 && reply.Code == "idempotency_in_flight"));
        paid.Where(reply => reply.Status == 200).Select(reply => reply["orderId"].GetValue<string>()).Distinct().Count().ShouldBe(1);
        paid.Count(reply => reply.Status == 200 && reply.Header("Idempotent-Replayed") is null).ShouldBeLessThanOrEqualTo(1);
    }

    [Theory, InlineData(0), InlineData(256)]
    public async Task A_key_has_1_to_255_characters(int length)
    {
        var client = (await TestShop.OnAsync("sqlite")).Client();
        var reply = await client.SendAsync(HttpMethod.Post, "/v1/carts", "{}", headers: ("Idempotency-Key", $"\"{new string('k', length)}\""));
        reply.ShouldBeProblem(400, "invalid_request", "key");
    }

    [Theory, OnBothDatabases]
    public async Task A_repeat_has_the_first_answer_although_the_same_request_would_be_refused_by_now(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var (adding, opening) = (NewKey(), NewKey());
        var basket = await client.FillAsync(sku);
        var body = new { sku, quantity = 1 };
        var added = await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", body, token: basket.Token, idempotency: adding);
        var quote = (await basket.CheckoutAsync())["quote"]["token"]!.GetValue<string>();
        (await basket.PayAsync(quote: quote)).Status.ShouldBe(200);

        ShouldReplay(await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", body, token: basket.Token, idempotency: adding), added);
        (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", body, token: basket.Token, idempotency: opening)).ShouldAnswer(409);
        (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", new { sku, quantity = 2 }, token: basket.Token, idempotency: adding)).ShouldBeProblem(422, "idempotency_conflict", "another body");
    }

    [Theory, OnBothDatabases]
    public async Task Staff_can_repeat_a_count_a_price_and_an_import(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 10);
        foreach (var (path, body, other) in new (string, object, object)[]
        {
            ("/admin/stock", new { sku, onHand = 5 }, new { sku, onHand = 6 }),
            ("/admin/prices", new { sku, currency = "USD", amount = 700 }, new { sku, currency = "USD", amount = 800 }),
        })
        {
            var key = NewKey();
            var first = await client.StaffAsync(HttpMethod.Post, path, body, key);
            first.Status.ShouldBe(200);
            (await client.StaffAsync(HttpMethod.Post, path, other)).Status.ShouldBe(200);
            ShouldReplay(await client.StaffAsync(HttpMethod.Post, path, body, key), first);
            (await client.StaffAsync(HttpMethod.Post, path, other, key)).ShouldBeProblem(422, "idempotency_conflict", path);
        }

        (await shop.StockOfAsync(sku)).ShouldBe((6, 0), "a repeat counts nothing");
        var importing = NewKey();
        var imported = await client.StaffAsync(HttpMethod.Post, "/admin/imports?format=jsonl", """{"slug":"once","title":"Once","variants":[{"sku":"ONCE-1","prices":{"USD":199}}]}""", importing);
        ShouldReplay(await client.StaffAsync(HttpMethod.Post, "/admin/imports?format=jsonl", """{"slug":"once","title":"Once","variants":[{"sku":"ONCE-1","prices":{"USD":199}}]}""", importing), imported);
    }

    [Theory, OnBothDatabases]
    public async Task Rebuilding_what_was_derived_happens_once_per_key(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var key = NewKey();
        var first = await client.StaffAsync(HttpMethod.Post, "/admin/events/replay", new { consumer = "sales-report" }, key);
        first.Status.ShouldBe(200);
        ShouldReplay(await client.StaffAsync(HttpMethod.Post, "/admin/events/replay", new { consumer = "sales-report" }, key), first);
    }
}
