using Composable.Hub.Durability;
using Composable.Hub.Stock;

namespace Composable.Hub.Checkout.Steps;

internal static class HoldStock
{
    public static Task<StepResult<CheckoutState>> Do(CheckoutState state, StepContext step)
    {
        StockRoom.Hold(step.Commit, step.ProcessId, state.Quote.CountedLines);
        return Task.FromResult<StepResult<CheckoutState>>(new StepResult<CheckoutState>.Done(state));
    }

    public static Task<CheckoutState> Release(CheckoutState state, StepContext step)
    {
        StockRoom.Release(step.Commit, step.ProcessId, state.Quote.CountedLines);
        return Task.FromResult(state);
    }
}
