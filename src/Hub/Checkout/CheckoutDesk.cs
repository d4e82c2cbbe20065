using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Checkout;

/// <summary>Opens checkouts and changes them on behalf of callers.</summary>
internal sealed class CheckoutDesk(
    Database database, CheckoutStore store, CartStore carts, CheckoutRefresh refresh, Quoting quoting, CheckoutViews views, MarketList markets,
    IOptions<CheckoutOptions> options, IOptions<CartOptions> cartLimits, TimeProvider clock)
{
    private const int Tries = 8;

    /// <summary>Opens a checkout for the cart, or answers with the one that is open already.</summary>
    public async Task<Answer> OpenAsync(string cartId, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var cart = await carts.ForChangeAsync(cartId, caller, fresh: tries > 0, cancellationToken);
            if (cart.Status is Cart.Ordered or Cart.Merged) throw new RefusedException(CartEdit.Closed(cart));
            var expires = DateTimeOffset.FromUnixTimeMilliseconds((clock.GetUtcNow() + options.Value.CheckoutLife).ToUnixTimeMilliseconds());
            var session = new CheckoutSession { Id = Ids.New("chk"), CartId = cart.Id, Market = cart.Market, ExpiresAt = expires, Version = 1 };
            session = await quoting.RefreshAsync(session, cart, cancellationToken);
            var answer = await AnswerAsync(201, session, cart, cancellationToken);
            var commit = new Commit();
            CheckoutStore.Insert(commit, session);
            key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
            try
            {
                await database.CommitAsync(commit, cancellationToken);
                store.Believe(session, cart);
                return answer;
            }
            catch (DuplicateException twice) when (twice.Table == "checkouts" && tries < Tries)
            {
                if (await store.LiveOfAsync(cartId, cancellationToken) is not { } live || await refresh.ReadAsync(live, renew: false, cancellationToken) is not { } found) continue;
                answer = await AnswerAsync(201, found.Session, found.Cart, cancellationToken);
                if (key is not null) await key.RememberAsync(database, answer, cancellationToken);
                return answer;
            }
        }
    }

    /// <summary>The caller's own checkout with its cart, its offer renewed when it is outdated.</summary>
    public async Task<(CheckoutSession Session, Cart Cart)> OwnedAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var found = await store.OwnedAsync(id, caller, cancellationToken);
        return await refresh.RenewAsync(found, renew: false, cancellationToken);
    }

    /// <summary>Changes what the shopper chose and renews the offer, in one commit.</summary>
    public async Task<Answer> ChangeAsync(string id, IReadOnlyList<CartOperation> operations, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var (session, cart) = await store.ForChangeAsync(id, caller, fresh: tries > 1, cancellationToken);
            var (edited, refusal) = precondition(session.Version) is { } outdated ? (null, outdated)
                : !session.IsEditable ? (null, NotEditable(session))
                : CartEdit.Apply(cart, operations, cartLimits.Value, "");
            refusal ??= UnknownDelivery(session, operations);
            if (refusal is not null)
            {
                if (tries == 1) continue;
                throw new RefusedException(refusal);
            }

            var commit = new Commit();
            var next = cart;
            if (operations.Count > 0) CartStore.Update(commit, next = edited! with { Version = cart.Version + 1 }, "cart.changed");
            var changed = await quoting.RefreshAsync(session, next, cancellationToken) with { Version = session.Version + 1 };
            var answer = await AnswerAsync(200, changed, next, cancellationToken);
            key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
            if (await refresh.TryCommitAsync(commit, changed, next, tries, cancellationToken)) return answer;
        }
    }

    public async Task<Answer> AnswerAsync(int status, CheckoutSession session, Cart cart, CancellationToken cancellationToken) =>
        new(status, Json.Write(await views.ViewAsync(session, cart, null, cancellationToken)))
        {
            ETag = ETags.Of(session.Version),
            Location = status == 201 ? $"/v1/checkouts/{session.Id}" : null,
        };

    public static Refusal NotEditable(CheckoutSession session) => session.Status switch
    {
        CheckoutSession.Completing or CheckoutSession.ActionRequired => new(409, "checkout_completing", "This checkout is being paid for.") { Retryable = true },
        _ => new(409, "checkout_closed", $"This checkout is {session.Status}."),
    };

    private Refusal? UnknownDelivery(CheckoutSession session, IReadOnlyList<CartOperation> operations) =>
        operations.OfType<CartOperation.ChooseDelivery>().FirstOrDefault() is { } choice && markets[session.Market].Delivery.All(option => option.Id != choice.OptionId)
            ? new(422, "unknown_delivery_option", "There is no such delivery option.") { Errors = [new FieldError("/deliveryOption", "unknown_delivery_option", "Choose one of deliveryOptions.")] }
            : null;
}
