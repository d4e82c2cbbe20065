using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Payments;
using Composable.Hub.Stock;

namespace Composable.Hub.Orders;

/// <param name="Refund">Captured money that goes back.</param>
/// <param name="Void">Whether an authorization is to be given back.</param>
internal sealed record CancelState(string OrderId, string CancelId, string? PaymentId, string? Connection, string? VendorId, Money Refund, bool Void, bool Restock, string? Reason, DateTimeOffset StartedAt) : IOrderState
{
    /// <summary>What is reserved and goes back when it is voided.</summary>
    public required Money Authorized { get; init; }
}

/// <summary>Calls an order off: money first, then the goods back on the shelf, then the tax record.</summary>
internal sealed class CancelProcess : OrderProcess<CancelState>
{
    private const string OrderMoved = "order_moved";

    private readonly PaymentDesk desk;
    private readonly OrderStore orders;
    private readonly OrderMoney money;
    private readonly ConnectionList connections;

    public CancelProcess(PaymentDesk desk, OrderStore orders, OrderMoney money, ConnectionList connections)
        : base("cancel", OrderProcessJson.Default.CancelState, orders)
    {
        (this.desk, this.orders, this.money, this.connections) = (desk, orders, money, connections);

        Then("set the money aside", SetAside, undo: PutBack);
        Call("give the authorization back", VoidAsync, when: state => state.Void);
        Call("refund at the provider", RefundAsync, when: state => state.Refund.Amount > 0);
        PointOfNoReturn("cancel the order", CancelAsync);
        Call("take the tax record back", TakeTaxBackAsync);
    }

    public override Task<Refusal> ExplainAsync(string code, CancelState state, CancellationToken cancellationToken) =>
        Task.FromResult(new Refusal(409, "order_state", code == OrderMoved ? "The order is being sent already." : "The payment is being captured or refunded right now.") { Retryable = true });

    /// <summary>An authorization that is to be voided is closed first: no capture can begin any more.</summary>
    private static Task<StepResult<CancelState>> SetAside(CancelState state, StepContext step)
    {
        OrderStore.BeginCancel(step.Commit, state.OrderId, OrderMoved);
        if (state.Void) PaymentBook.Void(step.Commit, state.PaymentId!);
        if (state.Refund.Amount > 0) PaymentBook.BeginRefund(step.Commit, state.PaymentId!, state.Refund.Amount);
        return Task.FromResult<StepResult<CancelState>>(new StepResult<CancelState>.Done(state));
    }

    private static Task<CancelState> PutBack(CancelState state, StepContext step)
    {
        OrderStore.AbandonCancel(step.Commit, state.OrderId);
        if (state.Void) PaymentBook.Unvoid(step.Commit, state.PaymentId!);
        if (state.Refund.Amount > 0) PaymentBook.AbandonRefund(step.Commit, state.PaymentId!, state.Refund.Amount);
        return Task.FromResult(state);
    }

    private async Task<StepResult<CancelState>> VoidAsync(CancelState state, StepContext step) =>
        await desk.VoidAsync(state.Connection!, state.PaymentId!, state.VendorId, state.Authorized, state.StartedAt, step) switch
        {
            TransferOutcome.Succeeded => new StepResult<CancelState>.Done(state),
            TransferOutcome.Refused refused => Refuse(state, refused.Code),
            _ => await WaitAsync(state, step),
        };

    private async Task<StepResult<CancelState>> RefundAsync(CancelState state, StepContext step)
    {
        var outcome = await desk.RefundAsync(state.Connection!, state.CancelId, state.VendorId!, state.Refund, state.Reason, step);
        PaymentDesk.AssertMoved(outcome, state.Refund);
        return outcome switch
        {
            TransferOutcome.Succeeded => new StepResult<CancelState>.Done(state),
            TransferOutcome.Refused refused => Refuse(state, refused.Code),
            _ => await WaitAsync(state, step),
        };
    }

    private async Task<StepResult<CancelState>> CancelAsync(CancelState state, StepContext step)
    {
        var order = await orders.ForChangeAsync(state.OrderId, step.Stale, step.CancellationToken);
        if (state.Refund.Amount > 0) order = money.BookRefund(step.Commit, order, state.CancelId, state.PaymentId!, state.Refund.Amount, state.Reason, step.Now);
        OrderMoney.BookUncollected(step.Commit, order);
        if (state.Restock) StockRoom.Return(step.Commit, state.CancelId, [.. order.Lines.Where(line => line.Counted).Select(line => new StockLine(line.Sku, line.Quantity))]);
        var next = order.With("order.canceled", "The order was canceled.", step.Now) with { Status = Order.Canceled };
        if (state.Void) next = next.WithPayment(state.PaymentId!, payment => payment with { Status = "voided" });
        orders.Update(step.Commit, next, "{}");
        step.Reply(200, Json.Write(next.View()));
        return new StepResult<CancelState>.Done(state with { Reason = null });
    }

    /// <summary>A sale of which something was given back already stays on record: without it, its refunds would count as tax that nobody owed.</summary>
    private async Task<StepResult<CancelState>> TakeTaxBackAsync(CancelState state, StepContext step)
    {
        var order = await orders.ForChangeAsync(state.OrderId, fresh: true, step.CancellationToken);
        var tax = connections.Get<ITax>(order.Tax.Connection);
        var before = order.Refunded - state.Refund.Amount;
        var (left, leftTax) = (order.Totals.Total - before, order.TaxAfter(before));
        if (before == 0) await tax.VoidAsync(order.Id, step.CancellationToken);
        else if (left > 0) await tax.RefundAsync(new(state.CancelId, order.Id, step.Now, order.Currency, order.Tax.Request.ShipTo, left - leftTax, leftTax), step.CancellationToken);
        return new StepResult<CancelState>.Done(state);
    }

    private static StepResult<CancelState>.Refused Refuse(CancelState state, string code) =>
        new(new(409, "cancel_refused", "The payment provider refuses to give the money back.") { Upstream = new(state.Connection!, code) });
}
