using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Data.Sqlite;

namespace Composable.Hub.Tests.Customers;

public sealed class PrivacyTests
{
    [Theory, OnBothDatabases]
    public async Task The_export_holds_everything_that_the_customer_has_told_the_shop(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var (shopper, sentinel, order) = await Lived.AsCustomerAsync(shop);

        var export = (await shopper.GetAsync("/v1/customers/me/export")).ShouldAnswer(200).Json!;

        export["customer"]!["email"]!.GetValue<string>().ShouldBe(shopper.Email);
        export["customer"]!["addresses"]![0]!["address"]!["line1"]!.GetValue<string>().ShouldContain(sentinel);
        export["orders"]!.AsArray().Select(placed => placed!["id"]!.GetValue<string>()).ShouldContain(order);
        export["orders"]!.AsArray().Count.ShouldBe(2);
        foreach (var placed in export["orders"]!.AsArray()) placed!["addresses"]!.ToJsonString().ShouldContain(sentinel);
        export["carts"]!.AsArray().Count.ShouldBe(3);
        export["sessions"]!.AsArray().Count.ShouldBe(1);
        export["passkeys"]![0]!["name"]!.GetValue<string>().ShouldContain(sentinel);
        export.ToJsonString().ShouldNotContain(shopper.Token);
    }

    [Theory, OnBothDatabases]
    public async Task After_an_erasure_nothing_in_the_database_tells_who_it_was(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (shopper, sentinel, order) = await Lived.AsCustomerAsync(shop);
        await Mailbox.LetterAsync(shopper.Email, "confirm that this is your e-mail address");
        (await Lived.TracesAsync(shop, sentinel)).ShouldNotBeEmpty("else the test would find nothing whatever is erased");

        var proof = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);

        proof["parts"].AsArray().Select(part => part!["place"]!.GetValue<string>()).ShouldBe(["account", "carts", "checkouts", "identities", "orders", "passkeys", "processes", "promotion uses", "remembered answers", "vendors' notices"], ignoreOrder: true);
        (await Lived.TracesAsync(shop, sentinel)).ShouldBeEmpty();
        await Lived.VendorsAskedAsync(shop, proof.Text("id"));
        (await Lived.TracesAsync(shop, sentinel)).ShouldBeEmpty("what vendors were told is their ids");
        (await shopper.MeAsync()).ShouldAnswer(401);
        (await Shopper.TryAsync(shop.Client(), shopper.Email, shopper.Password)).ShouldAnswer(401, "invalid_credentials");
        var kept = (await shop.Client().OrderAsync(order)).ShouldAnswer(200);
        kept["totals"]!["total"]!["amount"]!.GetValue<long>().ShouldBeGreaterThan(0, "the books need the order");
        kept.Json!.ToJsonString().ShouldContain("erased.invalid");
        kept["addresses"]!["shipping"]!["postalCode"]!.GetValue<string>().ShouldBe("78701", "the tax was computed from it");
    }

    [Fact]
    public async Task Not_even_the_file_of_the_database_remembers()
    {
        await using var shop = await TestShop.StartAsync("sqlite");
        var (shopper, sentinel, _) = await Lived.AsCustomerAsync(shop);
        await Lived.VendorsAskedAsync(shop, (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200).Text("id"));
        var file = new SqliteConnectionStringBuilder((await shop.Database.OpenAsync(default)).ConnectionString).DataSource;

        // A reader may have kept the log from being emptied at that moment; whoever comes next empties it.
        (await ShopFloor.EventuallyAsync(async () =>
        {
            await shop.Database.SweepAsync(default);
            return Lived.Count(file, sentinel) + Lived.Count(file + "-wal", sentinel) == 0;
        })).ShouldBeTrue($"{Lived.Count(file, sentinel)} in the file, {Lived.Count(file + "-wal", sentinel)} in its log");
    }

    [Theory, OnBothDatabases]
    public async Task Somebody_who_signed_in_long_ago_signs_in_again_before_everything_goes(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var shopper = await Shopper.RegisterAsync(shop.Client());
        await shop.Database.CommitAsync(new Commit().Add($"UPDATE customer_sessions SET created_at = created_at - 3600000 WHERE customer_id = {await shopper.IdAsync()}"), default);

        (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(403, "sign_in_again");
        (await (await shopper.SignInAsync()).SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task An_erasure_touches_nobody_else(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (erased, _, _) = await Lived.AsCustomerAsync(shop);
        var (other, sentinel, order) = await Lived.AsCustomerAsync(shop);
        var before = await Lived.TracesAsync(shop, sentinel);

        (await erased.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);

        (await Lived.TracesAsync(shop, sentinel)).ShouldBe(before);
        (await other.GetAsync($"/v1/orders/{order}")).ShouldAnswer(200).Json!.ToJsonString().ShouldContain(sentinel);
        var again = await Shopper.RegisterAsync(shop.Client(), erased.Email);
        (await again.GetAsync("/v1/customers/me/orders")).ShouldAnswer(200).Json!["items"]!.AsArray().ShouldBeEmpty("the address is free, and what was bought with it is not theirs");
    }
}
