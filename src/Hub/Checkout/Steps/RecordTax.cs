using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Durability;

namespace Composable.Hub.Checkout.Steps;

/// <summary>Tells the tax service about the sale, for filing.</summary>
internal sealed class RecordTax(ConnectionList connections)
{
    public async Task<StepResult<CheckoutState>> Do(CheckoutState state, StepContext step)
    {
        var tax = state.Quote.Tax;
        await connections.Get<ITax>(tax.Connection).CommitAsync(new(state.OrderId, step.Now, tax.Request, tax.Quote), step.CancellationToken);
        return new StepResult<CheckoutState>.Done(state);
    }
}
