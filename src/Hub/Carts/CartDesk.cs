using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Catalog;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Carts;

/// <summary>Creates and edits carts on behalf of callers.</summary>
internal sealed class CartDesk(Database database, CartStore store, Pricing pricing, Skus skus, MarketList markets, IOptions<CartOptions> options)
{
    private const int Tries = 12;

    public async Task<Answer> CreateAsync(CreateCart request, Market market, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var (token, hash) = CartTokens.New();
        var empty = new Cart { Id = Ids.New("cart"), TokenHash = hash, CustomerId = caller.Customer?.CustomerId, Email = caller.Customer?.Email, Market = market.Code };
        var adds = (request.Lines ?? []).Select(line => new CartOperation.AddLine(line.Sku, line.Quantity)).ToList();
        if (adds.Count > options.Value.MaxOperations) throw new RefusedException(Refusal.Invalid("/lines", "too_many", $"At most {options.Value.MaxOperations} lines at once."));
        await AssertSoldAsync(adds, market, "/lines", cancellationToken);
        var (edited, refusal) = CartEdit.Apply(empty, adds, options.Value, "/lines");
        if (refusal is not null) throw new RefusedException(refusal);

        var cart = edited! with { Version = 1 };
        var view = CartViews.View(cart, await pricing.PriceAsync(cart, market, cancellationToken), market, caller.Customer is null ? token : null);
        var answer = new Answer(201, Json.Write(view)) { ETag = ETags.Of(1), Location = $"/v1/carts/{cart.Id}", CartToken = caller.Customer is null ? token : null };
        var commit = new Commit();
        CartStore.Insert(commit, cart);
        return await CommitAsync(commit, cart, answer, key, cancellationToken) ?? throw new InvalidOperationException("A new cart has no other version.");
    }

    /// <summary>The caller's own cart; anybody else's does not exist for them.</summary>
    public Task<Cart> OwnedAsync(string id, Caller caller, CancellationToken cancellationToken) => store.OwnedAsync(id, caller, cancellationToken);

    /// <summary>Applies operations to the newest version, again and again until no other edit comes between.</summary>
    public async Task<Answer> EditAsync(string id, IReadOnlyList<CartOperation> operations, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (operations.Count > options.Value.MaxOperations) throw new RefusedException(Refusal.Invalid("/operations", "too_many", $"At most {options.Value.MaxOperations} operations."));
        for (var tries = 0; tries < Tries; tries++)
        {
            var cart = await store.ForChangeAsync(id, caller, fresh: tries > 0, cancellationToken);
            var market = markets[cart.Market];
            var (edited, refusal) = precondition(cart.Version) is { } stale ? (null, stale) : CartEdit.Apply(cart, operations, options.Value);
            if (refusal is not null && tries == 0) continue;
            if (refusal is not null) throw new RefusedException(refusal);

            await AssertSoldAsync(operations.OfType<CartOperation.AddLine>(), market, "/operations", cancellationToken);
            var next = edited! with { Version = cart.Version + 1 };
            var view = CartViews.View(next, await pricing.PriceAsync(next, market, cancellationToken), market);
            var commit = new Commit();
            CartStore.Update(commit, next, "cart.changed");
            if (await CommitAsync(commit, next, new Answer(200, Json.Write(view)) { ETag = ETags.Of(next.Version) }, key, cancellationToken) is { } answer) return answer;
            if (tries > 2) await Task.Delay(Random.Shared.Next(1, 5 * tries), cancellationToken);
        }

        throw new RefusedException(new(503, "service_unavailable", "This cart is being edited too often at the same time.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) });
    }

    /// <summary>Null when another edit came first.</summary>
    private async Task<Answer?> CommitAsync(Commit commit, Cart cart, Answer answer, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (Exception moved) when (moved is GuardFailedException { Code: CartStore.Stale } or DuplicateException { Table: "events" })
        {
            return null;
        }

        store.Believe(cart);
        return answer;
    }

    private async Task AssertSoldAsync(IEnumerable<CartOperation.AddLine> adds, Market market, string pointer, CancellationToken cancellationToken)
    {
        var wanted = adds.Select(add => add.Sku).Distinct().ToList();
        if (wanted.Count == 0) return;
        var known = await skus.FindAsync(wanted, cancellationToken);
        var unknown = wanted.Find(sku => known.GetValueOrDefault(sku)?.Prices.ContainsKey(market.Currency) != true);
        if (unknown is null) return;
        throw new RefusedException(new(422, "unknown_sku", $"There is no SKU '{(unknown.Length <= 64 ? unknown : unknown[..64])}' in this market.")
        {
            Errors = [new FieldError(pointer, "unknown_sku", "This SKU is not sold in this market.")],
        });
    }
}
