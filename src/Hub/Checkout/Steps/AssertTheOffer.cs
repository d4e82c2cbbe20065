using Composable.Hub.Carts;
using Composable.Hub.Catalog;
using Composable.Hub.Durability;
using Composable.Hub.Markets;

using Composable.Hub.Observability;

namespace Composable.Hub.Checkout.Steps;

/// <summary>Price and tax were agreed in the quote. Here the commit itself asserts that the prices still hold, and closes the cart.</summary>
internal sealed class AssertTheOffer(MarketList markets)
{
    public const string PricesMoved = "prices_moved";

    public Task<StepResult<CheckoutState>> Do(CheckoutState state, StepContext step)
    {
        CrashPoint.Reach("C03");
        var offered = state.Quote.Lines.Select(line => (line.Sku, line.UnitPrice)).ToList();
        Skus.AssertPrices(step.Commit, markets[state.Session.Market].Currency, offered, PricesMoved);

        var cart = state.Cart with { Status = Cart.Completing, Version = state.Cart.Version + 1 };
        var session = state.Session with { Status = CheckoutSession.Completing, Messages = [], Actions = [], Version = state.Session.Version + 1 };
        CartStore.Update(step.Commit, cart, "cart.completing");
        CrashPoint.Reach("C02");
        CheckoutStore.Update(step.Commit, session, "checkout.completing", sameOffer: true);
        return Task.FromResult<StepResult<CheckoutState>>(new StepResult<CheckoutState>.Done(state with { Cart = cart, Session = session }));
    }
}
