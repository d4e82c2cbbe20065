using Composable.Connectors.Sdk;
using Composable.Hub.Orders;
using FsCheck;
using FsCheck.Fluent;

namespace Composable.Hub.Tests.Orders;

public sealed class RefundTaxTests
{
    [Fact]
    public void However_an_order_is_refunded_the_parts_of_tax_add_up_to_its_tax() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(
        Gen.Choose(1, 200_000).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), Gen.Choose(1, 20_000).ArrayOf().ToArbitrary(), (total, percent, parts) => Holds(total, percent, parts)));

    private static bool Holds(long total, long percent, int[] parts)
    {
        var tax = total * percent / 100;
        var (given, left) = (0L, total);
        var order = Order(total, tax);
        foreach (var part in parts.Append(int.MaxValue).Select(part => Math.Min(part, left)).TakeWhile(_ => left > 0))
        {
            var share = order.TaxIn(part);
            share.ShouldBeInRange(0, part);
            given += share;
            left -= part;
            order = order.WithPayment("pay", payment => payment with { Refunded = payment.Refunded + part });
        }

        given.ShouldBe(left == 0 ? tax : order.Totals.Tax * (total - left) / total);
        left.ShouldBe(0);
        return true;
    }

    private static Order Order(long total, long tax) => new()
    {
        Id = "ord",
        Number = "1",
        Status = Composable.Hub.Orders.Order.Paid,
        CheckoutId = "chk",
        CartId = "cart",
        TokenHash = "",
        Market = "US",
        Currency = "USD",
        Email = "",
        Lines = [],
        ShippingAddress = new("", "", "", "", "US"),
        Delivery = new("", "", "", 0),
        Totals = new(total - tax, 0, 0, tax, total, false),
        Tax = null!,
        Payments = [new("pay", "stripe", "pi", "captured", total, total, 0)],
        PlacedAt = default,
        Version = 1,
    };
}
