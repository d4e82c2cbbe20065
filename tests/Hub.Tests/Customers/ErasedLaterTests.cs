using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

/// <summary>What comes after an erasure, and what came before the account.</summary>
public sealed class ErasedLaterTests
{
    [Theory, OnBothDatabases]
    public async Task A_notice_that_names_somebody_after_their_erasure_is_not_kept(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, (shopper, sentinel, order)) = (new Simulator(shop), await Lived.AsCustomerAsync(shop));
        var (payment, vendorId, amount) = (await shop.Database.QueryAsync<(string, string, long)>($"SELECT id, vendor_id, amount FROM payments WHERE order_id = {order}", default)).Single();
        (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);
        string Naming(string id, long of) => Simulator.Notice(id, "payment_intent.succeeded", vendorId, payment, of).Replace("\"metadata\"", $"\"receipt_email\":\"{sentinel}@example.com\",\"metadata\"", StringComparison.Ordinal);

        (await simulator.NotifyAsync(Naming("evt_right", amount))).ShouldAnswer(200);
        (await simulator.NotifyAsync(Naming("evt_wrong", amount + 1))).ShouldAnswer(200);

        (await simulator.NoticeUntilSettledAsync("evt_right")).Status.ShouldBe("applied");
        (await simulator.NoticeUntilSettledAsync("evt_wrong")).Status.ShouldBe("parked");
        (await Lived.TracesAsync(shop, sentinel)).ShouldBeEmpty();
        (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/notices/stripe/evt_wrong/replay")).ShouldAnswer(404);
    }

    [Theory, OnBothDatabases]
    public async Task What_was_applied_or_set_aside_can_be_replayed_and_what_led_to_nothing_is_emptied(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var simulator = new Simulator(shop);
        var (_, sentinel, order) = await Lived.AsCustomerAsync(shop);
        var (payment, vendorId, amount) = (await shop.Database.QueryAsync<(string, string, long)>($"SELECT id, vendor_id, amount FROM payments WHERE order_id = {order}", default)).Single();

        (await simulator.NotifyAsync(Simulator.Notice("evt_aside", "payment_intent.succeeded", vendorId, payment, amount + 1))).ShouldAnswer(200);
        (await simulator.NotifyAsync(Simulator.Notice("evt_other", "customer.updated", sentinel, null, amount))).ShouldAnswer(200);
        (await simulator.NoticeUntilSettledAsync("evt_aside")).Status.ShouldBe("parked");
        (await simulator.NotifyAsync(Simulator.Notice("evt_right", "payment_intent.succeeded", vendorId, payment, amount))).ShouldAnswer(200);
        (await simulator.NoticeUntilSettledAsync("evt_right")).Status.ShouldBe("applied");
        (await simulator.NoticeUntilSettledAsync("evt_other")).Status.ShouldBe("ignored");

        foreach (var (id, status) in ((string, string)[])[("evt_aside", "parked"), ("evt_right", "applied")])
        {
            (await shop.Client().StaffAsync(HttpMethod.Post, $"/admin/notices/stripe/{id}/replay")).ShouldAnswer(204);
            (await simulator.NoticeUntilSettledAsync(id)).Status.ShouldBe(status, "it is what it was");
        }

        (await shop.Client().StaffAsync(HttpMethod.Post, "/admin/notices/stripe/evt_other/replay")).ShouldAnswer(404, "not_found");
    }

    [Theory, OnBothDatabases]
    public async Task Orders_of_a_guest_go_with_the_account_whose_owner_has_shown_the_same_address(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (shopper, sentinel, order) = await GuestAndCustomerAsync(shop);
        await shopper.VerifyAsync();

        (await shopper.GetAsync("/v1/customers/me/export")).ShouldAnswer(200).Json!["orders"]![0]!["id"]!.GetValue<string>().ShouldBe(order);
        var proof = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);

        (await Lived.TracesAsync(shop, sentinel)).ShouldBeEmpty();
        proof["vendors"].AsArray().Count.ShouldBe(2);
        (await shop.Client().OrderAsync(order)).ShouldAnswer(200).Text("email")!.ShouldContain("erased.invalid");
    }

    [Theory, OnBothDatabases]
    public async Task Whoever_only_says_that_an_address_is_theirs_neither_sees_nor_erases_what_a_guest_ordered_with_it(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (shopper, sentinel, order) = await GuestAndCustomerAsync(shop);

        (await shopper.GetAsync("/v1/customers/me/export")).ShouldAnswer(200).Json!["orders"]!.AsArray().ShouldBeEmpty();
        (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200)["vendors"].AsArray().ShouldBeEmpty();

        (await shop.Client().OrderAsync(order)).ShouldAnswer(200).Json!.ToJsonString().ShouldContain(sentinel);
    }

    /// <summary>Somebody buys as a guest; then somebody registers with that address, written another way.</summary>
    private static async Task<(Shopper Shopper, string Sentinel, string Order)> GuestAndCustomerAsync(TestShop shop)
    {
        var sentinel = $"sentinel{Guid.NewGuid():N}";
        var address = new { name = $"N {sentinel}", line1 = $"1 {sentinel} St", city = "Austin", region = "TX", postalCode = "78701", country = "US" };
        var guest = await shop.Client().FillAsync(await shop.Client().SellAsync(), address: address, email: $"{sentinel.ToUpperInvariant()}+shop@example.com");
        var order = (await guest.PayAsync()).ShouldAnswer(200)["orderId"].GetValue<string>();
        await guest.OrderUntilAsync(order, "paid");
        return (await Shopper.RegisterAsync(shop.Client(), $"{sentinel}+shop@example.com"), sentinel, order);
    }
}
