using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Observability;
using Composable.Hub.Payments;
using Composable.Hub.Stock;
using Composable.Hub.Storage;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Checkout;

/// <summary>Checks what a shopper agreed to and starts the process that makes it an order.</summary>
internal sealed class CompleteCheckout(
    Database database, CheckoutStore store, CheckoutRefresh refresh, Quoting quoting, QuoteTokens tokens, MarketList markets, PaymentRouting routing,
    ProcessRunner runner, CheckoutProcess process, IOptions<CheckoutOptions> options, TimeProvider clock)
{
    public async Task<Answer> HandleAsync(string id, Contracts.CompleteCheckout request, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey key, CancellationToken cancellationToken)
    {
        Quote? asserted = null;
        for (var tries = 0; ; tries++)
        {
            var found = await store.ForChangeAsync(id, caller, fresh: tries > 0, cancellationToken);
            await tokens.LookForKeyAsync(request.QuoteToken, cancellationToken);
            asserted ??= Asserted(found.Session, request);
            var (state, refusal) = precondition(found.Session.Version) is { } stale ? (null, stale) : Prepare(found.Session, found.Cart, request);
            if (refusal is null)
            {
                var (run, reached) = await runner.StartAsync(process, id, state!, key);
                if (run.Answer is { } answer) return answer;
                if (reached == RunState.NotBegun && run.Refusal is null) return await key.ReplayAsync(database, cancellationToken) ?? throw Vanished();
                refusal = run.Refusal ?? throw Vanished();
            }

            // What this hub remembers may be older than what another hub did; look again before saying no.
            if (tries == 0 && refusal.Code != StockRoom.OutOfStock) continue;
            if (await key.ReplayAsync(database, cancellationToken) is { } first) return first;
            HubTelemetry.Checkouts.Add(1, new KeyValuePair<string, object?>("outcome", refusal.Code));
            throw new RefusedException(refusal.Code == "quote_changed" ? await refresh.QuoteChangedAsync(id, asserted, refusal.Detail, cancellationToken) : refusal);
        }
    }

    /// <summary>The offer the token stands for; null when it has been renewed since.</summary>
    private Quote? Asserted(CheckoutSession session, Contracts.CompleteCheckout request) =>
        tokens.Read(session.Id, request.QuoteToken) is { } asserted && session.Quote?.Hash == asserted.Hash ? session.Quote : null;

    private (CheckoutState? State, Refusal? Refusal) Prepare(CheckoutSession session, Cart cart, Contracts.CompleteCheckout request)
    {
        if (!session.IsEditable) return (null, CheckoutDesk.NotEditable(session));
        if (cart.Status != Cart.Open) return (null, CartEdit.Closed(cart));
        if (tokens.Read(session.Id, request.QuoteToken) is not { } asserted) return (null, Refusal.Invalid("/quoteToken", "invalid_quote_token", "This is no quote of this checkout."));
        if (session.Quote is not { } quote) return (null, new(409, "checkout_not_ready", "Something is still missing; see the messages of the checkout."));
        if (asserted.ExpiresAt <= clock.GetUtcNow()) return (null, new(409, "quote_changed", "The quote has expired."));
        if (asserted.Hash != quote.Hash || !quoting.IsCurrent(session, cart)) return (null, new(409, "quote_changed", "The cart has changed since this quote."));
        var (payment, elsewhere, refusal) = PaymentOf(session, quote, request.Payment);
        if (refusal is not null) return (null, refusal);
        var market = markets[session.Market];
        var captures = payment is not null && market.CaptureOnOrder;
        return (new CheckoutState(payment) { Session = session, Cart = cart, OrderId = Ids.New("ord"), CaptureId = captures ? Ids.New("cap") : null, Elsewhere = elsewhere }, null);
    }

    private (PaymentAttempt? Payment, IReadOnlyList<string> Elsewhere, Refusal? Refusal) PaymentOf(CheckoutSession session, Quote quote, PaymentInput? input)
    {
        if (quote.Totals.Total == 0) return (null, [], null);
        if (input is null) return (null, [], Refusal.Invalid("/payment", "required", "This order has to be paid for."));
        if (input.ReturnUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http"))
            return (null, [], Refusal.Invalid("/payment/returnUrl", "invalid_url", "A return URL is an absolute http or https address."));
        var (candidates, refusal) = routing.For(session, quote, input);
        if (refusal is not null) return (null, [], refusal);
        var startedAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var amount = new Money(quote.Totals.Total, markets[session.Market].Currency);
        var payment = new PaymentAttempt(Ids.New("pay"), session.Id, candidates[0], input.Method.Type, input.Method.Token ?? "", input.ReturnUrl ?? options.Value.ReturnUrl, amount, startedAt);
        return (payment, [.. candidates.Skip(1)], null);
    }

    private static RefusedException Vanished() =>
        new(new(503, "service_unavailable", "The checkout could not be finished now; repeat the request with the same Idempotency-Key.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) });
}
