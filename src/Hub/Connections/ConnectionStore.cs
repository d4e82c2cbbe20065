using System.Text.Json.Nodes;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Ring;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Durability;
using Composable.Hub.Events;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>A connection as staff stored it, its secrets still closed.</summary>
internal sealed class StoredConnection
{
    public string Id { get; set; } = "";
    public string Connector { get; set; } = "";
    public long Enabled { get; set; }
    public string Settings { get; set; } = "";
    public string Secrets { get; set; } = "";
    public string? Terms { get; set; }
    public long Version { get; set; }
}

/// <summary>The connections table. Secrets go in and out of it encrypted, and no event shows them.</summary>
internal sealed class ConnectionStore(Database database, SecretBox box, KeyRing ring)
{
    public const string Stale = "stale";

    private const string KeyReplaced = "key_replaced";
    private const int Tries = 4;

    private static Sql Columns => $"id, connector, enabled, settings, secrets, terms, version";

    public async Task<List<StoredConnection>> AllAsync(CancellationToken cancellationToken)
    {
        var stored = await database.QueryAsync<StoredConnection>($"SELECT {Columns} FROM connections", cancellationToken);
        if (stored.SelectMany(SecretsOf).Any(secret => box.IsStrange(secret.Sealed))) await ring.RefreshAsync(cancellationToken);
        return stored;
    }

    public Task<List<(string Id, long Version)>> VersionsAsync(CancellationToken cancellationToken) =>
        database.QueryAsync<(string Id, long Version)>($"SELECT id, version FROM connections", cancellationToken);

    /// <summary>Moves with every change of any connection or route.</summary>
    public Task<long> ConfigurationAsync(CancellationToken cancellationToken) => database.CountAsync($"SELECT version FROM configuration", cancellationToken);

