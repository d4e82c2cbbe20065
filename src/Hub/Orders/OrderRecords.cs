using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Orders;

/// <summary>What orders know of a customer. The orders stay, because the books need them; who placed them goes.</summary>
internal sealed class OrderRecords(Database database, OrderStore orders, TimeProvider clock) : IPersonalData
{
    private const int Tries = 6;

    public string Name => "orders";

    public async Task<IReadOnlyList<string>> ThingsAsync(string customerId, CancellationToken cancellationToken) => [.. (await AllAsync(customerId, cancellationToken)).Select(order => order.Email), .. await database.QueryAsync<string>($"""
        SELECT id FROM orders WHERE customer_id = {customerId}
        UNION SELECT p.id FROM payments p JOIN orders o ON o.id = p.order_id WHERE o.customer_id = {customerId}
        UNION SELECT p.vendor_id FROM payments p JOIN orders o ON o.id = p.order_id WHERE o.customer_id = {customerId} AND p.vendor_id IS NOT NULL
        """, cancellationToken)];

    /// <summary>Providers know the attempts, also those that came to nothing; whoever taxed an order was told of the sale.</summary>
    public async Task<IReadOnlyList<VendorTrace>> TracesAsync(Person person, CancellationToken cancellationToken)
    {
        var orders = await AllAsync(person.CustomerId, cancellationToken);
        var things = person.Things.Concat(orders.Select(order => order.CheckoutId)).ToList();
        var payments = await database.QueryAsync<(string Connection, string Id, string? VendorId)>(
            $"SELECT connection, id, vendor_id FROM payments WHERE order_id {Sql.In(things)} OR checkout_id {Sql.In(things)} ORDER BY id", cancellationToken);
        return [.. payments.Select(row => new VendorTrace(row.Connection, new SubjectPayment(row.Id, row.VendorId))), .. orders.Select(order => new VendorTrace(order.Tax.Connection, Sale: order.Id))];
    }

    public async Task<JsonNode?> ExportAsync(Person person, CancellationToken cancellationToken) =>
        new JsonArray([.. (await AllAsync(person.CustomerId, cancellationToken)).Concat(person.VerifiedEmail is { } email ? await orders.OfGuestsAsync(email, cancellationToken) : []).Select(order => JsonNode.Parse(Json.Write(order.View())))]);

    public async Task<long> ForgetAsync(Person person, CancellationToken cancellationToken)
    {
        var all = await AllAsync(person.CustomerId, cancellationToken);
        foreach (var order in all) await ForgetAsync(order, person, cancellationToken);
        return all.Count;
    }

    /// <summary>An order may move on at the same moment: it is shipped, a notice arrives.</summary>
    private async Task ForgetAsync(Order order, Person person, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var request = order.Tax.Request;
            var forgotten = order.With("order.forgotten", "Who placed the order was erased at their request.", clock.GetUtcNow()) with
            {
                Email = person.Pseudonym,
                ShippingAddress = Pseudonyms.Of(order.ShippingAddress),
                BillingAddress = order.BillingAddress is { } billing ? Pseudonyms.Of(billing) : null,
                Fulfillments = [.. order.Fulfillments.Select(sent => sent with { TrackingNumber = null })],
                Payments = [.. order.Payments.Select(payment => payment with { Refunds = [.. payment.Refunds.Select(refund => refund with { Reason = null })] })],
                Tax = order.Tax with { Request = request with { ShipTo = request.ShipTo with { City = "", Line1 = "" } } },
            };
            var commit = new Commit();
            orders.Update(commit, forgotten, "{}");
            // Hubs of before wrote reasons and tracking numbers there.
            commit.Add($"UPDATE events SET data = '{{}}' WHERE stream = {order.Id} AND type IN ('order.canceled', 'order.fulfilled')");
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                return;
            }
            catch (Exception moved) when (tries < Tries && moved is GuardFailedException or DuplicateException { Table: "events" })
            {
                order = await orders.ForChangeAsync(order.Id, fresh: true, cancellationToken);
            }
        }
    }

    private async Task<List<Order>> AllAsync(string customerId, CancellationToken cancellationToken) =>
        [.. (await database.QueryAsync<string>($"SELECT doc FROM orders WHERE customer_id = {customerId}", cancellationToken)).Select(OrderStore.Parse)];
}
