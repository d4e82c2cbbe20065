using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Connections;

/// <summary>Changes and tries connections on behalf of staff.</summary>
internal sealed partial class ConnectionDesk(ConnectionList connections, ConnectionStore store, SecretBox box)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <summary>Creates a connection, or changes it. The new settings are proven to make a client before they are stored; calls in flight finish on the old ones.</summary>
    /// <param name="hidden">Settings that whoever changes it does not see: they stay as they are.</param>
    public async Task<IResult> PutAsync(string id, ConnectionInput input, IReadOnlySet<string> hidden, Func<long?, Refusal?> precondition, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        await connections.RefreshAsync(cancellationToken);
        var before = connections.Find(id);
        if (precondition(before?.Version) is { } stale) return stale.ToResult();
        var (definition, refusal) = Define(id, WithHidden(input, before, hidden), before);
        if (refusal is not null) return refusal.ToResult();
        var version = before?.Version ?? 0;
        var answer = new Answer(before is null ? 201 : 200, Json.Write(ConnectionView.Of(definition!, version + 1))) { ETag = ETags.Of(version + 1) };
        try
        {
            await store.SaveAsync([(definition!, version)], [], key, answer, cancellationToken);
        }
        catch (Exception moved) when (moved is GuardFailedException or DuplicateException)
        {
            await connections.RefreshAsync(cancellationToken);
            return new Refusal(412, "precondition_failed", "This has changed since you read it.") { ETag = connections.Find(id) is { } now ? ETags.Of(now.Version) : null }.ToResult();
        }

        await connections.RefreshAsync(cancellationToken);
        return answer;
    }

    /// <summary>Asks the vendor something harmless. Null when there is no such connection.</summary>
    public async Task<ConnectionCheck?> TestAsync(string id, CancellationToken cancellationToken)
    {
        if (connections.Find(id) is not { } connection) return null;
        var name = connection.Definition.Connector.Name;
        if (connection.Client is not { } client) return new(false, connection.Problem ?? $"{name} cannot be called.", "misconfigured", 0);
        var started = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            await client.CheckAsync(deadline.Token);
            return new(true, $"{name} answered, and the settings serve.", null, Elapsed(started));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(false, $"{name} gave no answer in time.", "transient", Elapsed(started));
        }
        catch (VendorException failure)
        {
            return new(false, Verdict(name, failure), JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.Failure.ToString()), Elapsed(started));
        }
    }

    private static string Verdict(string name, VendorException failure) => failure.Failure switch
    {
        VendorFailure.Misconfigured => $"{name} does not accept these settings. Look at the key and the address. ({failure.Message})",
        VendorFailure.RateLimited => $"{name} says that it is asked too often. The settings may be right; try again later.",
        VendorFailure.Rejected => $"{name} understood the question and refused it. ({failure.Message})",
        _ => $"{name} could not be reached or did not answer properly. The settings may be right; look at the address, or try again later. ({failure.Message})",
    };

    private static long Elapsed(long started) => (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;

    public (ConnectionDefinition? Definition, Refusal? Refusal) Define(string id, ConnectionInput input, Connection? before)
    {
        if (!Name().IsMatch(id)) return (null, Refusal.Invalid("", "invalid_id", "The id of a connection has 1 to 40 lower-case letters, digits and hyphens, and does not begin with a hyphen."));
        if (connections.FindConnector(input.Connector) is not { } connector)
            return (null, Refusal.Invalid("/connector", "unknown_connector", $"There are: {string.Join(", ", connections.Connectors.Select(known => known.Id).Order(StringComparer.Ordinal))}."));
        // Payments and tax records of the old vendor would be looked for at the new one.
        if (before is not null && before.Definition.Connector != connector)
            return (null, new(409, "connector_fixed", $"This connection speaks {before.Definition.Connector.Name}, and payments may depend on it. Create another connection."));
        if (before is not null && MovesWithKept(connector, input.Settings, before) is { } kept)
            return (null, Refusal.Invalid($"/settings/{kept}", "secret_required", "The address is another one, so the secret has to be given again: it must not go to whom it was not given for."));
        var definition = new ConnectionDefinition(id, connector, WithKeptSecrets(connector, input.Settings, before), input.Enabled) { Terms = input.Terms ?? before?.Definition.Terms ?? new() };
        if (definition.Terms.Wrong() is { } terms) return (null, terms);
        if (!box.HasKey && definition.SecretNames.Any(name => definition.Settings[name] is not null and not JsonObject))
            return (null, new(409, "secrets_key_missing", "This hub has no key to encrypt secrets with; set Secrets:Keys."));
        try
        {
            connections.Connect(definition);
            return (definition, null);
        }
        catch (VendorException wrong)
        {
            return (null, Wrong(wrong));
        }
    }

    /// <summary>A secret that would be kept although an address in the settings has changed; null when there is none.</summary>
    private static string? MovesWithKept(Connector connector, JsonObject settings, Connection before)
    {
        var secrets = ConnectionDefinition.SecretsOf(connector).ToList();
        var kept = secrets.Find(name => !settings.ContainsKey(name) && before.Definition.Settings[name] is not null and not JsonObject);
        return kept is not null && !(before.Definition with { Settings = settings }).Origins().ToHashSet().SetEquals(before.Definition.Origins()) ? kept : null;
    }

    /// <summary>What is hidden from the caller stays as it was, in the settings at whatever depth.</summary>
    private static ConnectionInput WithHidden(ConnectionInput input, Connection? before, IReadOnlySet<string> hidden)
    {
        if (hidden.Count == 0 || before is null) return input;
        var (settings, terms) = (input.Settings.DeepClone().AsObject(), JsonSerializer.SerializeToNode(input.Terms ?? before.Definition.Terms, Json.Options)!.AsObject());
        Fill(settings, before.Definition.Settings, hidden, before.Definition.SecretNames);
        Fill(terms, JsonSerializer.SerializeToNode(before.Definition.Terms, Json.Options)!.AsObject(), hidden, []);
        return input with { Settings = settings, Terms = terms.Deserialize<ConnectionTerms>(Json.Options), Enabled = hidden.Contains("enabled") ? before.Definition.Enabled : input.Enabled };
    }

    private static void Fill(JsonObject into, JsonObject from, IReadOnlySet<string> hidden, IEnumerable<string> secrets)
    {
        foreach (var (name, value) in from)
            if (hidden.Contains(name) && !secrets.Contains(name)) into[name] = value?.DeepClone();
            else if (into[name] is JsonObject inner && value is JsonObject was) Fill(inner, was, hidden, []);
    }

    /// <summary>A secret that the caller left out is the one there was; null says that there is none any more.</summary>
    private static JsonObject WithKeptSecrets(Connector connector, JsonObject settings, Connection? before)
    {
        var result = settings.DeepClone().AsObject();
        foreach (var name in ConnectionDefinition.SecretsOf(connector))
        {
            if (!result.ContainsKey(name) && before?.Definition.Settings[name] is { } kept) result[name] = kept.DeepClone();
            else if (result.ContainsKey(name) && result[name] is null) result.Remove(name);
        }

        return result;
    }

    private static Refusal Wrong(VendorException wrong) => wrong.InnerException switch
    {
        JsonException json => Refusal.Invalid("/settings" + JsonPointer.Of(json), "invalid", JsonPointer.Explain(json)),
        ValidationException invalid => Refusal.Invalid(invalid.ValidationResult.MemberNames.FirstOrDefault() is { } member ? $"/settings/{JsonNamingPolicy.CamelCase.ConvertName(member)}" : "/settings", "invalid", invalid.Message),
        _ => Refusal.Invalid("/settings", "invalid", wrong.Message),
    };

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex Name();
}
