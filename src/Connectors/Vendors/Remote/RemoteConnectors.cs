using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

// A connector in any language, spoken to over HTTP (contracts/connector.openapi.json). The hub reads ports off the type of a client, so there is
// one connector per port; a vendor that serves two of them is connected twice.

internal sealed class RemotePayments() : Connector<RemotePaymentsSettings, RemotePaymentsClient>("remote-payments", "Remote payments")
{
    protected override RemotePaymentsClient Connect(RemotePaymentsSettings settings, HttpClient http) => new(settings, new RemoteCalls(Name, settings, http));
}

internal sealed class RemoteTax() : Connector<RemoteSettings, RemoteTaxClient>("remote-tax", "Remote tax")
{
    protected override RemoteTaxClient Connect(RemoteSettings settings, HttpClient http) => new(settings, new RemoteCalls(Name, settings, http));
}

internal sealed class RemoteSearch() : Connector<RemoteSearchSettings, RemoteSearchClient>("remote-search", "Remote search")
{
    protected override RemoteSearchClient Connect(RemoteSearchSettings settings, HttpClient http) => new(settings, new RemoteCalls(Name, settings, http));
}

internal sealed class RemoteContent() : Connector<RemoteSettings, RemoteContentClient>("remote-content", "Remote content")
{
    protected override RemoteContentClient Connect(RemoteSettings settings, HttpClient http) => new(settings, new RemoteCalls(Name, settings, http));
}

internal sealed class RemoteEdge() : Connector<RemoteEdgeSettings, RemoteEdgeClient>("remote-edge", "Remote edge")
{
    protected override RemoteEdgeClient Connect(RemoteEdgeSettings settings, HttpClient http) => new(settings, new RemoteCalls(Name, settings, http));
}
