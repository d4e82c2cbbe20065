using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

internal sealed class Contentful() : Connector<ContentfulSettings, ContentfulClient>("contentful", "Contentful")
{
    protected override ContentfulClient Connect(ContentfulSettings settings, HttpClient http) => new(settings, http, TimeProvider.System);
}
