using Composable.Connectors.Sdk;

namespace Composable.Connectors.Adyen;

internal sealed class Adyen() : Connector<AdyenSettings, AdyenClient>("adyen", "Adyen")
{
    protected override AdyenClient Connect(AdyenSettings settings, HttpClient http)
    {
        settings.RequireOneEnvironment();
        return new AdyenClient(settings, http);
    }
}
