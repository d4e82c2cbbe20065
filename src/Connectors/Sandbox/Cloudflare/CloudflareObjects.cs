using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.Sandbox.Cloudflare;

/// <param name="Bindings">As they were sent.</param>
internal sealed record Script(string Name, string MainModule, string Source, string Etag, string? CompatibilityDate, JsonElement Bindings, DateTimeOffset ModifiedOn);

/// <param name="Expiration">Unix seconds, or null.</param>
internal sealed record StoredValue(string Key, byte[] Value, long? Expiration);

/// <summary>One purge as it was asked for.</summary>
internal sealed record Purge(string Id, string Zone, IReadOnlyList<string>? Tags, IReadOnlyList<string>? Files, bool Everything);

/// <summary>One change; only one of its members is set. The unit that is written to the journal.</summary>
internal sealed record CloudflareEntry(Script? Script = null, string? RemovedScript = null, Written? Written = null, Removed? Removed = null, Purge? Purge = null);

internal sealed record Written(string Namespace, IReadOnlyList<StoredValue> Values);

internal sealed record Removed(string Namespace, IReadOnlyList<string> Keys);

/// <summary>The metadata part of an upload; what it knows beyond this is of no effect here.</summary>
internal sealed record ScriptMetadata(string? MainModule, string? CompatibilityDate, JsonElement? Bindings);

internal sealed record Pair(string? Key, string? Value, bool? Base64, long? Expiration, double? ExpirationTtl);

internal sealed record PurgeRequest(IReadOnlyList<string>? Tags, IReadOnlyList<string>? Files, IReadOnlyList<string>? Hosts, IReadOnlyList<string>? Prefixes, bool? PurgeEverything);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CloudflareEntry))]
[JsonSerializable(typeof(ScriptMetadata))]
[JsonSerializable(typeof(IReadOnlyList<Pair>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(PurgeRequest))]
internal sealed partial class CloudflareJson : JsonSerializerContext;
