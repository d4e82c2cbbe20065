using Composable.Contracts;
using Composable.Hub.Carts;
using Composable.Hub.Catalog;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Observability;
using Composable.Hub.Stock;

namespace Composable.Hub.Checkout.Steps;

/// <summary>What a shopper hears, and can do next, when completing did not lead to an order.</summary>
internal sealed class AfterUndo(CheckoutViews views, StockRoom stock, Skus skus)
{
    public const string CanceledByShopper = "checkout_canceled";

    /// <summary>Everything has been given back: the cart can be edited and the checkout tried again, with another method for instance.</summary>
    public Task ReopenAsync(CheckoutState state, Refusal refusal, StepContext step)
    {
        var canceled = refusal.Code == CanceledByShopper;
        if (!canceled) HubTelemetry.Checkouts.Add(1, new KeyValuePair<string, object?>("outcome", refusal.Code));
        var cart = state.Cart with { Status = Cart.Open, Version = state.Cart.Version + 1 };
        var session = state.Session with
        {
            Status = canceled ? CheckoutSession.Canceled : CheckoutSession.Ready,
            Messages = canceled ? [] : [new Message("error", refusal.Code, "/payment", refusal.Detail)],
            Actions = [],
            Quote = state.Quote with { CartVersion = cart.Version },
            Version = state.Session.Version + 1,
        };
        CartStore.Update(step.Commit, cart, "cart.reopened");
        CheckoutStore.Update(step.Commit, session, canceled ? "checkout.canceled" : "checkout.reopened");
        views.Believe(session, cart);
        step.Reply(refusal.Status, Json.Write(refusal.ToProblem(ProblemAnswers.TraceId())));
        return Task.CompletedTask;
    }

    /// <summary>The provider's answer is not known yet: the shopper sees <c>completing</c>, and the process goes on asking.</summary>
    public Task AnswerCompletingAsync(CheckoutState state, StepContext step) => views.AnswerAsync(step, 202, state.Session, state.Cart);

    public async Task<Refusal> ExplainAsync(string code, CheckoutState state, CancellationToken cancellationToken)
    {
        if (code == StockRoom.OutOfStock)
        {
            var shortages = await stock.ShortAsync(state.Quote.CountedLines, cancellationToken);
            return new(409, "out_of_stock", "Some of the goods are sold out.") { Shortages = shortages };
        }

        skus.Forget();
        return new(409, "quote_changed", "Prices, promotions or the cart have changed.");
    }
}
