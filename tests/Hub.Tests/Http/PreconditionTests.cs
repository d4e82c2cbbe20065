using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Http;

/// <summary>Who changes what staff have before them says which version; a shopper need not.</summary>
public sealed class PreconditionTests
{
    [Theory, OnBothDatabases]
    public async Task An_order_is_changed_only_by_who_has_read_it(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var order = (await basket.PayAsync()).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        var tag = TagOf(await client.OrderAsync(order));
        foreach (var action in new[] { "capture", "refund", "cancel", "fulfill" })
        {
            var path = $"/admin/orders/{order}/{action}";
            var blind = await client.StaffAsync(HttpMethod.Post, path, new { }, NewKey());
            blind.ShouldBeProblem(428, "precondition_required", path);
            TagOf(blind).ShouldBe(tag, path);
            var stale = await client.StaffAsync(HttpMethod.Post, path, new { }, NewKey(), ("If-Match", "\"v1\""));
            stale.ShouldBeProblem(412, "precondition_failed", path);
            TagOf(stale).ShouldBe(tag, path);
        }

        (await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{order}/fulfill", new { }, NewKey(), ("If-Match", tag))).ShouldAnswer(200).Text("status").ShouldBe("fulfilled");
    }

    [Theory, OnBothDatabases]
    public async Task Each_change_and_its_repeat_tell_the_version_for_the_next(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var (paying, refunding) = (NewKey(), NewKey());
        var paid = await basket.PayAsync(key: paying);
        TagOf(paid).ShouldBe(TagOf(await basket.CheckoutAsync()));
        TagOf(await basket.PayAsync(key: paying)).ShouldBe(TagOf(paid));
        var order = paid.Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        var body = new { amount = new { amount = 1, currency = "USD" } };
        var tag = TagOf(await client.OrderAsync(order));
        for (var i = 0; i < 3; i++)
        {
            var refunded = (await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{order}/refund", body, $"{refunding}{i}", ("If-Match", tag))).ShouldAnswer(200);
            TagOf(refunded).ShouldNotBe(tag);
            var again = await client.StaffAsync(HttpMethod.Post, $"/admin/orders/{order}/refund", body, $"{refunding}{i}", ("If-Match", tag));
            again.Header("Idempotent-Replayed").ShouldBe("true");
            TagOf(again).ShouldBe(tag = TagOf(refunded));
        }
    }

    [Theory, OnBothDatabases]
    public async Task A_stuck_process_is_moved_only_by_who_has_read_it_and_once_per_key(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, client, key) = (new Simulator(shop), shop.Client(), NewKey());
        var basket = await client.FillAsync(await client.SellAsync());
        await simulator.FaultAsync("refuse", "capture");
        (await basket.PayAsync()).ShouldAnswer(200);
        (await ShopFloor.EventuallyAsync(async () => await StuckAsync() is not null)).ShouldBeTrue();
        var process = $"/admin/processes/{await StuckAsync()}";
        var read = (await client.StaffAsync(HttpMethod.Get, process)).ShouldAnswer(200);
        foreach (var action in new[] { "retry", "skip", "undo" })
        {
            (await client.StaffAsync(HttpMethod.Post, $"{process}/{action}", null, NewKey())).ShouldBeProblem(428, "precondition_required", action);
            (await client.StaffAsync(HttpMethod.Post, $"{process}/{action}", null, NewKey(), ("If-Match", "\"v0\""))).ShouldBeProblem(412, "precondition_failed", action);
        }

        await simulator.HealAsync();
        var retried = (await client.StaffAsync(HttpMethod.Post, $"{process}/retry", null, key, ("If-Match", TagOf(read)))).ShouldAnswer(200);
        TagOf(retried).ShouldBe($"\"v{retried.Number("version")}\"");
        var again = (await client.StaffAsync(HttpMethod.Post, $"{process}/retry", null, key, ("If-Match", TagOf(read)))).ShouldAnswer(200);
        again.Header("Idempotent-Replayed").ShouldBe("true");
        again.Json!.ToJsonString().ShouldBe(retried.Json!.ToJsonString());

        async Task<string?> StuckAsync() => (await client.StaffAsync(HttpMethod.Get, "/admin/processes?status=stuck")).Text("items/0/id");
    }

    [Theory, OnBothDatabases]
    public async Task A_shopper_may_say_which_version_is_paid_for_confirmed_or_given_up(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync());
        var body = new { quoteToken = basket.Quote, payment = new { method = new { type = "card", token = "pm_card_visa" } } };
        foreach (var (action, sent) in new (string, object?)[] { ("complete", body), ("confirm", new { details = new { } }), ("cancel", null) })
        {
            var stale = await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/{action}", sent, token: basket.Token, idempotency: NewKey(), headers: ("If-Match", "\"v1\""));
            stale.ShouldBeProblem(412, "precondition_failed", action);
            TagOf(stale).ShouldBe(TagOf(basket.Ready), action);
        }

        (await client.SendAsync(HttpMethod.Post, $"/v1/checkouts/{basket.CheckoutId}/complete", body, token: basket.Token, idempotency: NewKey(), headers: ("If-Match", TagOf(basket.Ready)))).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task What_is_not_there_yet_meets_no_condition(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var path = $"/admin/promotions/P{NewKey()}"[..30];
        (await client.StaffAsync(HttpMethod.Put, path, new { kind = "percentage", percent = 10 }, headers: ShopFloor.AnyVersion)).ShouldBeProblem(412, "precondition_failed", path);
        (await client.StaffAsync(HttpMethod.Get, path)).ShouldAnswer(404);
    }

    private static string NewKey() => Guid.NewGuid().ToString("N");

    private static string TagOf(Reply reply) => reply.Raw.Headers.ETag?.ToString() ?? throw new InvalidOperationException($"No ETag on {reply.Json}");
}
