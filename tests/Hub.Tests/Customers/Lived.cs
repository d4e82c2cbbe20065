using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

/// <summary>Lives that customers have had with a shop, and what the shop knows of them.</summary>
internal static class Lived
{
    /// <summary>A customer who has left their name wherever one can: an account, a promotion, a claimed guest order, an open cart.</summary>
    public static async Task<(Shopper Shopper, string Sentinel, string Order)> AsCustomerAsync(TestShop shop)
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
        var order = await OrderAsync(shopper, await client.FillAsync(await client.SellAsync(), address: address, email: email, codes: [code]));
        (await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 100, currency = "USD" }, reason = $"Refund {sentinel}" })).ShouldAnswer(200);
        (await client.StaffOrderAsync(order, "fulfill", new { trackingNumber = $"Track {sentinel}" })).ShouldAnswer(200);
        var dropped = await OrderAsync(shopper, await client.FillAsync(await client.SellAsync(), address: address, email: email));
        (await client.StaffOrderAsync(dropped, "cancel", new { reason = $"Cancel {sentinel}" })).ShouldAnswer(200);
        var cart = (await shopper.SendAsync(HttpMethod.Post, "/v1/carts", new { lines = new[] { new { sku = await client.SellAsync(), quantity = 1 } } }, idempotency: Guid.NewGuid().ToString())).ShouldAnswer(201)["id"].GetValue<string>();
        (await shopper.SendAsync(HttpMethod.Post, $"/v1/carts/{cart}/operations", new { operations = new[] { new { type = "setShippingAddress", address } } }, idempotency: Guid.NewGuid().ToString())).ShouldAnswer(200);
        (await shopper.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart }, idempotency: Guid.NewGuid().ToString())).ShouldAnswer(201);
        return (shopper, sentinel, order);
    }

    /// <summary>Places a guest's order and has the customer claim it.</summary>
    private static async Task<string> OrderAsync(Shopper shopper, Basket guest)
    {
        var order = (await guest.PayAsync()).ShouldAnswer(200)["orderId"].GetValue<string>();
        await guest.OrderUntilAsync(order, "paid");
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, guest.Token)).ShouldAnswer(200);
        return order;
    }

    /// <summary>What staff see of an erasure, once no vendor is to be asked any more.</summary>
    public static async Task<JsonNode> VendorsAskedAsync(TestShop shop, string? erasure)
    {
        (await ShopFloor.EventuallyAsync(async () => (await VendorsAsync(shop, erasure)).AsArray().All(vendor => vendor!["status"]!.GetValue<string>() != "pending"))).ShouldBeTrue((await VendorsAsync(shop, erasure)).ToJsonString());
        return await VendorsAsync(shop, erasure);
    }

    public static async Task<JsonNode> VendorsAsync(TestShop shop, string? erasure) =>
        (await shop.Client().StaffAsync(HttpMethod.Get, "/admin/erasures?limit=100")).ShouldAnswer(200).Json!["items"]!.AsArray().Single(each => each!["id"]!.GetValue<string>() == erasure)!["vendors"]!;

    /// <summary>Every table in which the text stands, as often as it does.</summary>
    public static async Task<IReadOnlyList<string>> TracesAsync(TestShop shop, string text)
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

    public static int Count(string file, string text)
    {
        if (!File.Exists(file)) return 0;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd().Split(text).Length - 1;
    }
}
