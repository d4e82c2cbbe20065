using System.Text.Json.Nodes;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Customers;

public sealed class AccountTests
{
    private const string Addresses = "/v1/customers/me/addresses";

    [Theory, OnBothDatabases]
    public async Task What_is_left_out_stays_and_null_empties(string database)
    {
        var shopper = await Shopper.RegisterAsync((await TestShop.OnAsync(database)).Client());
        await shopper.SendAsync(HttpMethod.Patch, "/v1/customers/me", new { phone = "+1 512 555 0100", consent = new { marketing = true, personalization = true } });

        var changed = (await shopper.SendAsync(HttpMethod.Patch, "/v1/customers/me", """{"phone":null,"consent":{"marketing":false}}""")).ShouldAnswer(200);

        changed["name"].GetValue<string>().ShouldBe("Ada Byron");
        changed.Json!["phone"].ShouldBeNull();
        changed["consent"].ToJsonString().ShouldBe("""{"marketing":false,"personalization":false}""");
    }

    [Theory, OnBothDatabases]
    public async Task A_change_made_for_an_older_version_is_refused(string database)
    {
        var shopper = await Shopper.RegisterAsync((await TestShop.OnAsync(database)).Client());
        var tag = (await shopper.MeAsync()).Header("ETag")!;
        (await shopper.SendAsync(HttpMethod.Patch, "/v1/customers/me", new { name = "Ada" }, headers: ("If-Match", tag))).ShouldAnswer(200);

        (await shopper.SendAsync(HttpMethod.Patch, "/v1/customers/me", new { name = "Eve" }, headers: ("If-Match", tag))).ShouldAnswer(412, "precondition_failed");
    }

