using Composable.Hub.Durability;
using Composable.Hub.Promotions;

namespace Composable.Hub.Checkout.Steps;

internal static class HoldPromotions
{
    public static Task<StepResult<CheckoutState>> Do(CheckoutState state, StepContext step)
    {
        PromotionBook.Hold(step.Commit, step.ProcessId, state.Quote.Email, state.Quote.Promotions);
        return Task.FromResult<StepResult<CheckoutState>>(new StepResult<CheckoutState>.Done(state));
    }

    public static Task<CheckoutState> Release(CheckoutState state, StepContext step)
    {
        PromotionBook.Release(step.Commit, step.ProcessId, state.Quote.Email, [.. state.Quote.Promotions.Select(promotion => promotion.Code)]);
        return Task.FromResult(state);
    }
}
