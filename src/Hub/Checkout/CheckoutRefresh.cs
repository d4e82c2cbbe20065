using Composable.Contracts;
using Composable.Hub.Carts;
using Composable.Hub.Http;
using Composable.Hub.Markets;
using Composable.Hub.Storage;

namespace Composable.Hub.Checkout;

/// <summary>Brings a checkout's offer up to date with its cart, the catalogue and the promotions.</summary>
internal sealed class CheckoutRefresh(Database database, CheckoutStore store, Quoting quoting, MarketList markets)
{
    private const int Tries = 8;

    /// <summary>The checkout as it is now; its offer is renewed first when the cart has moved on or the offer has run out.</summary>
    public async Task<(CheckoutSession Session, Cart Cart)?> ReadAsync(string id, bool renew, CancellationToken cancellationToken) =>
        await store.ReadAsync(id, cancellationToken) is { } found ? await RenewAsync(found, renew, cancellationToken) : null;

    /// <summary>The same for a checkout that was read just now.</summary>
    public async Task<(CheckoutSession Session, Cart Cart)> RenewAsync((CheckoutSession Session, Cart Cart) found, bool renew, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var (session, cart) = found;
            if (!session.IsEditable || (!renew && (quoting.IsGood(session, cart) || session.Quote is null))) return found;
            var next = await quoting.RefreshAsync(session, cart, cancellationToken) with { Version = session.Version + 1 };
            if (await TryCommitAsync(new Commit(), next, cart, tries, cancellationToken)) return (next, cart);
            found = await store.ReadAsync(session.Id, cancellationToken) ?? throw new InvalidOperationException($"Checkout {session.Id} is gone.");
        }
    }

    /// <summary>Commits a changed session. False when something had moved and the caller should compute its change again.</summary>
    public async Task<bool> TryCommitAsync(Commit commit, CheckoutSession next, Cart cart, int tries, CancellationToken cancellationToken, string happened = "checkout.changed")
    {
        CheckoutStore.Update(commit, next, happened);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (Exception moved) when (moved is GuardFailedException { Code: CheckoutStore.Stale } or DuplicateException { Table: "events" } && tries < Tries)
        {
            return false;
        }

        store.Believe(next, cart);
        return true;
    }

    /// <summary>The refusal that shows the old offer and, when there is one, the new.</summary>
    public async Task<Refusal> QuoteChangedAsync(string id, Quote? asserted, string why, CancellationToken cancellationToken)
    {
        var now = await ReadAsync(id, renew: true, cancellationToken);
        return new(409, "quote_changed", why) { OldQuote = Show(asserted, now?.Session), NewQuote = Show(now?.Session.Quote, now?.Session) };
    }

    private QuoteView? Show(Quote? quote, CheckoutSession? session)
    {
        if (quote is null || session is null) return null;
        var totals = quote.Totals;
        return new(quote.Token, quote.ExpiresAt, CartViews.Totals(totals.Items, totals.Discount, totals.Shipping, totals.Tax, totals.Total, markets[session.Market]));
    }
}
