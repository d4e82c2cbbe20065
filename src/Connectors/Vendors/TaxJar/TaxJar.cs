using Composable.Connectors.Sdk;

namespace Composable.Connectors.TaxJar;

internal sealed class TaxJar() : Connector<TaxJarSettings, TaxJarClient>("taxjar", "TaxJar")
{
    protected override TaxJarClient Connect(TaxJarSettings settings, HttpClient http) => new(settings, http);
}
