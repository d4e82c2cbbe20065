using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Composable.Contracts;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Composable.Hub.Http;

/// <summary>A JSON body, read strictly: anything unexpected is refused with a pointer to it.</summary>
internal sealed class Body<T>(T value, byte[] raw) : IEndpointParameterMetadataProvider
    where T : class
{
    private const int MaxBytes = 1 << 20;

    public T Value { get; } = value;

    /// <summary>Whether a top-level member was sent at all, so that a patch can tell absent from null.</summary>
    public bool Has(string member)
    {
        using var document = JsonDocument.Parse(raw);
        return document.RootElement.TryGetProperty(member, out _);
    }

    /// <summary>Equal for bodies that mean the same: SHA-256 of the canonical form (RFC 8785).</summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(raw)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!IsJson(context.Request.ContentType)) throw new RefusedException(new(415, "unsupported_media_type", "Send application/json in UTF-8."));
        var raw = await ReadAsync(context);
        try
        {
            var value = JsonSerializer.Deserialize<T>(raw, Json.Options) ?? throw new JsonException("The body is null.");
            return new Body<T>(value, raw);
        }
        catch (JsonException wrong)
        {
            throw new RefusedException(Refusal.Invalid(JsonPointer.Of(wrong, raw), "invalid", JsonPointer.Explain(wrong)));
        }
        catch (InvalidOperationException wrong)
        {
            throw new RefusedException(Refusal.Invalid("", "invalid", wrong.Message.Contains("surrogate", StringComparison.OrdinalIgnoreCase) ? "A string is not valid Unicode." : "The body cannot be read."));
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength > MaxBytes) throw TooLarge();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBytes + 1;
        using var buffer = new MemoryStream((int)(request.ContentLength ?? 512));
        await request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.Length > MaxBytes ? throw TooLarge() : buffer.ToArray();
    }

    private static bool IsJson(string? contentType) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } media && media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static RefusedException TooLarge() => new(new(413, "payload_too_large", "A body has at most 1 MiB."));

    private sealed class AcceptsMetadata(string[] types, Type type) : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes { get; } = types;
        public Type? RequestType { get; } = type;
        public bool IsOptional => false;
    }
}
