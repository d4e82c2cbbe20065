using System.Net.Http.Json;
using Composable.Hub.Events;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;
using Composable.Hub.Verification;

namespace Composable.Hub.Tests.Verification;

/// <summary>The verifier beside a shop at work: it finds what is wrong and nothing else.</summary>
public sealed class VerifierTests
{
    private static readonly HttpClient Http = new();

    private sealed record Books(IReadOnlyList<VendorCharge> Charges);

    [Theory, OnBothDatabases]
    public async Task While_people_buy_and_staff_refund_nothing_is_wrong(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var sku = await shop.Client().SellAsync(2500, stock: 10_000);
        using var closing = new CancellationTokenSource();
        var busy = Enumerable.Range(0, 6).Select(index => BuyUntilAsync(shop, sku, index, closing.Token)).ToList();

        for (var round = 0; round < 15; round++)
        {
            await Task.Delay(150);
            Wrong(await VerifyAsync(shop)).ShouldBeEmpty();
        }

        await closing.CancelAsync();
        await Task.WhenAll(busy);
        var findings = await VerifyAsync(shop);
        Wrong(findings).ShouldBeEmpty();
        findings.Single(finding => finding.Id == "I3").Checked.ShouldBeGreaterThan(10, "people did buy");
    }

    [Theory, OnBothDatabases]
    public async Task A_capture_that_the_books_do_not_bear_out_is_found(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var client = shop.Client();
        var basket = await client.FillAsync(await client.SellAsync());
        await basket.OrderUntilAsync((await basket.PayAsync()).Text("orderId")!, "paid");
        Wrong(await VerifyAsync(shop)).ShouldBeEmpty();

        await shop.Database.CommitAsync(new Commit().Add($"UPDATE payments SET captured = captured - 1 WHERE checkout_id = {basket.CheckoutId}"), default);

        Wrong(await VerifyAsync(shop)).ShouldBe(["I3", "I7"]);
    }

    [Theory, OnBothDatabases]
    public async Task An_order_paid_after_the_books_were_read_is_not_held_against_them(string database)
    {
        await using var shop = await TestShop.StartAsync(database);
        var basket = await shop.Client().FillAsync(await shop.Client().SellAsync());

        var findings = await VerifyAsync(shop, afterReading: async () =>
        {
            if (await shop.OrdersOfAsync(basket.CheckoutId) == 0) (await basket.PayAsync()).ShouldAnswer(200);
        });

        Wrong(findings).ShouldBeEmpty();
        findings.Single(finding => finding.Id == "I1").Checked.ShouldBe(1, "the order is there");
    }

    [Theory, OnBothDatabases]
    public async Task A_snapshot_stays_at_its_moment_and_keeps_nobody_waiting(string database)
    {
        var shop = await TestShop.OnAsync(database);
        await using var snapshot = await shop.Database.SnapshotAsync(default);
        var before = await snapshot.CountAsync($"SELECT count(*) FROM events", default);

        await shop.Database.CommitAsync(new Commit().Append(new HubEvent(TestShop.NewSku(), 1, "toy.happened", "{}")), default);

        (await snapshot.CountAsync($"SELECT count(*) FROM events", default)).ShouldBe(before);
        (await shop.Database.CountAsync($"SELECT count(*) FROM events", default)).ShouldBeGreaterThan(before);
    }

    private static Task<IReadOnlyList<Finding>> VerifyAsync(TestShop shop, Func<Task>? afterReading = null) => Verifier.RunAsync(
        shop.Database,
        async cancellationToken =>
        {
            var books = await Http.GetFromJsonAsync<Books>(new Uri(shop.SandboxUrl, "/_ledger/stripe"), cancellationToken);
            if (afterReading is not null) await afterReading();
            return new Dictionary<string, IReadOnlyList<VendorCharge>> { ["stripe"] = books!.Charges };
        },
        TimeProvider.System,
        default);

    private static IEnumerable<string> Wrong(IReadOnlyList<Finding> findings) =>
        findings.Where(finding => finding.Violations.Count > 0).Select(finding => finding.Id);

    private static async Task BuyUntilAsync(TestShop shop, string sku, int index, CancellationToken closed)
    {
        var client = shop.Client();
        while (!closed.IsCancellationRequested)
        {
            var basket = await client.FillAsync(sku);
            var paid = await basket.PayAsync(index == 0 ? "pm_card_visa_chargeDeclined" : "pm_card_visa");
            if (paid.Text("orderId") is not { } order) continue;
            if (index == 1) await client.StaffOrderAsync(order, "cancel");
            if (index == 2) await client.StaffOrderAsync(order, "refund", new { amount = new { amount = 500, currency = "USD" } });
        }
    }
}
