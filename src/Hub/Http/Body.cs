using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Composable.Hub.Http.CardData;
using Microsoft.AspNetCore.Http.Metadata;

namespace Composable.Hub.Http;

/// <summary>A JSON body, read strictly: anything unexpected is refused with a pointer to it.</summary>
internal sealed class Body<T>(T value, byte[] raw, IReadOnlySet<string> members) : IEndpointParameterMetadataProvider
    where T : class
{
    private string? fingerprint;

    public T Value { get; } = value;

    /// <summary>Whether a top-level member was sent at all, so that a patch can tell absent from null.</summary>
    public bool Has(string member) => members.Contains(member);

    /// <summary>Equal for bodies that mean the same: SHA-256 of the canonical form (RFC 8785).</summary>
    public string Fingerprint() => fingerprint ??= Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(raw)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!IsJson(context.Request.ContentType)) throw new RefusedException(new(415, "unsupported_media_type", "Send application/json in UTF-8."));
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity") throw new RefusedException(new(415, "unsupported_media_type", "Send the body without a Content-Encoding."));
        var raw = await RawBody.GetAsync(context);
        var members = StrictJson.Check(raw);
        try
        {
            return new Body<T>(JsonSerializer.Deserialize<T>(raw, Json.Options) ?? throw new JsonException("The body is null."), raw, members);
        }
        catch (JsonException wrong)
        {
            throw new RefusedException(Refusal.Invalid(JsonPointer.Of(wrong), "invalid", JsonPointer.Explain(wrong)));
        }
    }

    private static bool IsJson(string? contentType) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } media && media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private sealed class AcceptsMetadata(string[] types, Type type) : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = types;
        public Type? RequestType { get; } = type;
        public bool IsOptional => false;
    }
}
