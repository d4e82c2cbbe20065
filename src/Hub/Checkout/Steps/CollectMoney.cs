using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Orders;
using Composable.Hub.Payments;

using Composable.Hub.Observability;

namespace Composable.Hub.Checkout.Steps;

/// <summary>Captures what was authorized and books it. After the point of no return: it is tried until it works or staff step in.</summary>
internal sealed class CollectMoney(PaymentDesk desk, OrderStore orders, OrderMoney money)
{
    public async Task<StepResult<CheckoutState>> Capture(CheckoutState state, StepContext step)
    {
        CrashPoint.Reach("C12");
        var payment = state.Payment!;
        var outcome = await desk.CaptureAsync(payment.Connection, state.CaptureId!, payment.VendorId!, payment.Amount, step);
        PaymentDesk.AssertMoved(outcome, payment.Amount);
        return outcome switch
        {
            TransferOutcome.Succeeded => new StepResult<CheckoutState>.Done(state with { Collected = true }),
            TransferOutcome.Refused refused => new StepResult<CheckoutState>.Refused(new(409, "capture_refused", $"The payment provider refuses this capture: {refused.Code}.")),
            _ => new StepResult<CheckoutState>.Wait(state, PaymentDesk.AskAgain),
        };
    }

    /// <summary>Books what was captured. When staff skipped the capture the amount is free again, to be captured or given back later.</summary>
    public async Task<StepResult<CheckoutState>> Book(CheckoutState state, StepContext step)
    {
        if (!state.Collected)
        {
            PaymentBook.AbandonCapture(step.Commit, state.Payment!.Id, state.Payment.Amount.Amount);
            return new StepResult<CheckoutState>.Done(state);
        }

        var order = await orders.ForChangeAsync(state.OrderId, step.Stale, step.CancellationToken);
        money.BookCapture(step.Commit, order, state.CaptureId!, state.Payment!.Id, state.Payment.Amount.Amount, step.Now);
        return new StepResult<CheckoutState>.Done(state);
    }
}
