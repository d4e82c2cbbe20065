using System.Text;
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
        var (shopper, sentinel, order) = await LivedAsync(shop);

        var export = (await shopper.GetAsync("/v1/customers/me/export")).ShouldAnswer(200).Json!;

        export["customer"]!["email"]!.GetValue<string>().ShouldBe(shopper.Email);
        export["customer"]!["addresses"]![0]!["address"]!["line1"]!.GetValue<string>().ShouldContain(sentinel);
        export["orders"]!.AsArray().Select(placed => placed!["id"]!.GetValue<string>()).ShouldBe([order]);
        export["orders"]![0]!["addresses"]!.ToJsonString().ShouldContain(sentinel);
        export["carts"]!.AsArray().Count.ShouldBe(2);
        export["sessions"]!.AsArray().Count.ShouldBe(1);
        export["passkeys"]![0]!["name"]!.GetValue<string>().ShouldContain(sentinel);
        export.ToJsonString().ShouldNotContain(shopper.Token);
    }

    [Theory, OnBothDatabases]
    public async Task After_an_erasure_nothing_in_the_database_tells_who_it_was(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var (shopper, sentinel, order) = await LivedAsync(shop);
        await Mailbox.LetterAsync(shopper.Email, "confirm that this is your e-mail address");
        (await TracesAsync(shop, sentinel)).ShouldNotBeEmpty("else the test would find nothing whatever is erased");

        var proof = (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);

        proof["parts"].AsArray().Select(part => part!["place"]!.GetValue<string>()).ShouldBe(["account", "carts", "checkouts", "identities", "orders", "passkeys", "promotion uses", "remembered answers", "vendors' notices"], ignoreOrder: true);
        (await TracesAsync(shop, sentinel)).ShouldBeEmpty();
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
        var (shopper, sentinel, _) = await LivedAsync(shop);
        (await shopper.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);
        var file = new SqliteConnectionStringBuilder((await shop.Database.OpenAsync(default)).ConnectionString).DataSource;

        // A reader may have kept the log from being emptied at that moment; whoever comes next empties it.
        (await ShopFloor.EventuallyAsync(async () =>
        {
            await shop.Database.SweepAsync(default);
            return Count(file, sentinel) + Count(file + "-wal", sentinel) == 0;
        })).ShouldBeTrue($"{Count(file, sentinel)} in the file, {Count(file + "-wal", sentinel)} in its log");
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
        var (erased, _, _) = await LivedAsync(shop);
        var (other, sentinel, order) = await LivedAsync(shop);
        var before = await TracesAsync(shop, sentinel);

        (await erased.SendAsync(HttpMethod.Delete, "/v1/customers/me")).ShouldAnswer(200);

        (await TracesAsync(shop, sentinel)).ShouldBe(before);
        (await other.GetAsync($"/v1/orders/{order}")).ShouldAnswer(200).Json!.ToJsonString().ShouldContain(sentinel);
        var again = await Shopper.RegisterAsync(shop.Client(), erased.Email);
        (await again.GetAsync("/v1/customers/me/orders")).ShouldAnswer(200).Json!["items"]!.AsArray().ShouldBeEmpty("the address is free, and what was bought with it is not theirs");
    }

    /// <summary>A customer who has left their name wherever one can: an account, a promotion, a claimed guest order, an open cart.</summary>
    private static async Task<(Shopper Shopper, string Sentinel, string Order)> LivedAsync(TestShop shop)
    {
        var (client, sentinel) = (shop.Client(), $"sentinel{Guid.NewGuid():N}");
        var email = $"{sentinel}@example.com";
        var address = new { name = $"N {sentinel}", line1 = $"1 {sentinel} St", line2 = $"L {sentinel}", city = $"C {sentinel}", company = $"Co {sentinel}", phone = "+1 512 555 0100", region = "TX", postalCode = "78701", country = "US" };
        var code = await client.PromiseAsync(new { kind = "percentage", percent = 10, maxUsesPerCustomer = 2 });
        var shopper = await Shopper.RegisterAsync(client, email);
        await shopper.SendAsync(HttpMethod.Patch, "/v1/customers/me", new { name = $"N {sentinel}", phone = $"P {sentinel}" }, idempotency: Guid.NewGuid().ToString());
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/addresses", new { address })).ShouldAnswer(201);
        using var phone = new Authenticator();
        (await shopper.AddPasskeyAsync(phone, $"Phone {sentinel}")).ShouldAnswer(201);
        // One that was not answered knows the address too.
        await shopper.BeginPasskeyAsync();
        var guest = await client.FillAsync(await client.SellAsync(), address: address, email: email, codes: [code]);
        var order = (await guest.PayAsync()).ShouldAnswer(200)["orderId"].GetValue<string>();
        await guest.OrderUntilAsync(order, "paid");
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, guest.Token)).ShouldAnswer(200);
        var cart = (await shopper.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku = await client.SellAsync(), quantity = 1 } } }, idempotency: Guid.NewGuid().ToString())).ShouldAnswer(201)["id"].GetValue<string>();
        (await shopper.SendAsync(HttpMethod.Post, $"/v1/carts/{cart}/operations", new { operations = new[] { new { type = "setShippingAddress", address } } }, idempotency: Guid.NewGuid().ToString())).ShouldAnswer(200);
        (await shopper.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart }, idempotency: Guid.NewGuid().ToString())).ShouldAnswer(201);
        return (shopper, sentinel, order);
    }

    /// <summary>Every table in which the text stands, as often as it does.</summary>
    private static async Task<IReadOnlyList<string>> TracesAsync(TestShop shop, string text)
    {
        var tables = shop.Database.IsEmbedded
            ? await shop.Database.QueryAsync<string>($"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%search_words%'", default)
            : await shop.Database.QueryAsync<string>($"SELECT tablename FROM pg_tables WHERE schemaname = 'public'", default);
        var traces = new List<string>();
        await using var connection = await shop.Database.OpenAsync(default);
        foreach (var table in tables.Order(StringComparer.Ordinal))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = shop.Database.IsEmbedded ? $"SELECT * FROM {table}" : $"SELECT row_to_json(t)::text FROM {table} t";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                for (var column = 0; column < reader.FieldCount; column++)
                    if (Text(reader.GetValue(column)).Contains(text, StringComparison.OrdinalIgnoreCase)) traces.Add($"{table}.{reader.GetName(column)}");
        }

        return traces;
    }

    private static string Text(object value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value.ToString() ?? "";

    private static int Count(string file, string text)
    {
        if (!File.Exists(file)) return 0;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd().Split(text).Length - 1;
    }
}
