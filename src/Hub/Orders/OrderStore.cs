using System.Text.Json;
using Composable.Hub.Access;
using Composable.Hub.Events;
using Composable.Hub.Storage;

namespace Composable.Hub.Orders;

/// <summary>Orders at rest: one row, its document, and an event for every change, in one commit.</summary>
internal sealed class OrderStore(Database database) : IDisposable
{
    public const string Stale = "stale";

    private readonly Latest<Order> latest = new(10_000);

    public async Task<Order?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var doc = await database.FirstAsync<string>($"SELECT doc FROM orders WHERE id = {id}", cancellationToken);
        if (doc is null) return null;
        var order = Parse(doc);
        latest.Set(id, order);
        return order;
    }

    /// <summary>The caller's own order; anybody else's does not exist for them.</summary>
    public async Task<Order?> OwnedAsync(string id, Caller caller, CancellationToken cancellationToken) => (await ReadAsync(id, cancellationToken)).Of(caller);

    /// <summary>A customer's orders, newest first.</summary>
    public async Task<List<Order>> OfCustomerAsync(string customerId, long beforeAt, string beforeId, int limit, CancellationToken cancellationToken) => [.. (await database.QueryAsync<string>($"""
        SELECT doc FROM orders WHERE customer_id = {customerId} AND (placed_at, id) < ({beforeAt}, {beforeId}) ORDER BY placed_at DESC, id DESC LIMIT {limit}
        """, cancellationToken)).Select(Parse)];

    /// <summary>What guests ordered with an e-mail address, however it was capitalised. Looks through all orders of guests.</summary>
    public async Task<List<Order>> OfGuestsAsync(string email, CancellationToken cancellationToken)
    {
        // What JSON may write in another way, and what stands for something in a pattern, may be anything here; which orders it is, is looked at below.
        var word = string.Concat(email.Trim().ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '@' or '.' or '-' ? letter : '%'));
        var docs = await database.QueryAsync<string>($"SELECT doc FROM orders WHERE customer_id IS NULL AND lower(doc) LIKE '%' || {word} || '%'", cancellationToken);
        return [.. docs.Select(Parse).Where(order => order.Email.Trim().Equals(email.Trim(), StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>By id or by number, whoever's it is.</summary>
    public async Task<Order?> NamedAsync(string idOrNumber, CancellationToken cancellationToken) =>
        await database.FirstAsync<string>($"SELECT doc FROM orders WHERE id = {idOrNumber} OR number = {idOrNumber}", cancellationToken) is { } doc ? Parse(doc) : null;

    public async Task<Order?> OfCheckoutAsync(string checkoutId, Caller caller, CancellationToken cancellationToken) =>
        (await database.FirstAsync<string>($"SELECT doc FROM orders WHERE checkout_id = {checkoutId}", cancellationToken) is { } doc ? Parse(doc) : null).Of(caller);

    /// <summary>The order to compute a change from; <paramref name="fresh"/> after a change was refused as stale.</summary>
    public async Task<Order> ForChangeAsync(string id, bool fresh, CancellationToken cancellationToken) =>
        (fresh ? null : latest.Find(id)) ?? await ReadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"Order {id} is gone.");

    /// <summary>Newest first; <paramref name="beforeAt"/> and <paramref name="beforeId"/> are the last row of the page before.</summary>
    public async Task<List<Order>> ListAsync(string? status, long beforeAt, string beforeId, int limit, CancellationToken cancellationToken)
    {
        var docs = await database.QueryAsync<string>($"""
            SELECT doc FROM orders WHERE (placed_at, id) < ({beforeAt}, {beforeId}) AND ({status ?? ""} = '' OR status = {status ?? ""})
            ORDER BY placed_at DESC, id DESC LIMIT {limit}
            """, cancellationToken);
        return [.. docs.Select(Parse)];
    }

    public void Insert(Commit commit, Order order)
    {
        commit.Add($"""
            INSERT INTO orders (id, number, checkout_id, status, market, currency, total, version, doc, placed_at, customer_id)
            VALUES ({order.Id}, {order.Number}, {order.CheckoutId}, {order.Status}, {order.Market}, {order.Currency}, {order.Totals.Total}, {order.Version}, {Format(order)}, {order.PlacedAt.ToUnixTimeMilliseconds()}, {order.CustomerId})
            """);
        commit.Append(new HubEvent(order.Id, order.Version, "order.placed", OrderPlaced.Of(order)));
        latest.Set(order.Id, order);
    }

    /// <summary>Writes the next version of an order; its last timeline entry is what happened.</summary>
    /// <param name="sending">Goods leave with it, which nothing that is being canceled allows.</param>
    public void Update(Commit commit, Order order, string data, bool sending = false)
    {
        Sql allowed = sending ? (Sql)$" AND canceling = 0" : $"";
        commit.Require($"UPDATE orders SET status = {order.Status}, version = {order.Version}, doc = {Format(order)}, customer_id = {order.CustomerId} WHERE id = {order.Id} AND version = {order.Version - 1}{allowed}", 1, Stale);
        commit.Append(new HubEvent(order.Id, order.Version, order.Timeline[^1].Type, data));
        // Whether it takes effect is not known yet: a version that never was must not be computed from.
        latest.Forget(order.Id);
    }

    /// <summary>Marks an order that was not sent as being called off. Whoever sends it at the same time changes the same row: one of them is refused.</summary>
    public static void BeginCancel(Commit commit, string id, string otherwise) =>
        commit.Require($"UPDATE orders SET canceling = 1 WHERE id = {id} AND status IN ('placed', 'paid') AND canceling = 0", 1, otherwise);

    public static void AbandonCancel(Commit commit, string id) => commit.Add($"UPDATE orders SET canceling = 0 WHERE id = {id}");

    public static Order Parse(string doc) => JsonSerializer.Deserialize(doc, OrderJson.Default.Order)!;

    public static string Format(Order order) => JsonSerializer.Serialize(order, OrderJson.Default.Order);

    public void Dispose() => latest.Dispose();
}
