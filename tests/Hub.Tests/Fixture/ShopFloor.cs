namespace Composable.Hub.Tests.Fixture;

/// <summary>What shoppers and staff do in many tests, in one word each.</summary>
public static class ShopFloor
{
    /// <summary>Amounts by currency, for promotions.</summary>
    public static Dictionary<string, long> Usd(long amount) => new() { ["USD"] = amount };

    public static Task<Reply> CartAsync(this ShopClient client, string market, params (string Sku, int Quantity)[] lines) =>
        client.SendAsync(HttpMethod.Post, "/v1/carts", new { market, lines = lines.Select(line => new { sku = line.Sku, quantity = line.Quantity }) });

    public static Task<Reply> OperateAsync(this ShopClient client, Reply cart, params object[] operations) =>
        client.SendAsync(HttpMethod.Post, $"/v1/carts/{cart.Text("id")}/operations", new { operations }, token: cart.Text("token"));

    public static Task<Reply> ReadAsync(this ShopClient client, Reply cart) => client.GetAsync($"/v1/carts/{cart.Text("id")}", cart.Text("token"));

    public static Task<Reply> OpenCheckoutAsync(this ShopClient client, Reply cart) =>
        client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart.Text("id") }, token: cart.Text("token"));

    public static Task<Reply> PatchCheckoutAsync(this ShopClient client, Reply cart, string checkoutId, object change) =>
        client.SendAsync(HttpMethod.Patch, $"/v1/checkouts/{checkoutId}", change, token: cart.Text("token"));

    /// <summary>A code of the test's own; returns it.</summary>
    public static async Task<string> PromiseAsync(this ShopClient client, object promotion)
    {
        var code = $"C{Guid.NewGuid():N}"[..16].ToUpperInvariant();
        (await client.StaffAsync(HttpMethod.Put, $"/admin/promotions/{code}", promotion)).ShouldAnswer(201);
        return code;
    }

    public static async Task PriceAsync(this ShopClient client, string sku, long amount, string currency = "USD") =>
        (await client.StaffAsync(HttpMethod.Post, "/admin/prices", new { sku, currency, amount })).ShouldAnswer(200);

    public static async Task CountAsync(this ShopClient client, string sku, long onHand) =>
        (await client.StaffAsync(HttpMethod.Post, "/admin/stock", new { sku, onHand })).ShouldAnswer(200);

    /// <summary>Changes an order, whichever version it is at.</summary>
    public static Task<Reply> StaffOrderAsync(this ShopClient client, string orderId, string action, object? body = null, string? key = null) =>
        client.StaffAsync(HttpMethod.Post, $"/admin/orders/{orderId}/{action}", body ?? new { }, key ?? Guid.NewGuid().ToString("N"), AnyVersion);

    public static (string Name, string Value) AnyVersion => ("If-Match", "*");

    public static Task<Reply> OrderAsync(this ShopClient client, string orderId) => client.StaffAsync(HttpMethod.Get, $"/admin/orders/{orderId}");

    /// <summary>Pieces on hand and reserved.</summary>
    public static async Task<(long OnHand, long Reserved)> StockOfAsync(this TestShop shop, string sku) =>
        (await shop.Database.QueryAsync<(long, long)>($"SELECT on_hand, reserved FROM stock WHERE sku = {sku}", default)).Single();

    /// <summary>What all movements of a SKU add up to.</summary>
    public static async Task<(long OnHand, long Reserved)> MovementsOfAsync(this TestShop shop, string sku) => (await shop.Database.QueryAsync<(long, long)>(
        $"SELECT CAST(sum(on_hand_change) AS bigint), CAST(sum(reserved_change) AS bigint) FROM stock_movements WHERE sku = {sku}", default)).Single();

    public static Task<long> OrdersOfAsync(this TestShop shop, string checkoutId) => shop.Database.CountAsync($"SELECT count(*) FROM orders WHERE checkout_id = {checkoutId}", default);

    /// <summary>The balance of an account for one order: debits minus credits.</summary>
    public static Task<long> BalanceAsync(this TestShop shop, string orderId, string account) => shop.Database.CountAsync($"""
        SELECT CAST(coalesce(sum(CASE WHEN debit = {account} THEN amount WHEN credit = {account} THEN -amount ELSE 0 END), 0) AS bigint) FROM ledger WHERE order_id = {orderId}
        """, default);

    public static async Task<bool> EventuallyAsync(Func<Task<bool>> holds, int seconds = 20)
    {
        for (var tries = 0; tries < seconds * 10; tries++)
        {
            if (await holds()) return true;
            await Task.Delay(100);
        }

        return false;
    }
}
