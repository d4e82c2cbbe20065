using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

internal sealed class Typesense() : Connector<TypesenseSettings, TypesenseClient>("typesense", "Typesense")
{
    protected override TypesenseClient Connect(TypesenseSettings settings, HttpClient http) => new(settings, http);
}
