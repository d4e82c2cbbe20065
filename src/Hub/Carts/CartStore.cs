using System.Text.Json;
using Composable.Hub.Access;
using Composable.Hub.Events;
using Composable.Hub.Storage;

namespace Composable.Hub.Carts;

/// <summary>Carts at rest. A write is one commit: the cart, on the version it was computed from, and its event.</summary>
internal sealed class CartStore(Database database) : IDisposable
{
    public const string Stale = "stale";

    private const int MostOpen = 20;

    private readonly Latest<Cart> latest = new(20_000);

    /// <summary>The cart as it is now.</summary>
    public async Task<Cart?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var doc = await database.FirstAsync<string>($"SELECT doc FROM carts WHERE id = {id}", cancellationToken);
        if (doc is null) return null;
        var cart = Parse(doc);
        latest.Set(id, cart);
        return cart;
    }

    /// <summary>The caller's own cart; anybody else's does not exist for them.</summary>
    public async Task<Cart> OwnedAsync(string id, Caller caller, CancellationToken cancellationToken) => (await ReadAsync(id, cancellationToken)).OrNotFound(caller, "cart");

    /// <summary>The caller's own cart to compute a change from; <paramref name="fresh"/> after a change was refused as stale.</summary>
    public async Task<Cart> ForChangeAsync(string id, Caller caller, bool fresh, CancellationToken cancellationToken) =>
        (fresh ? null : latest.Find(id).Of(caller)) ?? await OwnedAsync(id, caller, cancellationToken);

    /// <summary>The open carts of a customer, the newest first.</summary>
    public async Task<IReadOnlyList<Cart>> OpenOfAsync(string customerId, CancellationToken cancellationToken) => [.. (await database.QueryAsync<string>(
        $"SELECT doc FROM carts WHERE customer_id = {customerId} AND status = 'open' ORDER BY updated_at DESC, id LIMIT {MostOpen}", cancellationToken)).Select(Parse)];

    public Cart? Find(string id) => latest.Find(id);

    public void Believe(Cart cart) => latest.Set(cart.Id, cart);

    public static void Insert(Commit commit, Cart cart) => commit
        .Add($"INSERT INTO carts (id, status, version, doc, updated_at, customer_id) VALUES ({cart.Id}, {cart.Status}, {cart.Version}, {Format(cart)}, {Sql.Now}, {cart.CustomerId})")
        .Append(new HubEvent(cart.Id, cart.Version, "cart.created", Summary(cart)));

    /// <summary>Writes the next version of a cart. Its version must be one more than what it was computed from.</summary>
    public static void Update(Commit commit, Cart cart, string happened) => commit
        .Require($"UPDATE carts SET status = {cart.Status}, version = {cart.Version}, doc = {Format(cart)}, updated_at = {Sql.Now}, customer_id = {cart.CustomerId} WHERE id = {cart.Id} AND version = {cart.Version - 1}", 1, Stale)
        .Append(new HubEvent(cart.Id, cart.Version, happened, Summary(cart)));

    public static Cart Parse(string doc) => JsonSerializer.Deserialize(doc, CartJson.Default.Cart)!;

    public void Dispose() => latest.Dispose();

    private static string Format(Cart cart) => JsonSerializer.Serialize(cart, CartJson.Default.Cart);

    /// <summary>Events say what is in the cart, not who or where the shopper is.</summary>
    private static string Summary(Cart cart) => JsonSerializer.Serialize(new CartEvent(cart.Market, cart.Status, cart.Lines, cart.Codes), CartEventJson.Default.CartEvent);
}

internal sealed record CartEvent(string Market, string Status, IReadOnlyList<CartLine> Lines, IReadOnlyList<string> Codes);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(CartEvent))]
internal sealed partial class CartEventJson : System.Text.Json.Serialization.JsonSerializerContext;
