using System.Text.Json;

namespace Composable.Hub.Orders;

/// <summary>What the event of a sale says: what was sold and for how much, not who bought it. Amounts are minor units.</summary>
internal sealed record OrderPlaced(
    string Id, string Number, string Status, string CheckoutId, string CartId, string Market, string Currency, string Country,
    IReadOnlyList<OrderLine> Lines, IReadOnlyList<string> Codes, OrderDelivery Delivery, OrderTotals Totals, DateTimeOffset PlacedAt, long Version)
{
    public static string Of(Order order) => JsonSerializer.Serialize(
        new OrderPlaced(
            order.Id, order.Number, order.Status, order.CheckoutId, order.CartId, order.Market, order.Currency, order.ShippingAddress.Country,
            order.Lines, order.Codes, order.Delivery, order.Totals, order.PlacedAt, order.Version),
        OrderEventJson.Default.OrderPlaced);

    public static OrderPlaced Read(string data) => JsonSerializer.Deserialize(data, OrderEventJson.Default.OrderPlaced)!;
}
