using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Checkout;

public sealed class FirstPurchaseTests
{
    [Theory, OnBothDatabases]
    public async Task A_cart_becomes_one_paid_order(string database)
    {
        var client = (await TestShop.OnAsync(database)).Client();
        var basket = await client.FillAsync(await client.SellAsync(), quantity: 2);

        var completed = await basket.PayAsync();

        completed.Status.ShouldBe(200, completed.Json?.ToString());
        completed["status"].GetValue<string>().ShouldBe("completed");
        var orderId = completed["orderId"].GetValue<string>();
        var order = await basket.OrderUntilAsync(orderId, "paid");
        order["totals"]["total"]!["amount"]!.GetValue<long>().ShouldBe(basket.Total);
    }
}
