using System.Text.Json.Nodes;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Connections.Routing;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

/// <summary>Whoever was erased here is forgotten by vendors too, and it is known by which.</summary>
public sealed class ErasedVendorsTests
{
    [Theory, OnBothDatabases]
    public async Task Every_vendor_that_was_told_something_is_asked_and_its_proof_is_kept(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (shopper, sentinel, order) = await Lived.AsCustomerAsync(shop);
        (await new Simulator(shop).TaxBooksAsync()).ToJsonString().ShouldContain(sentinel);

        var proof = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);

        proof["vendors"].AsArray().Select(vendor => (vendor!["connection"]!.GetValue<string>(), vendor["status"]!.GetValue<string>())).ShouldBe([("stripe", "pending"), ("taxjar", "pending")]);
        var vendors = await Lived.VendorsAskedAsync(shop, proof.Text("id"));
        var (stripe, taxjar) = (vendors[0]!, vendors[1]!);
        (taxjar["status"]!.GetValue<string>(), taxjar["reference"]!.GetValue<string>()).ShouldBe(("done", order));
        (await new Simulator(shop).TaxBooksAsync()).ToJsonString().ShouldNotContain(sentinel);
        stripe["status"]!.GetValue<string>().ShouldBe("by_hand");
        stripe["payments"]!.AsArray().Count.ShouldBe(2, "staff must know what to ask for");
        vendors.ToJsonString().ShouldNotContain(sentinel);
        (await shop.Client().StaffAsync(HttpMethod.Get, "/admin/erasures?status=pending")).ShouldAnswer(200).Json!["items"]!.AsArray().ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task What_staff_asked_for_by_hand_is_done_when_they_say_so_and_the_ids_go(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (client, (shopper, _, _)) = (shop.Client(), await Lived.AsCustomerAsync(shop));
        var erasure = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200).Text("id");
        await Lived.VendorsAskedAsync(shop, erasure);

        (await client.StaffAsync(HttpMethod.Post, $"/admin/erasures/{erasure}/vendors/stripe/done")).ShouldAnswer(204);

