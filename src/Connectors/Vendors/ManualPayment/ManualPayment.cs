using Composable.Connectors.Sdk;

namespace Composable.Connectors.ManualPayment;

/// <summary>Payment outside any provider: by invoice, or in cash when the goods arrive. Staff see to the money; the hub keeps the books.</summary>
internal sealed class ManualPayment() : Connector<ManualPaymentSettings, ManualPaymentClient>("manual", "Manual payment")
{
    protected override ManualPaymentClient Connect(ManualPaymentSettings settings, HttpClient http) => new(settings);
}
