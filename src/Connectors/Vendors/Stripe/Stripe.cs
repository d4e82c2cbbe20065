using Composable.Connectors.Sdk;

namespace Composable.Connectors.Stripe;

internal sealed class Stripe() : Connector<StripeSettings, StripeClient>("stripe", "Stripe")
{
    protected override StripeClient Connect(StripeSettings settings, HttpClient http)
    {
        settings.RequireKeyOfEnvironment();
        return new StripeClient(settings, http);
    }
}
