using System.Text.Json.Serialization;

namespace Composable.Connectors.Cloudflare;

// As on the wire.

/// <summary>Every answer but a value.</summary>
internal sealed record CloudflareAnswer(bool? Success = null, IReadOnlyList<CloudflareError?>? Errors = null);

internal sealed record CloudflareError(int Code);

/// <summary>The answer to a bulk write or delete. The result may be null when all went well.</summary>
internal sealed record CloudflareBulkAnswer(bool? Success = null, CloudflareBulkResult? Result = null);

/// <param name="UnsuccessfulKeys">To be sent again, says Cloudflare.</param>
internal sealed record CloudflareBulkResult(IReadOnlyList<string>? UnsuccessfulKeys = null);

/// <summary>One pair of PUT …/bulk.</summary>
/// <param name="Base64">Set when the value is not text.</param>
/// <param name="ExpirationTtl">Seconds, 60 at least.</param>
internal sealed record CloudflarePair(string Key, string Value, bool? Base64, long? ExpirationTtl);

/// <summary>POST …/purge_cache: one of the two.</summary>
internal sealed record CloudflarePurge(IReadOnlyList<string>? Tags, IReadOnlyList<string>? Files);

/// <summary>The metadata part of a script's upload. Bindings that are not named here go, but for secrets, which only Cloudflare knows.</summary>
internal sealed record CloudflareMetadata(string MainModule, string CompatibilityDate, IReadOnlyList<CloudflareBinding> Bindings, IReadOnlyList<string> KeepBindings);

internal sealed record CloudflareBinding(string Type, string Name, string? NamespaceId = null, string? Text = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CloudflareAnswer))]
[JsonSerializable(typeof(CloudflareBulkAnswer))]
[JsonSerializable(typeof(IReadOnlyList<CloudflarePair>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(CloudflarePurge))]
[JsonSerializable(typeof(CloudflareMetadata))]
internal sealed partial class CloudflareJson : JsonSerializerContext;
