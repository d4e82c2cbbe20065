using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Carts;

public sealed class CartEditTests
{
    [Theory, OnBothDatabases]
    public async Task Lines_can_be_added_changed_and_removed(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var (first, second) = (await client.SellAsync(1999), await client.SellAsync(500));
        var cart = (await client.CartAsync("US", (first, 2))).ShouldAnswer(201);
        var line = cart.Text("lines/0/id")!;

        var added = await client.OperateAsync(cart, new { type = "addLine", sku = second, quantity = 3 }, new { type = "addLine", sku = first, quantity = 1 });
        added.ShouldAnswer(200).Amount("totals/items").ShouldBe(3 * 1999 + 3 * 500);
        added.List("lines").Count.ShouldBe(2, "the same SKU stays one line");

        (await client.OperateAsync(cart, new { type = "setQuantity", lineId = line, quantity = 5 })).Number("lines/0/quantity").ShouldBe(5);
        (await client.OperateAsync(cart, new { type = "setQuantity", lineId = line, quantity = 0 })).List("lines").Count.ShouldBe(1);
        var empty = await client.OperateAsync(cart, new { type = "removeLine", lineId = added.Text("lines/1/id") });
        empty.List("lines").ShouldBeEmpty();
        empty.Amount("totals/total").ShouldBe(0);
        empty.Number("version").ShouldBe(5);
    }

    [Theory, OnBothDatabases]
    public async Task The_simple_routes_do_the_same(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var cart = await client.CartAsync("US");
        var (lines, token) = ($"/v1/carts/{cart.Text("id")}/lines", cart.Text("token"));

        var added = (await client.SendAsync(HttpMethod.Post, lines, new { sku, quantity = 2 }, token: token)).ShouldAnswer(200);
        var line = $"{lines}/{added.Text("lines/0/id")}";
        (await client.SendAsync(HttpMethod.Patch, line, new { quantity = 7 }, token: token)).ShouldAnswer(200).Number("lines/0/quantity").ShouldBe(7);
        (await client.SendAsync(HttpMethod.Delete, line, token: token)).ShouldAnswer(200).List("lines").ShouldBeEmpty();
        (await client.SendAsync(HttpMethod.Delete, line, token: token)).ShouldAnswer(404, "not_found");
    }

    [Theory, OnBothDatabases]
    public async Task Everything_chosen_for_the_order_is_kept(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var cart = await client.CartAsync("US", (await client.SellAsync(), 1));

        var chosen = (await client.OperateAsync(cart,
            new { type = "setEmail", email = "ada@example.com" }, new { type = "setShippingAddress", address = ShopClient.Austin },
            new { type = "setBillingAddress", address = ShopClient.Berlin }, new { type = "chooseDelivery", optionId = "express" })).ShouldAnswer(200);

        chosen.Text("email").ShouldBe("ada@example.com");
        chosen.Text("shippingAddress/city").ShouldBe("Austin");
        chosen.Text("billingAddress/city").ShouldBe("Berlin");
        chosen.Text("deliveryOption").ShouldBe("express");
        (await client.OperateAsync(cart, new { type = "setBillingAddress", address = (object?)null })).Json.At("billingAddress").ShouldBeNull();
    }

    [Theory, OnBothDatabases]
    public async Task A_list_of_operations_is_applied_whole_or_not_at_all(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var cart = await client.CartAsync("US", (await client.SellAsync(), 1));

        var refused = await client.OperateAsync(cart,
            new { type = "setQuantity", lineId = cart.Text("lines/0/id"), quantity = 4 }, new { type = "setEmail", email = "ada@example.com" }, new { type = "removeLine", lineId = "ln_99" });

        refused.ShouldAnswer(404, "not_found");
        refused.Text("errors/0/pointer").ShouldBe("/operations/2/lineId");
        var now = await client.ReadAsync(cart);
        now.Number("lines/0/quantity").ShouldBe(1);
        now.Text("email").ShouldBeNull();
        now.Number("version").ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task Thirty_edits_at_once_all_count_and_leave_a_history_without_gaps(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var sku = await client.SellAsync();
        var cart = await client.CartAsync("US", (sku, 1));

        var edits = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => UntilHeardAsync()));

