using System.Text.Json;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Events;
using Composable.Hub.Storage;

namespace Composable.Hub.Checkout;

/// <summary>Checkouts at rest.</summary>
internal sealed class CheckoutStore(Database database, CartStore carts) : IDisposable
{
    public const string Stale = CartStore.Stale;

    private readonly Latest<CheckoutSession> latest = new(20_000);

    /// <summary>The session and its cart as they are now, in one read.</summary>
    public async Task<(CheckoutSession Session, Cart Cart)?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var row = await database.FirstAsync<Row>($"SELECT k.doc AS session, k.quote, c.doc AS cart FROM checkouts k JOIN carts c ON c.id = k.cart_id WHERE k.id = {id}", cancellationToken);
        if (row is null) return null;
        var (session, cart) = (Parse(row.Session, row.Quote), CartStore.Parse(row.Cart));
        Believe(session, cart);
        return (session, cart);
    }

    /// <summary>The caller's own, as they are now: a checkout is whose the cart is. Anybody else's does not exist for them.</summary>
    public async Task<(CheckoutSession Session, Cart Cart)> OwnedAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(id, cancellationToken);
        return (found?.Session!, (found?.Cart).OrNotFound(caller, "checkout"));
    }

    /// <summary>The caller's own, to compute a change from; <paramref name="fresh"/> after a change was refused as stale.</summary>
    public async Task<(CheckoutSession Session, Cart Cart)> ForChangeAsync(string id, Caller caller, bool fresh, CancellationToken cancellationToken)
    {
        if (!fresh && latest.Find(id) is { } session && carts.Find(session.CartId).Of(caller) is { } cart) return (session, cart);
        return await OwnedAsync(id, caller, cancellationToken);
    }

    public async Task<string?> LiveOfAsync(string cartId, CancellationToken cancellationToken) => await database.FirstAsync<string>(
        $"SELECT id FROM checkouts WHERE cart_id = {cartId} AND live = 1", cancellationToken);

    public Task<List<string>> ExpiredAsync(int limit, CancellationToken cancellationToken) => database.QueryAsync<string>(
        $"SELECT id FROM checkouts WHERE live = 1 AND status IN ('incomplete', 'ready') AND expires_at < {Sql.Now} LIMIT {limit}", cancellationToken);

    public void Believe(CheckoutSession session, Cart cart)
    {
        latest.Set(session.Id, session);
        carts.Believe(cart);
    }

    public static void Insert(Commit commit, CheckoutSession session) => commit
        .Add($"""
            INSERT INTO checkouts (id, cart_id, status, version, doc, quote, expires_at)
            VALUES ({session.Id}, {session.CartId}, {session.Status}, {session.Version}, {Format(session)}, {Format(session.Quote)}, {session.ExpiresAt.ToUnixTimeMilliseconds()})
            """)
        .Append(new HubEvent(session.Id, session.Version, "checkout.created", Summary(session)));

    /// <summary>Writes the next version of a session. Its version must be one more than what it was computed from.</summary>
    /// <param name="sameOffer">The offer is what it was. It is the bulk of a session and is not written again.</param>
    public static void Update(Commit commit, CheckoutSession session, string happened, bool sameOffer = false)
    {
        Sql offer = sameOffer ? (Sql)$"" : $", quote = {Format(session.Quote)}";
        commit.Require($"""
            UPDATE checkouts SET status = {session.Status}, version = {session.Version}, doc = {Format(session)}, expires_at = {session.ExpiresAt.ToUnixTimeMilliseconds()}{offer}
            WHERE id = {session.Id} AND version = {session.Version - 1}
            """, 1, Stale);
        commit.Append(new HubEvent(session.Id, session.Version, happened, Summary(session)));
    }

    public void Dispose() => latest.Dispose();

    private static CheckoutSession Parse(string doc, string? quote)
    {
        var session = JsonSerializer.Deserialize(doc, CheckoutJson.Default.CheckoutSession)!;
        return quote is null ? session : session with { Quote = JsonSerializer.Deserialize(quote, CheckoutJson.Default.Quote) };
    }

    private static string Format(CheckoutSession session) => JsonSerializer.Serialize(session with { Quote = null }, CheckoutJson.Default.CheckoutSession);

    private static string? Format(Quote? quote) => quote is null ? null : JsonSerializer.Serialize(quote, CheckoutJson.Default.Quote);

    private static string Summary(CheckoutSession session) => JsonSerializer.Serialize(
        new CheckoutEvent(session.CartId, session.Market, session.Status, session.Quote?.Totals.Total, session.OrderId), CheckoutJson.Default.CheckoutEvent);

    private sealed class Row
    {
        public string Session { get; set; } = "";
        public string? Quote { get; set; }
        public string Cart { get; set; } = "";
    }
}
