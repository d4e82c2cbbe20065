using Composable.Connectors.Sdk;

namespace Composable.Connectors.Cloudflare;

internal sealed class Cloudflare() : Connector<CloudflareSettings, CloudflareClient>("cloudflare", "Cloudflare")
{
    protected override CloudflareClient Connect(CloudflareSettings settings, HttpClient http) => new(settings, http);
}
