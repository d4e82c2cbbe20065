using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Markets;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Edge;

/// <summary>The one place that says which edge there is.</summary>
internal sealed class EdgeChoice(ConnectionList connections, Router router, MarketList markets, IOptions<EdgeOptions> options) : IDisposable
{
    /// <summary>Connector, and the name of the connection that is there without being configured.</summary>
    public const string BuiltIn = "in-process-edge";

    private readonly HttpClient nobody = new();
    private readonly Lock gate = new();
    private IEdge? builtIn;

    /// <summary>One edge stands before all markets, so the default market's route decides.</summary>
    public string Connection => router.Chosen(new(markets.Default.Code, PortOfMarket.Edge, [options.Value.Connection]), new(markets.Default.Code)) is [var first, ..] ? first : "";

    public bool IsWanted => Connection.Length > 0;

    /// <summary>Null when the connection is not there, is switched off, or has no edge.</summary>
    public IEdge? Current => connections.Find(Connection) is not null ? connections.Offered<IEdge>(Connection) : Connection == BuiltIn ? Own() : null;

    public void Dispose() => nobody.Dispose();

    private IEdge? Own()
    {
        lock (gate) return builtIn ??= connections.FindConnector(BuiltIn)?.Connect(JsonDocument.Parse("{}").RootElement, nobody) as IEdge;
    }
}
