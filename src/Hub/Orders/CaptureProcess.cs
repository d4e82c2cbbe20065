using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Payments;

namespace Composable.Hub.Orders;

internal sealed record CaptureState(string OrderId, string CaptureId, string PaymentId, string Connection, string VendorId, Money Amount) : IOrderState;

/// <summary>Collects all or part of an authorized payment on staff's word. One capture per payment: what is left is released.</summary>
internal sealed class CaptureProcess : OrderProcess<CaptureState>
{
    private readonly PaymentDesk desk;
    private readonly OrderStore orders;
    private readonly OrderMoney money;

    public CaptureProcess(PaymentDesk desk, OrderStore orders, OrderMoney money)
        : base("capture", OrderProcessJson.Default.CaptureState, orders)
    {
        (this.desk, this.orders, this.money) = (desk, orders, money);

        Then("set the amount aside", SetAside, undo: PutBack);
        Call("capture at the provider", CaptureAsync);
        PointOfNoReturn("book the money", BookAsync);
    }

    public override Task<Refusal> ExplainAsync(string code, CaptureState state, CancellationToken cancellationToken) =>
        Task.FromResult(new Refusal(409, "order_state", "The payment has been captured, or is being captured, already."));

    private static Task<StepResult<CaptureState>> SetAside(CaptureState state, StepContext step)
    {
        PaymentBook.BeginCapture(step.Commit, state.PaymentId, state.Amount.Amount);
        return Task.FromResult<StepResult<CaptureState>>(new StepResult<CaptureState>.Done(state));
    }

    private static Task<CaptureState> PutBack(CaptureState state, StepContext step)
    {
        PaymentBook.AbandonCapture(step.Commit, state.PaymentId, state.Amount.Amount);
        return Task.FromResult(state);
    }

    private async Task<StepResult<CaptureState>> CaptureAsync(CaptureState state, StepContext step)
    {
        var outcome = await desk.CaptureAsync(state.Connection, state.CaptureId, state.VendorId, state.Amount, step);
        PaymentDesk.AssertMoved(outcome, state.Amount);
        return outcome switch
        {
            TransferOutcome.Succeeded => new StepResult<CaptureState>.Done(state),
            TransferOutcome.Refused refused => new StepResult<CaptureState>.Refused(
                new(409, "capture_refused", "The payment provider refuses this capture.") { Upstream = new(state.Connection, refused.Code) }),
            _ => await WaitAsync(state, step),
        };
    }

    private async Task<StepResult<CaptureState>> BookAsync(CaptureState state, StepContext step)
    {
        var order = await orders.ForChangeAsync(state.OrderId, step.Stale, step.CancellationToken);
        var next = money.BookCapture(step.Commit, order, state.CaptureId, state.PaymentId, state.Amount.Amount, step.Now);
        step.Reply(200, Json.Write(next.View()));
        return new StepResult<CaptureState>.Done(state);
    }
}
