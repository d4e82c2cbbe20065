using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Composable.Hub.Access.Ring;
using Composable.Hub.Connections;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Access;

/// <summary>All keys made anew by one command, under an open shop.</summary>
public sealed class RotationTests
{
    private const string Old = "b2xkIG1hc3RlciBrZXkgZm9yIHRlc3RzIG9ubHkgMzI=", New = "bmV3IG1hc3RlciBrZXkgZm9yIHRlc3RzIG9ubHkgMzI=", Secret = "sk_test_rotation_canary";

    private static readonly string[] Clerk = ["keys:write", "keys:read", "connections:write"], Server = ["orders:read"];

    [Theory, OnBothDatabases]
    public async Task Row_20_while_every_key_is_made_anew_on_two_hubs_nobody_is_refused_and_what_was_old_is_dead(string database)
    {
        await using var shop = await TestShop.StartAsync(database, ("Secrets:Keys:0:Id", "new"), ("Secrets:Keys:0:Key", New), ("Secrets:Keys:1:Id", "old"), ("Secrets:Keys:1:Key", Old));
        var other = await shop.AnotherHubAsync(("Secrets:Keys:0:Id", "new"), ("Secrets:Keys:0:Key", New), ("Secrets:Keys:1:Id", "old"), ("Secrets:Keys:1:Key", Old));
        var client = shop.Client();
        var sku = await client.SellAsync(stock: 100_000);
        foreach (var id in (string[])["second", "third"]) (await PutAsync(client, shop, id)).ShouldAnswer(201);
        (await ShopFloor.EventuallyAsync(async () => (await other.Client().StaffAsync(HttpMethod.Get, "/admin/connections/third")).Status == 200)).ShouldBeTrue();
        var stolen = await StolenAsync(shop, client, sku);
        var refused = new ConcurrentBag<string>();
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var key = stolen.Key;
        var work = new[] { shop, other }.SelectMany(hub => (Task<int>[])[BuyAsync(hub, sku, refused, over.Token), BuyAsync(hub, sku, refused, over.Token), ChangeAsync(hub, hub == shop ? "second" : "third", refused, over.Token), ReadAsync(hub, () => Volatile.Read(ref key), refused, over.Token)]).ToList();
        await Task.Delay(TimeSpan.FromSeconds(1));

        var rotated = (await client.StaffAsync(HttpMethod.Post, "/admin/keys/rotation", new { overlapSeconds = 10 })).ShouldAnswer(201);

        Volatile.Write(ref key, rotated.List("keys").Single(made => made!["name"]!.GetValue<string>() == "server")!["key"]!.GetValue<string>());
        (await ShopFloor.EventuallyAsync(async () => await AliveAsync(shop, stolen.KeyIds) == 0, seconds: 40)).ShouldBeTrue("the old keys are forgotten");
        await Task.Delay(TimeSpan.FromSeconds(1));
        await over.CancelAsync();
        var done = await Task.WhenAll(work);

        refused.ShouldBeEmpty();
        done.ShouldAllBe(times => times > 3);
        rotated.List("classes").Select(name => name!.GetValue<string>()).Order().ShouldBe(["quotes", "secrets"]);
        await ShouldBeDeadAsync(shop, other, stolen);
        var without = await shop.AnotherHubAsync(("Secrets:Keys:0:Id", "new"), ("Secrets:Keys:0:Key", New));
        (await without.Client().StaffAsync(HttpMethod.Post, "/admin/connections/second/test"))["works"].GetValue<bool>().ShouldBeTrue("the old master key can go");
        (await (await without.Client().FillAsync(sku)).PayAsync()).ShouldAnswer(200);
    }

    [Theory, OnBothDatabases]
    public async Task Row_20_a_rotation_that_was_cut_off_is_finished_by_the_hub_and_by_running_it_again(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        (await PutAsync(client, shop, "second")).ShouldAnswer(201);
        var (ring, first) = (shop.Hub.Services.GetRequiredService<KeyRing>(), await SealedWithAsync(shop));
        // As far as the first commit, and no further.
        var commit = new Commit();
        ring.Replace(commit, TimeSpan.FromSeconds(1));
        await shop.Database.CommitAsync(commit, default);
        (await SealedWithAsync(shop)).ShouldBe(first);

        (await ShopFloor.EventuallyAsync(async () => await AliveAsync(shop, [first]) == 0, seconds: 30)).ShouldBeTrue("the hub finished it");
        (await SealedWithAsync(shop)).ShouldNotBe(first);
        (await client.StaffAsync(HttpMethod.Post, "/admin/connections/second/test"))["works"].GetValue<bool>().ShouldBeTrue();

        var second = await SealedWithAsync(shop);
        (await client.StaffAsync(HttpMethod.Post, "/admin/keys/rotation", new { overlapSeconds = 0 })).ShouldAnswer(201).Number("resealed").ShouldBe(1);
        (await SealedWithAsync(shop)).ShouldNotBe(second);
        var restarted = await shop.AnotherHubAsync();
        (await restarted.Client().StaffAsync(HttpMethod.Post, "/admin/connections/second/test"))["works"].GetValue<bool>().ShouldBeTrue();
    }