    /// <summary>
    /// Stores definitions and routes, each as the version after the one it was made from, all or none. Throws <see cref="GuardFailedException"/> or
    /// <see cref="DuplicateException"/> when somebody else was faster.
    /// </summary>
    /// <param name="configuration">What <see cref="ConfigurationAsync"/> said before anything was read; null where only the changed rows matter.</param>
    public async Task SaveAsync(IReadOnlyList<(ConnectionDefinition Definition, long Before)> changes, IEnumerable<(StoredRoute Before, RoutePlan Route)> routes, IdempotencyKey? key, Answer answer, CancellationToken cancellationToken, long? configuration = null)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await database.CommitAsync(await ChangeAsync(changes, routes, key, answer, configuration, cancellationToken), cancellationToken);
                return;
            }
            catch (GuardFailedException replaced) when (replaced.Code == KeyReplaced && tries < Tries)
            {
                await ring.RefreshAsync(cancellationToken);
            }
        }
    }

    /// <summary>Puts the secrets of a connection under the key of now. False when it was changed meanwhile, or the key was.</summary>
    public async Task<bool> ResealAsync(StoredConnection stored, JsonObject secrets, CancellationToken cancellationToken)
    {
        var commit = new Commit().Require($"UPDATE connections SET secrets = {secrets.ToJsonString()} WHERE id = {stored.Id} AND version = {stored.Version} AND secrets = {stored.Secrets}", 1, Stale);
        KeyRing.Require(commit, box.KeyId, KeyReplaced);
        try
        {
            await database.CommitAsync(commit, cancellationToken);
            return true;
        }
        catch (GuardFailedException)
        {
            return false;
        }
    }

    public static IEnumerable<(string Name, string Sealed)> SecretsOf(StoredConnection stored) =>
        JsonNode.Parse(stored.Secrets)!.AsObject().Select(secret => (secret.Key, secret.Value!.GetValue<string>()));

    private async Task<Commit> ChangeAsync(IReadOnlyList<(ConnectionDefinition Definition, long Before)> changes, IEnumerable<(StoredRoute Before, RoutePlan Route)> routes, IdempotencyKey? key, Answer answer, long? configuration, CancellationToken cancellationToken)
    {
        var commit = new Commit();
        // Of what is sealed with a key that another hub has just replaced nobody would know that it has to be sealed anew.
        if (box.HasKey && changes.Count > 0) KeyRing.Require(commit, box.KeyId, KeyReplaced);
        if (configuration is { } read) commit.Require($"UPDATE configuration SET version = version + 1 WHERE version = {read}", 1, Stale);
        else commit.Add($"UPDATE configuration SET version = version + 1");
        var stored = await database.QueryAsync<StoredConnection>($"SELECT {Columns} FROM connections WHERE id {Sql.In(changes.Select(change => change.Definition.Id))}", cancellationToken);
        foreach (var (definition, before) in changes) Add(commit, definition, before, stored.Find(connection => connection.Id == definition.Id));
        foreach (var (before, route) in routes) RouteStore.Add(commit, before, route);
        key?.Remember(commit, answer.Status, answer.Body, IdempotencyKey.Usual);
        return commit;
    }

    /// <summary>The settings with their secrets in them. Throws <see cref="Composable.Connectors.Sdk.VendorException"/> when one cannot be read.</summary>
    public JsonObject Open(StoredConnection stored)
    {
        var settings = JsonNode.Parse(stored.Settings)!.AsObject();
        foreach (var (name, secret) in SecretsOf(stored)) settings[name] = box.Open(Place(stored.Id, name), secret);
        return settings;
    }

    private void Add(Commit commit, ConnectionDefinition definition, long before, StoredConnection? stored)
    {
        var (settings, secrets) = Close(definition);
        var (version, enabled, now) = (before + 1, definition.Enabled ? 1L : 0L, Sql.Now);
        // A connection that comes from the settings file has version 0 and no row yet.
        if (before == 0)
        {
            commit.Add($"""
                INSERT INTO connections (id, connector, enabled, settings, secrets, terms, version, changed_at)
                VALUES ({definition.Id}, {definition.Connector.Id}, {enabled}, {settings}, {secrets}, {definition.Terms.Write()}, {version}, {now})
                """);
        }
        else
        {
            commit.Require($"""
                UPDATE connections SET enabled = {enabled}, settings = {settings}, secrets = {secrets}, terms = {definition.Terms.Write()}, version = {version}, changed_at = {now}
                WHERE id = {definition.Id} AND version = {before}
                """, 1, Stale);
        }

        var told = new JsonObject { ["connection"] = definition.Id, ["connector"] = definition.Connector.Id, ["enabled"] = definition.Enabled };
        var happened = before == 0 ? "connection.created" : "connection.changed";
        commit.Append(new HubEvent($"connection:{definition.Id}", version, happened, told.ToJsonString()))
            .Audit(happened, $"connection:{definition.Id}", stored is null ? null : Shown(stored.Enabled == 1, stored.Settings, stored.Secrets, stored.Terms), Shown(definition.Enabled, settings, secrets, definition.Terms.Write()));
    }

    /// <summary>What the audit trail keeps: everything but the secrets, of which it keeps the names.</summary>
    private static string Shown(bool enabled, string settings, string secrets, string? terms) => new JsonObject
    {
        ["enabled"] = enabled,
        ["settings"] = JsonNode.Parse(settings),
        ["secrets"] = new JsonArray([.. JsonNode.Parse(secrets)!.AsObject().Select(secret => (JsonNode)secret.Key)]),
        ["terms"] = terms is null ? null : JsonNode.Parse(terms),
    }.ToJsonString();

    /// <summary>Where a secret belongs, and opens.</summary>
    public static string Place(string connection, string setting) => $"{connection}/{setting}";

    private (string Settings, string Secrets) Close(ConnectionDefinition definition)
    {
        var shown = definition.ShownSettings();
        var secrets = new JsonObject();
        foreach (var name in definition.SecretNames.Where(name => !shown.ContainsKey(name)))
        {
            if (definition.Settings[name]?.GetValue<string>() is { } value) secrets[name] = box.Seal(Place(definition.Id, name), value);
        }

        return (shown.ToJsonString(), secrets.ToJsonString());
    }
}