    [Theory, OnBothDatabases]
    public async Task Addresses_are_kept_changed_and_removed_and_one_is_the_default(string database)
    {
        var shopper = await Shopper.RegisterAsync((await TestShop.OnAsync(database)).Client());
        var austin = (await shopper.SendAsync(HttpMethod.Post, Addresses, new { address = ShopClient.Austin, defaultShipping = true })).ShouldAnswer(201);
        var berlin = (await shopper.SendAsync(HttpMethod.Post, Addresses, new { address = ShopClient.Berlin, defaultShipping = true, defaultBilling = true })).ShouldAnswer(201);
        var list = (await shopper.GetAsync(Addresses)).ShouldAnswer(200).Json!["items"]!.AsArray();
        Defaults(list).ShouldBe([(Id(austin), false, false), (Id(berlin), true, true)]);

        (await shopper.SendAsync(HttpMethod.Put, $"{Addresses}/{Id(austin)}", new { address = ShopClient.Tokyo, defaultBilling = true })).ShouldAnswer(200);

        list = (await shopper.GetAsync(Addresses)).Json!["items"]!.AsArray();
        Defaults(list).ShouldBe([(Id(austin), false, true), (Id(berlin), true, false)]);
        list[0]!["address"]!["city"]!.GetValue<string>().ShouldBe("Tokyo");
        (await shopper.SendAsync(HttpMethod.Delete, $"{Addresses}/{Id(austin)}")).ShouldAnswer(204);
        (await shopper.SendAsync(HttpMethod.Delete, $"{Addresses}/{Id(austin)}")).ShouldAnswer(404);
        (await shopper.GetAsync(Addresses)).Json!["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task Addresses_added_at_once_are_all_there(string database)
    {
        var shopper = await Shopper.RegisterAsync((await TestShop.OnAsync(database)).Client());

        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => shopper.SendAsync(HttpMethod.Post, Addresses, new { address = ShopClient.Austin })));

        added.Select(reply => Id(reply.ShouldAnswer(201))).Distinct().Count().ShouldBe(4);
        (await shopper.GetAsync(Addresses)).Json!["items"]!.AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public async Task An_impossible_address_and_too_many_are_refused()
    {
        await using var shop = await TestShop.StartAsync("sqlite", ("Customers:MaxAddresses", "1"));
        var shopper = await Shopper.RegisterAsync(shop.Client());

        (await shopper.SendAsync(HttpMethod.Post, Addresses, new { address = new { name = "Ada", line1 = "1 Main St", city = "Austin", postalCode = "78701", country = "US" } }))
            .ShouldAnswer(400)["errors"]![0]!["pointer"]!.GetValue<string>().ShouldBe("/address/region");
        (await shopper.SendAsync(HttpMethod.Post, Addresses, new { address = ShopClient.Austin })).ShouldAnswer(201);
        (await shopper.SendAsync(HttpMethod.Post, Addresses, new { address = ShopClient.Austin })).ShouldAnswer(422, "limit_exceeded");
    }

    [Theory, OnBothDatabases]
    public async Task A_guests_order_is_claimed_with_its_token_or_by_the_verified_address_it_went_to(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var shopper = await Shopper.RegisterAsync(client);
        var (byToken, byMail) = (await client.FillAsync(await client.SellAsync()), await client.FillAsync(await client.SellAsync(), email: shopper.Email.ToUpperInvariant()));
        var first = (await byToken.PayAsync()).ShouldAnswer(200)["orderId"].GetValue<string>();
        var second = (await byMail.PayAsync()).ShouldAnswer(200)["order"]!["number"]!.GetValue<string>();
        (await ClaimAsync(shopper, first)).ShouldAnswer(404);
        (await ClaimAsync(shopper, second)).ShouldAnswer(404, "not_found");

        (await ClaimAsync(shopper, first, byToken.Token)).ShouldAnswer(200);
        (await shopper.SendAsync(HttpMethod.Post, "/v1/customers/email-confirmations", new { token = await Mailbox.ProofAsync(shopper.Email, "confirm that this is your e-mail address") })).ShouldAnswer(204);
        (await ClaimAsync(shopper, second)).ShouldAnswer(200);

        (await shopper.GetAsync("/v1/customers/me/orders")).ShouldAnswer(200).Json!["items"]!.AsArray().Count.ShouldBe(2);
        (await client.GetAsync($"/v1/orders/{first}", byToken.Token)).ShouldAnswer(404);
        (await ClaimAsync(await Shopper.RegisterAsync(client), first, byToken.Token)).ShouldAnswer(404);
    }

    [Theory, OnBothDatabases]
    public async Task Row_04_the_list_of_orders_goes_page_by_page_and_shows_nobody_elses(string database)
    {
        var shop = await TestShop.OnAsync(database);
        var client = shop.Client();
        var (ada, eve) = (await Shopper.RegisterAsync(client), await Shopper.RegisterAsync(client));
        var placed = new List<string>();
        for (var orders = 0; orders < 3; orders++)
        {
            var basket = await client.FillAsync(await client.SellAsync());
            placed.Insert(0, (await basket.PayAsync()).ShouldAnswer(200)["orderId"].GetValue<string>());
            (await ClaimAsync(ada, placed[0], basket.Token)).ShouldAnswer(200);
        }

        var first = (await ada.GetAsync("/v1/customers/me/orders?limit=2")).ShouldAnswer(200);
        var rest = (await ada.GetAsync($"/v1/customers/me/orders?limit=2&cursor={first["nextCursor"].GetValue<string>()}")).ShouldAnswer(200);

        ((JsonNode[])[first.Json!, rest.Json!]).SelectMany(page => page["items"]!.AsArray()).Select(order => order!["id"]!.GetValue<string>()).ShouldBe(placed);
        (await eve.GetAsync($"/v1/customers/me/orders?cursor={first["nextCursor"].GetValue<string>()}")).ShouldAnswer(200).Json!["items"]!.AsArray().ShouldBeEmpty();
    }

    private static Task<Reply> ClaimAsync(Shopper shopper, string order, string? token = null) => shopper.SendAsync(HttpMethod.Post, "/v1/customers/me/orders/claims", new { order }, token);

    private static string Id(Reply reply) => reply["id"].GetValue<string>();

    private static IEnumerable<(string, bool, bool)> Defaults(JsonArray list) =>
        list.Select(address => (address!["id"]!.GetValue<string>(), address["defaultShipping"]!.GetValue<bool>(), address["defaultBilling"]!.GetValue<bool>()));
}