        edits.ShouldAllBe(status => status == 200);
        (await client.ReadAsync(cart)).Number("lines/0/quantity").ShouldBe(61);
        var id = cart.Text("id");
        var history = await shop.Database.QueryAsync<long>($"SELECT seq FROM events WHERE stream = {id} ORDER BY seq", default);
        history.ShouldBe(Enumerable.Range(1, 31).Select(version => (long)version));

        async Task<int> UntilHeardAsync()
        {
            for (var tries = 0; ; tries++)
            {
                var edit = await client.OperateAsync(cart, new { type = "addLine", sku, quantity = 2 });
                if (edit.Status != 503 || tries > 10) return edit.Status;
                await Task.Delay(200);
            }
        }
    }

    [Theory, OnBothDatabases]
    public async Task An_edit_repeated_with_its_key_counts_once(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var cart = await client.CartAsync("US");
        var key = Guid.NewGuid().ToString("N");
        Task<Reply> Add(int quantity) => client.SendAsync(
            HttpMethod.Post, $"/v1/carts/{cart.Text("id")}/operations", new { operations = new[] { new { type = "addLine", sku, quantity } } }, token: cart.Text("token"), idempotency: key);

        (await Add(2)).ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBeNull();
        (await Add(2)).ShouldAnswer(200).Header("Idempotent-Replayed").ShouldBe("true");
        (await Add(3)).ShouldAnswer(422, "idempotency_conflict");
        (await client.ReadAsync(cart)).Number("lines/0/quantity").ShouldBe(2);
    }

    [Theory, OnBothDatabases]
    public async Task Row_02_a_cart_is_reached_with_its_token_only(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var (cart, other) = (await client.CartAsync("US", (sku, 1)), await client.CartAsync("US", (sku, 1)));
        var path = $"/v1/carts/{cart.Text("id")}";

        (await client.GetAsync(path)).ShouldAnswer(404, "not_found");
        (await client.GetAsync(path, other.Text("token"))).ShouldAnswer(404, "not_found");
        (await client.SendAsync(HttpMethod.Post, path + "/lines", new { sku, quantity = 1 }, token: other.Text("token"))).ShouldAnswer(404, "not_found");
        (await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = cart.Text("id") }, token: other.Text("token"))).ShouldAnswer(404, "not_found");
        var own = await client.GetAsync(path, cart.Text("token"));
        own.ShouldAnswer(200).Text("token").ShouldBeNull("a token is shown once");
    }

    [Theory, OnBothDatabases]
    public async Task A_cart_that_became_an_order_is_closed(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var basket = await client.FillAsync(sku);
        (await basket.PayAsync()).ShouldAnswer(200);

        (await client.SendAsync(HttpMethod.Post, $"/v1/carts/{basket.CartId}/lines", new { sku, quantity = 1 }, token: basket.Token)).ShouldAnswer(409, "cart_closed");
        (await client.SendAsync(HttpMethod.Post, "/v1/checkouts", new { cartId = basket.CartId }, token: basket.Token)).ShouldAnswer(409, "cart_closed");
        (await client.GetAsync($"/v1/carts/{basket.CartId}", basket.Token)).Text("status").ShouldBe("ordered");
    }

    [Theory, OnBothDatabases]
    public async Task An_edit_for_another_version_is_refused_with_the_version_there_is(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var sku = await client.SellAsync();
        var cart = await client.CartAsync("US", (sku, 1));
        Task<Reply> Add(string version) => client.SendAsync(
            HttpMethod.Post, $"/v1/carts/{cart.Text("id")}/lines", new { sku, quantity = 1 }, token: cart.Text("token"), headers: ("If-Match", version));

        (await Add("\"v1\"")).ShouldAnswer(200);
        var stale = await Add("\"v1\"");
        stale.ShouldAnswer(412, "precondition_failed");
        stale.Header("ETag").ShouldBe("\"v2\"");
    }
}
