using Composable.Connectors.Sdk;
using Composable.Hub.Tests.Connections.Routing;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Tests.Http;
using Composable.Hub.Tests.Http.CardData;
using Composable.Hub.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Composable.Hub.Tests.Payments;

/// <summary>Fault 28: a provider settles differently from what it was asked. It is never accepted silently.</summary>
[Collection(CapturedLog.OneAtATime)]
public sealed class OddProviderTests
{
    private static readonly Dictionary<string, Func<Money, Money>> Oddities = new()
    {
        ["one more"] = amount => amount with { Amount = amount.Amount + 1 },
        ["a part"] = amount => amount with { Amount = amount.Amount / 2 },
        ["nothing"] = amount => amount with { Amount = 0 },
        ["another currency"] = amount => amount with { Currency = "CAD" },
    };

    public static TheoryData<string, string> OnEach
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var oddity in Oddities.Keys)
            {
                data.Add("sqlite", oddity);
                if (TestShop.PostgresUrl is not null) data.Add("postgres", oddity);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(OnEach))]
    public async Task Another_reservation_than_was_asked_for_is_given_back_and_no_order_is_made(string database, string oddity)
    {
        await using var shop = await StartAsync(database);
        var provider = shop.Hub.Services.GetRequiredService<OddProvider>();
        provider.Authorizes = Oddities[oddity];
        var sku = await shop.Client().SellAsync(stock: 5);
        var basket = await shop.Client().FillAsync(sku);

        (await basket.PayAsync()).ShouldBeProblem(502, "connector_invalid_response", oddity);

        provider.Held.Values.ShouldHaveSingleItem().Voided.ShouldBeTrue();
        (await basket.CheckoutAsync()).Text("status").ShouldBe("ready");
        (await shop.AttemptsAsync(basket)).ShouldHaveSingleItem().Status.ShouldBe("voided");
        (await shop.StockOfAsync(sku)).ShouldBe((5, 0));
        (await shop.Database.CountAsync($"SELECT count(*) FROM orders WHERE checkout_id = {basket.CheckoutId}", default)).ShouldBe(0);
    }

    [Theory, MemberData(nameof(OnEach))]
    public async Task Another_capture_than_was_asked_for_is_not_booked_and_waits_for_staff(string database, string oddity)
    {
        await using var shop = await StartAsync(database);
        shop.Hub.Services.GetRequiredService<OddProvider>().Moves = Oddities[oddity];
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());

        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;

        await ShouldBeStuckAsync(shop, basket.CheckoutId);
        (await basket.Client.OrderAsync(order)).Text("status").ShouldBe("placed");
        (await shop.BalanceAsync(order, "clearing:odd")).ShouldBe(0);
    }

    [Theory, MemberData(nameof(OnEach))]
    public async Task Another_refund_than_was_asked_for_is_not_booked_and_waits_for_staff(string database, string oddity)
    {
        await using var shop = await StartAsync(database);
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        shop.Hub.Services.GetRequiredService<OddProvider>().Moves = Oddities[oddity];

        (await basket.Client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } })).ShouldAnswer(202);

        (await shop.Database.CountAsync($"SELECT count(*) FROM processes WHERE kind = 'refund' AND status = 'stuck'", default)).ShouldBe(1);
        (await basket.Client.OrderAsync(order)).Text("payments/0/status").ShouldBe("captured");
        (await basket.Client.StaffOrderAsync(order, "refund")).Code.ShouldNotBeNull("until staff have decided, what may be gone is not given away again");
    }

    [Theory, OnBothDatabases]
    public async Task A_cancellation_whose_refund_is_another_amount_waits_for_staff(string database)
    {
        await using var shop = await StartAsync(database);
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());
        var order = (await basket.PayAsync()).ShouldAnswer(200).Text("orderId")!;
        await basket.OrderUntilAsync(order, "paid");
        shop.Hub.Services.GetRequiredService<OddProvider>().Moves = Oddities["a part"];

        (await basket.Client.StaffOrderAsync(order, "cancel")).ShouldAnswer(202);

        (await shop.Database.CountAsync($"SELECT count(*) FROM processes WHERE kind = 'cancel' AND status = 'stuck'", default)).ShouldBe(1);
        (await basket.Client.OrderAsync(order)).Text("status").ShouldBe("paid");
    }

    [Theory, OnBothDatabases]
    public async Task A_card_number_that_a_provider_says_in_its_failure_is_neither_kept_nor_logged(string database)
    {
        using var log = new CapturedLog();
        await using var shop = await StartAsync(database);
        shop.Hub.Services.GetRequiredService<OddProvider>().Moves = _ => throw new VendorException(VendorFailure.Transient, $"card {Canary.Number} is busy");
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());

        (await basket.PayAsync()).ShouldAnswer(200);

        (await ShopFloor.EventuallyAsync(async () => await shop.Database.CountAsync($"SELECT count(*) FROM processes WHERE subject = {basket.CheckoutId} AND error LIKE '%withheld%'", default) == 1)).ShouldBeTrue();
        (await Canary.KeptAsync(shop, Canary.Number)).ShouldBeEmpty();
        log.Text.ShouldNotContain(Canary.Number);
    }

    private static async Task<TestShop> StartAsync(string database)
    {
        var shop = await TestShop.StartAsync(database, services => services.AddSingleton<OddProvider>().AddSingleton<Connector>(provider => provider.GetRequiredService<OddProvider>()), ("Connections:odd:Connector", "odd"));
        (await shop.Client().RouteAsync("US", "payments", RoutedShop.Use("odd"))).ShouldAnswer(201);
        return shop;
    }

    private static async Task ShouldBeStuckAsync(TestShop shop, string subject) => (await ShopFloor.EventuallyAsync(async () =>
        await shop.Database.CountAsync($"SELECT count(*) FROM processes WHERE subject = {subject} AND status = 'stuck'", default) == 1)).ShouldBeTrue();
}
