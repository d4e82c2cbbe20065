using System.Text.Json.Serialization.Metadata;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Payments;

namespace Composable.Hub.Orders;

/// <summary>The state of a process that moves an order's money.</summary>
internal interface IOrderState
{
    string OrderId { get; }
}

/// <summary>What staff hear from a process that moves an order's money: the order, or why it could not be done.</summary>
internal abstract class OrderProcess<TState>(string kind, JsonTypeInfo<TState> json, OrderStore orders) : Process<TState>(kind, json)
    where TState : class, IOrderState
{
    public override string About(TState state) => state.OrderId;

    public override Task UndoneAsync(TState state, Refusal refusal, StepContext context)
    {
        context.Reply(refusal.Status, Json.Write(refusal.ToProblem(ProblemAnswers.TraceId())));
        return Task.CompletedTask;
    }

    /// <summary>The provider has accepted it and finishes later. Staff see the order as it is, and a repeat of their request hears the end.</summary>
    protected async Task<StepResult<TState>> WaitAsync(TState state, StepContext step)
    {
        await UncertainAsync(state, step);
        return new StepResult<TState>.Wait(state, PaymentDesk.AskAgain);
    }

    public override async Task UncertainAsync(TState state, StepContext context) =>
        context.Reply(202, Json.Write((await orders.ForChangeAsync(state.OrderId, fresh: false, context.CancellationToken)).View()));
}
