using Composable.Connectors.Sdk;
using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Carts;
using Composable.Hub.Connections;
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
    Database database, CheckoutStore store, CheckoutRefresh refresh, Quoting quoting, QuoteTokens tokens, MarketList markets, ConnectionList connections,
    ProcessRunner runner, CheckoutProcess process, IOptions<CheckoutOptions> options, TimeProvider clock)
{
    public async Task<Answer> HandleAsync(string id, Contracts.CompleteCheckout request, Caller caller, Func<long, Refusal?> precondition, IdempotencyKey key, CancellationToken cancellationToken)
    {
        Quote? asserted = null;
        for (var tries = 0; ; tries++)
        {
            if (await store.ForChangeAsync(id, fresh: tries > 0, cancellationToken) is not { } found || !caller.Owns(found.Session.TokenHash))
                throw new RefusedException(Refusal.NotFound("checkout"));
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
        if (tokens.Read(session.Id, request.QuoteToken) is not { } asserted) return (null, Refusal.Invalid("/quoteToken", "invalid_quote_token", "This is no quote of this checkout."));
        if (session.Quote is not { } quote) return (null, new(409, "checkout_not_ready", "Something is still missing; see the messages of the checkout."));
        if (asserted.ExpiresAt <= clock.GetUtcNow()) return (null, new(409, "quote_changed", "The quote has expired."));
        if (asserted.Hash != quote.Hash || !quoting.IsCurrent(session, cart)) return (null, new(409, "quote_changed", "The cart has changed since this quote."));
        var (payment, refusal) = PaymentOf(session, quote, request.Payment);
        if (refusal is not null) return (null, refusal);
        var market = markets[session.Market];
        var captures = payment is not null && market.CaptureOnOrder;
        return (new CheckoutState(payment) { Session = session, Cart = cart, OrderId = Ids.New("ord"), CaptureId = captures ? Ids.New("cap") : null }, null);
    }

    private (PaymentAttempt? Payment, Refusal? Refusal) PaymentOf(CheckoutSession session, Quote quote, PaymentInput? input)
    {
        if (quote.Totals.Total == 0) return (null, null);
        if (input is null) return (null, Refusal.Invalid("/payment", "required", "This order has to be paid for."));
        var market = markets[session.Market];
        var connection = input.Connection ?? market.Payments.Find(candidate => connections.Offered<IPayments>(candidate)?.Limits.MethodTypes.Contains(input.Method.Type) == true);
        if (connection is null || !market.Payments.Contains(connection) || connections.Offered<IPayments>(connection) is not { } provider)
            return (null, Refusal.Invalid("/payment", "unknown_payment_option", "Choose one of paymentOptions."));
        if (!provider.Limits.MethodTypes.Contains(input.Method.Type)) return (null, Refusal.Invalid("/payment/method/type", "unknown_method", "This connection does not take this kind of method."));
        if (input.ReturnUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http"))
            return (null, Refusal.Invalid("/payment/returnUrl", "invalid_url", "A return URL is an absolute http or https address."));
        var amount = new Money(quote.Totals.Total, market.Currency);
        if (amount.Amount < provider.Limits.Minimum || amount.Amount > provider.Limits.Maximum)
            return (null, new(422, "amount_not_payable", $"{amount} cannot be paid with this method.") { Errors = [new FieldError("/payment/method", "amount_not_payable", "Choose another method.")] });
        var startedAt = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        return (new PaymentAttempt(Ids.New("pay"), session.Id, connection, input.Method.Type, input.Method.Token ?? "", input.ReturnUrl ?? options.Value.ReturnUrl, amount, startedAt), null);
    }

    private static RefusedException Vanished() =>
        new(new(503, "service_unavailable", "The checkout could not be finished now; repeat the request with the same Idempotency-Key.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) });
}
