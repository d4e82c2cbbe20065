using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Composable.Sandbox.Stripe;

/// <summary>Reads what Stripe reads from a request, and refuses what Stripe refuses.</summary>
internal static class StripeRequest
{
    private const string RequestIdHeader = "Request-Id";

    public static void Label(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers[RequestIdHeader] = Ids.New("req_");
        var version = http.Request.Headers["Stripe-Version"];
        headers["Stripe-Version"] = version.Count == 1 && version[0]!.Length < 64 ? version : StripeJson.ApiVersion;
    }

    public static StripeCall Read(HttpContext http, IReadOnlyDictionary<string, StringValues> parameters, FrozenSet<string> known, bool decline)
    {
        foreach (var name in parameters.Keys)
        {
            var bracket = name.IndexOf('[', StringComparison.Ordinal);
            if (!known.Contains(bracket < 0 ? name : name[..bracket]))
            {
                throw StripeRefusal.Invalid($"Received unknown parameter: {name}", "parameter_unknown", name);
            }

            if (name.AsSpan().Count('[') > 5)
            {
                throw StripeRefusal.Invalid($"Too deep a parameter: {name}", null, name);
            }
        }

        var request = http.Request;
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 255)
        {
            throw StripeRefusal.Invalid("Idempotency keys can be at most 255 characters long.");
        }

        return new StripeCall(request.Path.Value!["/stripe".Length..], request.RouteValues["id"] as string ?? "", parameters)
        {
            RequestId = http.Response.Headers[RequestIdHeader].ToString(),
            Host = request.Host.Value ?? "localhost",
            IdempotencyKey = key.Length == 0 ? null : key,
            TraceParent = request.Headers.TraceParent is [{ Length: 55 } parent] ? parent : null,
            Decline = decline,
        };
    }

    /// <summary>The body's parameters, of a bounded number and length.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, StringValues>> FormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding"))
        {
            return FrozenDictionary<string, StringValues>.Empty;
        }

        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw StripeRefusal.Invalid("Send parameters as application/x-www-form-urlencoded.");
        }

        try
        {
            var reader = new FormPipeReader(request.BodyReader, Encoding.UTF8) { ValueCountLimit = 200, KeyLengthLimit = 256, ValueLengthLimit = 8192 };
            return await reader.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw StripeRefusal.Invalid("The form has too many parameters, or one that is too long.");
        }
    }

    /// <summary>Null when the key is a test key.</summary>
    public static StripeRefusal? CheckKey(string authorization)
    {
        var key = authorization switch
        {
            _ when authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) => authorization[7..].Trim(),
            _ when authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) => BasicUser(authorization[6..].Trim()),
            _ => "",
        };
        if (key.StartsWith("sk_test_", StringComparison.Ordinal) && !key.Contains("invalid", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return new StripeRefusal(401, new StripeError("invalid_request_error", key.Length == 0
            ? "You did not provide an API key. Provide it in the Authorization header, using Bearer auth."
            : $"Invalid API Key provided: {key[..Math.Min(8, key.Length)]}****"));
    }

    /// <summary>What Stripe says with a status that a fault asked for.</summary>
    public static StripeRefusal Broken(HttpContext http, int status)
    {
        if (status == 429)
        {
            http.Response.Headers.RetryAfter = "1";
            return new StripeRefusal(429, new StripeError("invalid_request_error", "Request rate limit exceeded.", "rate_limit"));
        }

        return new StripeRefusal(status, new StripeError(status < 500 ? "invalid_request_error" : "api_error", "Sorry, something went wrong. The sandbox was told to say so."));
    }

    /// <summary>The same for the same parameters in any order.</summary>
    public static string Fingerprint(IReadOnlyDictionary<string, StringValues> parameters)
    {
        var names = parameters.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        var text = new StringBuilder(256);
        foreach (var name in names)
        {
            text.Append(name).Append('\0').Append(parameters[name].ToString()).Append('\0');
        }

        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 18));
    }

    private static string BasicUser(string encoded)
    {
        Span<byte> bytes = stackalloc byte[256];
        return encoded.Length <= 256 && Convert.TryFromBase64String(encoded, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes[..length]).Split(':')[0]
            : "";
    }
}
