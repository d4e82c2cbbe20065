using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Contentful;

/// <summary>
/// Checks Contentful's request verification: the HMAC-SHA256 of method, path with query, the headers that are named as signed, and the body, one a line.
/// </summary>
internal static class ContentfulWebhook
{
    private const int MostHeaders = 50;
    private const string Signature = "x-contentful-signature", SignedHeaders = "x-contentful-signed-headers", Timestamp = "x-contentful-timestamp", Topic = "x-contentful-topic";

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    public static WebhookReading Read(WebhookRequest request, ContentfulSettings settings)
    {
        if (!request.WasVerified && Refusal(request, settings.WebhookSecret) is { } reason) return new WebhookReading.Refused(reason);
        try
        {
            var read = JsonSerializer.Deserialize(request.Body.Span, ContentfulJson.Default.ContentfulNotice) ?? throw new JsonException();
            var topic = request.Header(Topic) ?? "";
            return new WebhookReading.Verified(EventId(topic, request.Body.Span), topic, Notice(topic, read.Sys));
        }
        catch (JsonException)
        {
            return new WebhookReading.Refused("The body is not a Contentful notice.");
        }
    }

    private static string? Refusal(WebhookRequest request, string? secrets)
    {
        if (string.IsNullOrWhiteSpace(secrets)) return "The connection has no webhook secret.";
        if (request.Header(Signature) is not { Length: 64 } signature || request.Header(SignedHeaders) is not { Length: > 0 and < 4096 } list) return "The signature is missing.";
        if (!long.TryParse(request.Header(Timestamp), NumberStyles.None, CultureInfo.InvariantCulture, out var sent)) return "The signature has no time.";
        // Both ways: a time in the future would let a captured notice be replayed until then.
        if (Math.Abs((decimal)request.Now.ToUnixTimeMilliseconds() - sent) > (decimal)Tolerance.TotalMilliseconds) return "The signature is too old.";

        var names = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal).ToList();
        // What is read must have been signed: the time, the list itself, and what the notice is about.
        if (names.Count > MostHeaders || !names.Contains(Timestamp) || !names.Contains(SignedHeaders) || !names.Contains(Topic)) return "The signature leaves out what matters.";
        var headers = string.Join(';', names.Select(name => $"{name}:{request.Header(name)?.Trim()}"));
        var signed = (byte[])[.. Encoding.UTF8.GetBytes($"POST\n{ContentfulAddress.Signed(request.Path)}\n{headers}\n"), .. request.Body.Span];
        var candidate = Encoding.ASCII.GetBytes(signature);
        var genuine = false;
        foreach (var secret in secrets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            genuine |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))), candidate);
        return genuine ? null : "The signature does not fit the request.";
    }

    /// <summary>A notice carries no id of its own; its content has the revision of what it is about, so the same content is the same notice.</summary>
    private static string EventId(string topic, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(topic + "\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static VendorNotice Notice(string topic, ContentfulSys about) => topic.Split('.') switch
    {
        ["ContentManagement", "Entry" or "Asset", "publish" or "unpublish" or "delete" or "archive"] when about.Id.Length > 0 => new VendorNotice.ContentChanged([about.Id]),
        ["ContentManagement", "ContentType", "publish" or "unpublish"] => new VendorNotice.ContentChanged([]),
        _ => new VendorNotice.Other(),
    };
}
