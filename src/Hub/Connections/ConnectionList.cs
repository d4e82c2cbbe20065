using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>The connections of this moment, ready to be called through the ports they offer: those of the settings file, and over them those that staff stored.</summary>
internal sealed class ConnectionList : IDisposable
{
    private readonly FrozenDictionary<string, Connector> connectors;
    private readonly FrozenDictionary<string, Connection> configured;
    private readonly ConnectorPackages packages;
    private readonly IConfiguration configuration;
    private readonly ConnectionStore store;
    private readonly Outbound outbound;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim refreshing = new(1);
    private volatile FrozenDictionary<string, Connection> current;

    public ConnectionList(IEnumerable<Connector> connectors, ConnectorPackages packages, IConfiguration configuration, ConnectionStore store, Outbound outbound, TimeProvider clock)
    {
        (this.connectors, this.packages) = (connectors.Concat(packages.Connectors).ToFrozenDictionary(connector => connector.Id), packages);
        (this.configuration, this.store, this.outbound, this.clock) = (configuration, store, outbound, clock);
        configured = ConnectionOptions.Read(configuration, id => this.connectors.GetValueOrDefault(id)?.SettingsSchema).Where(IsKnown).ToFrozenDictionary(options => options.Id, Configured);
        current = configured;
    }

    /// <summary>The kinds there are.</summary>
    public IReadOnlyCollection<Connector> Connectors => connectors.Values;

    public IEnumerable<Connection> All => current.Values;

    public Connector? FindConnector(string id) => connectors.GetValueOrDefault(id);

    public Connection? Find(string id) => current.GetValueOrDefault(id);

    /// <summary>The connection as a port, also when it is switched off: what was begun with it must be finished with it. Null when it does not offer the port.</summary>
    public T? Find<T>(string id)
        where T : class, IPort => Find(id)?.Client as T;

    /// <summary>The connection as a port for something new; null when it is switched off, not there, or does not offer the port.</summary>
    public T? Offered<T>(string id)
        where T : class, IPort => Find(id) is { Definition.Enabled: true, Client: T client } ? client : null;

    public T Get<T>(string id)
        where T : class, IPort => Find<T>(id) ?? throw new VendorException(VendorFailure.Misconfigured, Find(id)?.Problem ?? $"There is no connection '{id}' with {typeof(T).Name}.");

    /// <summary>Makes the client of a definition. Throws <see cref="VendorException"/> (Misconfigured) naming the setting that is wrong.</summary>
    public (IPort Client, CallHealth Health) Connect(ConnectionDefinition definition)
    {
        var (http, health) = outbound.For(definition.Id, definition.Terms);
        var settings = JsonSerializer.SerializeToElement(Resolved(definition));
        try
        {
            return (definition.Connector.Connect(settings, http), health);
        }
        // A package's own mistake must not be the shop's.
        catch (Exception error) when (error is not VendorException)
        {
            throw new VendorException(VendorFailure.Misconfigured, $"{definition.Connector.Name} fails on these settings; the package has a mistake.", inner: error);
        }
    }

    /// <summary>Takes in what staff stored since, through this hub or another. A connection that did not change keeps its client.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await refreshing.WaitAsync(cancellationToken);
        try
        {
            var versions = await store.VersionsAsync(cancellationToken);
            if (versions.TrueForAll(row => Find(row.Id)?.Version == row.Version)) return;
            var next = new Dictionary<string, Connection>(configured);
            foreach (var stored in await store.AllAsync(cancellationToken))
            {
                var before = Find(stored.Id);
                if ((before?.Version == stored.Version ? before : Made(stored)) is { } connection) next[stored.Id] = connection;
            }

            current = next.ToFrozenDictionary();
        }
        finally
        {
            refreshing.Release();
        }
    }

    public void Dispose() => refreshing.Dispose();

    /// <summary>The settings with the value of each secret that is named in them.</summary>
    private JsonObject Resolved(ConnectionDefinition definition)
    {
        var settings = definition.Settings.DeepClone().AsObject();
        foreach (var setting in definition.SecretNames)
        {
            if (ConnectionDefinition.ReferenceIn(settings[setting]) is not { } name) continue;
            if (Elsewhere(name, definition) is { } origin) throw new VendorException(VendorFailure.Misconfigured, $"The secret {name} may not go to {origin}; this hub's Secrets:Origins say where it may.");
            settings[setting] = configuration[$"Secrets:Values:{name}"] ?? throw new VendorException(VendorFailure.Misconfigured, $"The secret {name} is not among Secrets:Values of this hub.");
        }

        // They end up in headers and addresses, where a line break would begin something else.
        foreach (var (name, value) in settings)
            if (value is JsonValue text && text.TryGetValue<string>(out var content) && content.Any(char.IsControl)) throw new VendorException(VendorFailure.Misconfigured, $"Settings: {name} holds a line break or another control character.");
        return settings;
    }

    /// <summary>An address of the connection to which a secret may not go; null when there is none, or the settings do not say where it may.</summary>
    private string? Elsewhere(string secret, ConnectionDefinition definition) =>
        configuration.GetSection($"Secrets:Origins:{secret}").GetChildren().Select(allowed => allowed.Value?.TrimEnd('/')).ToList() is { Count: > 0 } allowed
            ? definition.Origins().Select(setting => setting.Origin).FirstOrDefault(origin => !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)) : null;

    /// <summary>Where a package is broken, the connector may have been in it: then the connection is left out, and the list of connectors says why.</summary>
    private bool IsKnown(ConnectionOptions options) => connectors.ContainsKey(options.Connector) || packages.Broken.Count == 0;

    private Connection Configured(ConnectionOptions options)
    {
        if (!connectors.TryGetValue(options.Connector, out var connector))
            throw new InvalidOperationException($"Connections: '{options.Id}' names the connector '{options.Connector}'; there are: {string.Join(", ", connectors.Keys.Order())}.");
        var definition = new ConnectionDefinition(options.Id, connector, options.Settings, Enabled: true) { Terms = options.Terms };
        var (client, health) = Connect(definition);
        return new(definition, Version: 0, client, health, Problem: null);
    }

    /// <summary>One that cannot be connected stays in the list with its problem: staff must see it, and the others must work. Null when its connector is not part of this hub.</summary>
    private Connection? Made(StoredConnection stored)
    {
        if (!connectors.TryGetValue(stored.Connector, out var connector)) return null;
        var definition = new ConnectionDefinition(stored.Id, connector, JsonNode.Parse(stored.Settings)!.AsObject(), stored.Enabled == 1) { Terms = ConnectionTerms.Read(stored.Terms) ?? new() };
        try
        {
            definition = definition with { Settings = store.Open(stored) };
            var (client, health) = Connect(definition);
            return new(definition, stored.Version, client, health, Problem: null);
        }
        catch (VendorException wrong)
        {
            return new(definition, stored.Version, Client: null, new CallHealth(clock), wrong.Message);
        }
    }
}
