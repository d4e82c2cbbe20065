using Composable.Connectors.Sdk;

namespace Composable.Connectors.InProcessEdge;

/// <summary>An edge inside the hub's own process: for a laptop, a small shop, or until a real one is connected.</summary>
internal sealed class InProcessEdge() : Connector<InProcessEdgeSettings, InProcessEdgeClient>("in-process-edge", "In-process edge")
{
    protected override InProcessEdgeClient Connect(InProcessEdgeSettings settings, HttpClient http) => new(settings, TimeProvider.System);
}
