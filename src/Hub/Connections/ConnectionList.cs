using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>The configured connections, ready to be called through the ports they offer.</summary>
internal sealed class ConnectionList
{
    private readonly Dictionary<string, IPort> clients = [];

    public ConnectionList(IEnumerable<Connector> connectors, IConfiguration configuration, Outbound outbound)
    {
        var known = connectors.ToDictionary(connector => connector.Id);
        foreach (var options in ConnectionOptions.Read(configuration, id => known.GetValueOrDefault(id)?.SettingsSchema))
        {
            if (!known.TryGetValue(options.Connector, out var connector))
                throw new InvalidOperationException($"Connections: '{options.Id}' names the connector '{options.Connector}'; there are: {string.Join(", ", known.Keys)}.");
            clients.Add(options.Id, connector.Connect(JsonSerializer.SerializeToElement(options.Settings), outbound.For(options.Id)));
        }
    }

    /// <summary>The connection as a port; null when there is no such connection or it does not offer the port.</summary>
    public T? Find<T>(string id)
        where T : class, IPort => clients.GetValueOrDefault(id) as T;

    public T Get<T>(string id)
        where T : class, IPort => Find<T>(id) ?? throw new VendorException(VendorFailure.Misconfigured, $"There is no connection '{id}' with {typeof(T).Name}.");
}
