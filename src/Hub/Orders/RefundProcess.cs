using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Payments;

namespace Composable.Hub.Orders;

internal sealed record RefundState(string OrderId, string RefundId, string PaymentId, string Connection, string VendorId, Money Amount, string? Reason) : IOrderState
{
    /// <summary>The tax in the amount, known once the refund is booked.</summary>
    public long Tax { get; init; }
}

/// <summary>Gives captured money back. The amount is set aside first, so that refunds racing each other cannot exceed what was captured.</summary>
internal sealed class RefundProcess : OrderProcess<RefundState>
{
    private readonly PaymentDesk desk;
    private readonly OrderStore orders;
    private readonly OrderMoney money;
    private readonly ConnectionList connections;

    public RefundProcess(PaymentDesk desk, OrderStore orders, OrderMoney money, ConnectionList connections)
        : base("refund", OrderProcessJson.Default.RefundState, orders)
    {
        (this.desk, this.orders, this.money, this.connections) = (desk, orders, money, connections);

        Then("set the amount aside", SetAside, undo: PutBack);
        Call("refund at the provider", RefundAsync);
        PointOfNoReturn("book the refund", BookAsync);
        Call("record the tax refund", RecordTaxAsync);
    }

    public override Task<Refusal> ExplainAsync(string code, RefundState state, CancellationToken cancellationToken) => Task.FromResult(code == PaymentBook.AmountExceeds
        ? new Refusal(422, "amount_exceeds", "More than is captured and not yet refunded.")
        : new Refusal(409, "order_state", "The order has changed meanwhile.") { Retryable = true });

    private static Task<StepResult<RefundState>> SetAside(RefundState state, StepContext step)
    {
        PaymentBook.BeginRefund(step.Commit, state.PaymentId, state.Amount.Amount);
        return Task.FromResult<StepResult<RefundState>>(new StepResult<RefundState>.Done(state));
    }

    private static Task<RefundState> PutBack(RefundState state, StepContext step)
    {
        PaymentBook.AbandonRefund(step.Commit, state.PaymentId, state.Amount.Amount);
        return Task.FromResult(state);
    }

    private async Task<StepResult<RefundState>> RefundAsync(RefundState state, StepContext step)
    {
        var outcome = await desk.RefundAsync(state.Connection, state.RefundId, state.VendorId, state.Amount, state.Reason, step);
        PaymentDesk.AssertMoved(outcome, state.Amount);
        return outcome switch
        {
            TransferOutcome.Succeeded => new StepResult<RefundState>.Done(state),
            TransferOutcome.Refused refused => new StepResult<RefundState>.Refused(
                new(409, "refund_refused", "The payment provider refuses this refund.") { Upstream = new(state.Connection, refused.Code) }),
            _ => await WaitAsync(state, step),
        };
    }

    private async Task<StepResult<RefundState>> BookAsync(RefundState state, StepContext step)
    {
        var order = await orders.ForChangeAsync(state.OrderId, step.Stale, step.CancellationToken);
        var next = money.BookRefund(step.Commit, order, state.RefundId, state.PaymentId, state.Amount.Amount, state.Reason, step.Now);
        step.Reply(200, Json.Write(next.View()));
        return new StepResult<RefundState>.Done(state with { Tax = order.TaxIn(state.Amount.Amount), Reason = null });
    }

    private async Task<StepResult<RefundState>> RecordTaxAsync(RefundState state, StepContext step)
    {
        var order = await orders.ForChangeAsync(state.OrderId, fresh: false, step.CancellationToken);
        await connections.Get<ITax>(order.Tax.Connection).RefundAsync(
            new(state.RefundId, order.Id, step.Now, order.Currency, order.Tax.Request.ShipTo, state.Amount.Amount - state.Tax, state.Tax), step.CancellationToken);
        return new StepResult<RefundState>.Done(state);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RefundState))]
[JsonSerializable(typeof(CaptureState))]
[JsonSerializable(typeof(CancelState))]
internal sealed partial class OrderProcessJson : JsonSerializerContext;