        var stripe = (await Lived.VendorsAsync(shop, erasure))[0]!;
        stripe["status"]!.GetValue<string>().ShouldBe("done");
        stripe["payments"]!.AsArray().ShouldBeEmpty();
        (await shop.Database.CountAsync($"SELECT count(*) FROM erasure_tasks WHERE subject IS NOT NULL", default)).ShouldBe(0);
        (await client.StaffAsync(HttpMethod.Get, $"/admin/audit?subject=erasure:{erasure}")).ShouldAnswer(200).Json!["items"]![0]!["after"]!["connection"]!.GetValue<string>().ShouldBe("stripe");
        (await client.StaffAsync(HttpMethod.Post, $"/admin/erasures/{erasure}/vendors/stripe/done")).ShouldAnswer(404);
    }

    [Theory, OnBothDatabases]
    public async Task A_vendor_that_is_away_is_asked_again_later_until_it_has_forgotten(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (simulator, (shopper, sentinel, _)) = (new Simulator(shop), await Lived.AsCustomerAsync(shop));
        await simulator.FaultAsync("status", value: 503, vendor: "taxjar");
        var erasure = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200).Text("id");
        async Task<(long Attempts, long Wait, string? Note)> TaskAsync() => (await shop.Database.QueryAsync<(long, long, string?)>(
            $"SELECT attempts, due_at - {Sql.Now}, note FROM erasure_tasks WHERE erasure_id = {erasure} AND connection = 'taxjar' AND status = 'pending'", default)).Single();

        (await ShopFloor.EventuallyAsync(async () => (await TaskAsync()).Note is not null)).ShouldBeTrue();
        (await TaskAsync()).Attempts.ShouldBe(1);
        (await TaskAsync()).Wait.ShouldBeInRange(30_000, 60_000);
        await DueNowAsync(shop);
        (await ShopFloor.EventuallyAsync(async () => (await TaskAsync()).Attempts == 2)).ShouldBeTrue();
        (await TaskAsync()).Wait.ShouldBeInRange(60_001, 120_000, "it is left alone for longer each time");
        (await simulator.TaxBooksAsync()).ToJsonString().ShouldContain(sentinel);

        await simulator.HealAsync();
        (await ShopFloor.EventuallyAsync(async () =>
        {
            await DueNowAsync(shop);
            await Task.Delay(900);
            return (await Lived.VendorsAsync(shop, erasure)).AsArray().All(vendor => vendor!["status"]!.GetValue<string>() != "pending");
        })).ShouldBeTrue();
        (await simulator.TaxBooksAsync()).ToJsonString().ShouldNotContain(sentinel);
        (await Lived.TracesAsync(shop, sentinel)).ShouldBeEmpty();
    }

    [Theory, OnBothDatabases]
    public async Task An_erasure_that_is_cut_off_before_its_end_loses_no_vendor(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (shopper, sentinel, _) = await Lived.AsCustomerAsync(shop);
        await ExecuteAsync(shop, shop.Database.IsEmbedded ? "CREATE TRIGGER cut_off BEFORE INSERT ON erasures BEGIN SELECT RAISE(ABORT, 'cut off'); END" : "ALTER TABLE erasures ADD CONSTRAINT cut_off CHECK (id = '')");

        (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).Status.ShouldBeGreaterThanOrEqualTo(500);
        (await shop.Database.CountAsync($"SELECT count(*) FROM erasure_tasks", default)).ShouldBe(0, "tasks come with the end of the account or not at all");
        await ExecuteAsync(shop, shop.Database.IsEmbedded ? "DROP TRIGGER cut_off" : "ALTER TABLE erasures DROP CONSTRAINT cut_off");

        var proof = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);
        proof["vendors"].AsArray().Select(vendor => vendor!["connection"]!.GetValue<string>()).ShouldBe(["stripe", "taxjar"]);
        await Lived.VendorsAskedAsync(shop, proof.Text("id"));
        (await new Simulator(shop).TaxBooksAsync()).ToJsonString().ShouldNotContain(sentinel);
    }

    [Theory, OnBothDatabases]
    public async Task A_provider_that_was_switched_off_meanwhile_is_asked_all_the_same(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (client, email) = (shop.Client(), Shopper.NewEmail());
        (await client.RouteAsync("US", "payments", RoutedShop.Use("adyen"))).ShouldAnswer(201);
        var shopper = await Shopper.RegisterAsync(client, email);
        var guest = await client.FillAsync(await client.SellAsync(), email: email);
        var order = (await guest.PayAsync("test_visa")).ShouldAnswer(200)["orderId"].GetValue<string>();
        await guest.OrderUntilAsync(order, "paid");
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, guest.Token)).ShouldAnswer(200);
        (await client.RouteAsync("US", "payments", RoutedShop.Use("stripe"), "*")).ShouldAnswer(200);
        var settings = new { apiKey = "AQE-sandbox", merchantAccount = "ComposableTest", baseUrl = new Uri(shop.SandboxUrl, "/adyen/v72"), dataProtectionUrl = new Uri(shop.SandboxUrl, "/adyen/data-protection/v1") };
        (await client.StaffAsync(HttpMethod.Put, "/admin/connections/adyen", new { connector = "adyen", enabled = false, settings }, headers: ShopFloor.AnyVersion)).Status.ShouldBeOneOf(200, 201);

        var erasure = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200).Text("id");

        var adyen = (await Lived.VendorsAskedAsync(shop, erasure)).AsArray().Single(vendor => vendor!["connection"]!.GetValue<string>() == "adyen")!;
        var charge = (await new Simulator(shop).ChargesAsync("adyen")).ShouldHaveSingleItem();
        (adyen["status"]!.GetValue<string>(), adyen["reference"]!.GetValue<string>()).ShouldBe(("done", charge.Id));
    }

    private static Task DueNowAsync(TestShop shop) => shop.Database.CommitAsync(new Commit().Add($"UPDATE erasure_tasks SET due_at = 0 WHERE status = 'pending'"), default);

    private static async Task ExecuteAsync(TestShop shop, string statement)
    {
        await using var connection = await shop.Database.OpenAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }
}
