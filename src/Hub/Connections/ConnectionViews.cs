using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections.Routing;

namespace Composable.Hub.Connections;

/// <param name="Ports">What it can do: <c>payments</c>, <c>tax</c>, <c>webhooks</c>, …</param>
/// <param name="SettingsSchema">JSON Schema; secrets are <c>writeOnly</c>.</param>
/// <param name="Package">The folder it was loaded from; null when it is part of the hub.</param>
/// <param name="Problem">Why it cannot be used; null when it can. The id is then <c>package/</c> and the folder's name, and a number when it has several problems.</param>
internal sealed record ConnectorView(string Id, string Name, IReadOnlyList<string> Ports, JsonNode SettingsSchema, string? Package, string? Problem)
{
    public static ConnectorView Of(Connector connector, string? package) => new(connector.Id, connector.Name, PortsOf(connector), connector.SettingsSchema, package, Problem: null);

    public static IEnumerable<ConnectorView> Of(IEnumerable<BrokenPackage> broken) =>
        from package in broken.GroupBy(one => one.Package)
        from entry in package.Select((one, index) => (one.Why, Number: index == 0 ? "" : $"/{index + 1}"))
        select new ConnectorView($"package/{package.Key}{entry.Number}", package.Key, [], new JsonObject(), package.Key, entry.Why);

    public static IReadOnlyList<string> PortsOf(Connector connector) => [.. connector.Ports.Select(port => port.Name[1..].ToLowerInvariant()).Order(StringComparer.Ordinal)];
}

/// <param name="Settings">Without the secrets, but with the names of those that are kept elsewhere.</param>
/// <param name="Secrets">Which secrets are set. Their values are never shown.</param>
/// <param name="Origin"><c>settings</c>: from the settings file; <c>stored</c>: by staff, in the running shop.</param>
/// <param name="Circuit"><c>closed</c>, <c>open</c> or <c>half_open</c>, on the hub that answers.</param>
/// <param name="Problem">Why it cannot be called; null when it can.</param>
internal sealed record ConnectionView(
    string Id, string Connector, IReadOnlyList<string> Ports, bool Enabled, JsonNode Settings, IReadOnlyDictionary<string, bool> Secrets, ConnectionTerms Terms, string Origin, string Circuit, string? Problem, long Version)
{
    public static ConnectionView Of(Connection connection) => Of(connection.Definition, connection.Version, connection.Health.State, connection.Problem);

    public static ConnectionView Of(ConnectionDefinition definition, long version, string circuit = "closed", string? problem = null)
    {
        var secrets = new SortedDictionary<string, bool>(definition.SecretNames.ToDictionary(name => name, name => definition.Settings[name] is not null || problem is not null), StringComparer.Ordinal);
        return new(definition.Id, definition.Connector.Id, ConnectorView.PortsOf(definition.Connector), definition.Enabled, definition.ShownSettings(), secrets, definition.Terms, version == 0 ? "settings" : "stored", circuit, problem, version);
    }
}

/// <param name="Settings">As the connector's schema says. A secret that is left out keeps its value; null removes it; <c>{"$secret": "NAME"}</c> takes it from the hub's <c>Secrets:Values:NAME</c>.</param>
/// <param name="Enabled">Whether new payments, quotes and the like may use it. What was begun with it is finished with it in any case.</param>
/// <param name="Terms">What was agreed with the vendor; what there was when left out.</param>
internal sealed record ConnectionInput(string Connector, JsonObject Settings, bool Enabled = true, ConnectionTerms? Terms = null);

/// <param name="Verdict">In plain words what the vendor said, or what to look at.</param>
/// <param name="Kind">When it does not work: <c>misconfigured</c>, <c>transient</c>, <c>rate_limited</c> or <c>rejected</c>.</param>
internal sealed record ConnectionCheck(bool Works, string Verdict, string? Kind, long Milliseconds);

/// <summary>Connections and routes as code. Applying it changes those that are named and leaves the others alone.</summary>
internal sealed record ConnectionFile(IReadOnlyList<ConnectionEntry> Connections, IReadOnlyList<RouteEntry>? Routes = null);

/// <summary>Which connections serve a market through a port.</summary>
internal sealed record RouteEntry(string Market, string Port, IReadOnlyList<RouteRule> Rules, RouteCanary? Canary = null, RouteShadow? Shadow = null)
{
    [JsonIgnore]
    public string Id => $"{Market}/{Port}";

    [JsonIgnore]
    public RoutePlan Route => new(Rules, Canary, Shadow);

    /// <summary>A canary that was rolled back is over and not part of the file.</summary>
    public static RouteEntry Of(StoredRoute stored) => new(stored.Market, stored.Port, stored.Route.Rules, stored.Route.Canary is { RolledBack: false } canary ? canary : null, stored.Route.Shadow);
}

/// <param name="Settings">As in a single connection: a secret that is left out keeps its value.</param>
internal sealed record ConnectionEntry(string Id, string Connector, JsonObject Settings, bool Enabled = true, ConnectionTerms? Terms = null)
{
    public static ConnectionEntry Of(Connection connection) =>
        new(connection.Definition.Id, connection.Definition.Connector.Id, connection.Definition.ShownSettings(), connection.Definition.Enabled, connection.Definition.Terms);
}

/// <param name="Id">Of a connection, or market and port of a route: <c>US/payments</c>.</param>
/// <param name="Action"><c>create</c>, <c>change</c> or <c>keep</c>.</param>
/// <param name="Members">JSON pointers to what is different.</param>
internal sealed record PlannedChange(string Id, string Action, IReadOnlyList<string> Members);

internal sealed record ConnectionPlan(IReadOnlyList<PlannedChange> Changes);