    [Theory, OnBothDatabases]
    public async Task What_was_stored_before_there_was_a_ring_goes_on(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        (await PutAsync(client, shop, "second")).ShouldAnswer(201);
        // As the release before left it: sealed by the key of the settings itself, and a key of quotes in the open.
        var bare = Sealing.Seal("test", Convert.FromBase64String("dGhpcyBrZXkgaXMgZm9yIHRlc3RzIGFuZCBubyBtb3I="), "second/apiKey", System.Text.Encoding.UTF8.GetBytes(Secret));
        await shop.Database.CommitAsync(new Commit().Add($"DELETE FROM hub_keys WHERE class = 'quotes'").Add($"INSERT INTO secrets (name, value) VALUES ('quote-signing', 'b25jZSB1cG9uIGEgdGltZSBhIGtleSBvZiBxdW90ZXM=')")
            .Add($"UPDATE connections SET secrets = {new JsonObject { ["apiKey"] = bare }.ToJsonString()}, version = 2 WHERE id = 'second'"), default);

        var next = await shop.AnotherHubAsync();

        (await next.Client().StaffAsync(HttpMethod.Post, "/admin/connections/second/test"))["works"].GetValue<bool>().ShouldBeTrue();
        var basket = await next.Client().FillAsync(await client.SellAsync());
        basket.Quote.ShouldStartWith("q1.", Case.Sensitive, "hubs of the release before understand it");
        (await basket.PayAsync()).ShouldAnswer(200);
        (await next.Client().StaffAsync(HttpMethod.Post, "/admin/keys/rotation", new { overlapSeconds = 0 })).ShouldAnswer(201).Number("resealed").ShouldBe(1);
        (await SealedWithAsync(shop)).ShouldNotBe("test");
        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM secrets WHERE name = 'quote-signing'", default) == 0)).ShouldBeTrue("the key in the open is gone");
    }

