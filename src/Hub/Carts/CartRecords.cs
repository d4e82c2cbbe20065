using System.Text.Json.Nodes;
using Composable.Hub.Access.Privacy;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Carts;

/// <summary>What carts know of a customer.</summary>
internal sealed class CartRecords(Database database, CartStore store) : IPersonalData
{
    public string Name => "carts";

    public async Task<IReadOnlyList<string>> ThingsAsync(string customerId, CancellationToken cancellationToken) =>
        [.. (await AllAsync(customerId, cancellationToken)).SelectMany(cart => cart.Email is { } email ? (string[])[cart.Id, email] : [cart.Id])];

    public async Task<JsonNode?> ExportAsync(Person person, CancellationToken cancellationToken) =>
        new JsonArray([.. (await AllAsync(person.CustomerId, cancellationToken)).Select(cart => JsonNode.Parse(Json.Write(new { cart.Id, cart.Status, cart.Market, cart.Lines, cart.Codes, cart.Email, cart.ShippingAddress, cart.BillingAddress })))]);

    public async Task AssertIdleAsync(Person person, CancellationToken cancellationToken)
    {
        if ((await AllAsync(person.CustomerId, cancellationToken)).Exists(cart => cart.Status == Cart.Completing))
            throw new RefusedException(new(409, "customer_busy", "Something is being paid for just now. Try again when that is over.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(60) });
    }

    public Task<long> ForgetAsync(Person person, CancellationToken cancellationToken) => CloseAsync(person.CustomerId, cancellationToken);

    /// <summary>Takes out who they were for and where to; nothing is bought with them any more either.</summary>
    public async Task<long> CloseAsync(string customerId, CancellationToken cancellationToken)
    {
        var carts = await AllAsync(customerId, cancellationToken);
        foreach (var cart in carts.Where(cart => cart.Status != Cart.Completing && (cart.Status == Cart.Open || cart.Email is not null || cart.ShippingAddress is not null || cart.BillingAddress is not null)))
        {
            var commit = new Commit();
            var forgotten = cart with { Email = null, ShippingAddress = null, BillingAddress = null, Status = cart.Status == Cart.Open ? Cart.Merged : cart.Status, Version = cart.Version + 1 };
            CartStore.Update(commit, forgotten, "cart.forgotten");
            await database.CommitAsync(commit, cancellationToken);
            store.Believe(forgotten);
        }

        return carts.Count;
    }

    private async Task<List<Cart>> AllAsync(string customerId, CancellationToken cancellationToken) =>
        [.. (await database.QueryAsync<string>($"SELECT doc FROM carts WHERE customer_id = {customerId}", cancellationToken)).Select(CartStore.Parse)];
}