    [Theory, OnBothDatabases]
    public async Task Only_who_may_do_everything_rotates_everything_and_publishable_keys_wait_to_be_asked_for(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        foreach (var wanted in (object[])[new { name = "clerk", kind = "secret", scopes = Clerk }, new { name = "window", kind = "publishable" }]) (await client.StaffAsync(HttpMethod.Post, "/admin/keys", wanted)).ShouldAnswer(201);
        var clerk = (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = "second clerk", kind = "secret", scopes = Clerk })).Text("key");

        (await client.SendAsync(HttpMethod.Post, "/admin/keys/rotation", new { }, key: clerk)).ShouldAnswer(403, "forbidden");
        foreach (var seconds in (int[])[-1, 301]) (await client.StaffAsync(HttpMethod.Post, "/admin/keys/rotation", new { overlapSeconds = seconds })).ShouldAnswer(400, "invalid_request");

        var rotated = (await client.StaffAsync(HttpMethod.Post, "/admin/keys/rotation", new { })).ShouldAnswer(201);
        rotated.List("keys").Select(key => key!["name"]!.GetValue<string>()).Order().ShouldBe(["clerk", "second clerk"]);
        rotated.List("leftToSettings").Select(name => name!.GetValue<string>()).ShouldContain("demo-staff");
        (await client.StaffAsync(HttpMethod.Post, "/admin/keys/rotation", new { publishable = true })).ShouldAnswer(201).List("keys").Count.ShouldBe(3);
        var said = (await client.StaffAsync(HttpMethod.Get, "/admin/audit?subject=hub-keys")).List("items");
        said.Count.ShouldBe(2);
        foreach (var key in rotated.List("keys")) (await shop.Database.CountAsync($"SELECT count(*) FROM audit WHERE entry LIKE {"%" + key!["key"]!.GetValue<string>() + "%"}", default)).ShouldBe(0);
    }

    private sealed record Stolen(Basket Basket, string Key, string SealedSecret, IReadOnlyList<string> KeyIds, byte[] DataKey);

    /// <summary>Everything an intruder could take along.</summary>
    private static async Task<Stolen> StolenAsync(TestShop shop, ShopClient client, string sku)
    {
        var key = (await client.StaffAsync(HttpMethod.Post, "/admin/keys", new { name = "server", kind = "secret", scopes = Server })).ShouldAnswer(201).Text("key")!;
        var ring = shop.Hub.Services.GetRequiredService<KeyRing>();
        return new(await client.FillAsync(sku), key, await SealedAsync(shop), [ring.Current(HubKey.Quotes)!.Id, ring.Current(HubKey.Secrets)!.Id], ring.Current(HubKey.Secrets)!.Bytes);
    }

    private static async Task ShouldBeDeadAsync(TestShop shop, TestShop other, Stolen stolen)
    {
        foreach (var hub in (TestShop[])[shop, other])
        {
            (await hub.Client().SendAsync(HttpMethod.Get, "/admin/orders", key: stolen.Key)).ShouldAnswer(401, "unauthenticated");
            (await (stolen.Basket with { Client = hub.Client() }).PayAsync()).ShouldAnswer(409, "quote_changed").Text("newQuote/token").ShouldNotBeNull();
        }

        Should.Throw<VendorException>(() => shop.Hub.Services.GetRequiredService<SecretBox>().Open("second/apiKey", stolen.SealedSecret));
        foreach (var text in await shop.Database.QueryAsync<string>($"SELECT secrets FROM connections", default))
            foreach (var (_, secret) in JsonNode.Parse(text)!.AsObject()) foreach (var place in (string[])["second/apiKey", "third/apiKey"]) Sealing.Open(stolen.DataKey, place, secret!.GetValue<string>()).ShouldBeNull();
        foreach (var wrapped in await shop.Database.QueryAsync<string>($"SELECT sealed FROM hub_keys WHERE sealed <> ''", default)) Sealing.KeyOf(wrapped).ShouldBe("new");
        (await stolen.Basket.PayAsync(quote: (await stolen.Basket.CheckoutAsync()).Text("quote/token"))).ShouldAnswer(200);
    }

    private static async Task<int> BuyAsync(TestShop hub, string sku, ConcurrentBag<string> refused, CancellationToken over)
    {
        var times = 0;
        for (; !over.IsCancellationRequested; times++)
        {
            var basket = await hub.Client().FillAsync(sku);
            if (await basket.PayAsync() is { Status: not 200 } no) refused.Add($"complete {no.Status} {no.Json}");
        }

        return times;
    }

    private static async Task<int> ChangeAsync(TestShop hub, string id, ConcurrentBag<string> refused, CancellationToken over)
    {
        var times = 0;
        for (; !over.IsCancellationRequested; times++)
        {
            if (await PutAsync(hub.Client(), hub, id, times + 1) is { Status: not 200 } no) refused.Add($"connection {no.Status} {no.Json}");
            var tried = await hub.Client().StaffAsync(HttpMethod.Post, $"/admin/connections/{id}/test");
            if (tried.Json?["works"]?.GetValue<bool>() != true) refused.Add($"test {tried.Status} {tried.Json}");
            await Task.Delay(20, CancellationToken.None);
        }

        return times;
    }

    private static async Task<int> ReadAsync(TestShop hub, Func<string> key, ConcurrentBag<string> refused, CancellationToken over)
    {
        var times = 0;
        for (; !over.IsCancellationRequested; times++)
        {
            var reply = await hub.Client().SendAsync(HttpMethod.Get, "/admin/orders", key: key());
            if (reply.Status != 200) refused.Add($"orders {reply.Status} {reply.Json}");
            await Task.Delay(20, CancellationToken.None);
        }

        return times;
    }

    private static Task<Reply> PutAsync(ShopClient client, TestShop shop, string id, int time = 0) => client.StaffAsync(HttpMethod.Put, $"/admin/connections/{id}",
        new { connector = "stripe", settings = new { apiKey = Secret, publishableKey = $"pk_test_{time}", baseUrl = new Uri(shop.SandboxUrl, "/stripe").ToString() } }, headers: time == 0 ? [] : [ShopFloor.AnyVersion]);

    private static async Task<string> SealedAsync(TestShop shop) =>
        JsonNode.Parse((await shop.Database.QueryAsync<string>($"SELECT secrets FROM connections WHERE id = 'second'", default)).Single())!["apiKey"]!.GetValue<string>();

    private static async Task<string> SealedWithAsync(TestShop shop) => Sealing.KeyOf(await SealedAsync(shop));

    private static Task<long> AliveAsync(TestShop shop, IEnumerable<string> ids) => shop.Database.CountAsync($"SELECT count(*) FROM hub_keys WHERE sealed <> '' AND id {Sql.In(ids)}", default);
}
