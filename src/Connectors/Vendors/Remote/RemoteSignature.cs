using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

/// <summary>
/// Signs requests and checks answers: HMAC-SHA256, in hex, over lines. A request's are time, nonce, method, path, idempotency key and the body's
/// SHA-256; an answer's are its time, the request's nonce, the status and the body's SHA-256, so that no answer can stand for another.
/// </summary>
internal sealed class RemoteSignature(string secret, string? previousSecret)
{
    public const string KeyHeader = "Composable-Key-Id", TimeHeader = "Composable-Timestamp", NonceHeader = "Composable-Nonce", SignatureHeader = "Composable-Signature";

    private const string KeyName = "Idempotency-Key";
    private const int LongestHeader = 200;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Names a secret without telling it.</summary>
    public static string KeyId(string secret) => Hash(Encoding.UTF8.GetBytes($"composable-key-id\n{secret}"))[..16];

    /// <summary>Puts the signature's headers on a request and returns its nonce.</summary>
    /// <param name="path">Below the connector's address, so that a proxy may put the connector anywhere.</param>
    public string Sign(HttpRequestMessage request, string path, string? idempotencyKey, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        if (idempotencyKey is not null) request.Headers.TryAddWithoutValidation(KeyName, idempotencyKey);
        request.Headers.TryAddWithoutValidation(KeyHeader, KeyId(secret));
        request.Headers.TryAddWithoutValidation(TimeHeader, time);
        request.Headers.TryAddWithoutValidation(NonceHeader, nonce);
        request.Headers.TryAddWithoutValidation(SignatureHeader, OfRequest(secret, time, nonce, request.Method.Method, path, idempotencyKey, body));
        return nonce;
    }

    /// <summary>Whether the answer was signed by whoever shares the secret, for the request with this nonce, now.</summary>
    public bool IsGenuine(VendorAnswer answer, string nonce, DateTimeOffset now)
    {
        if (answer.Header(SignatureHeader) is not { Length: <= LongestHeader } signature || answer.Header(TimeHeader) is not { } time || answer.Header(KeyHeader) is not { } id) return false;
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || Math.Abs(now.ToUnixTimeSeconds() - at) > (long)Window.TotalSeconds) return false;
        var used = new[] { secret, previousSecret }.FirstOrDefault(known => known is not null && KeyId(known) == id);
        return used is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(OfAnswer(used, time, nonce, (int)answer.Status, answer.Body.Span)));
    }

    public static string OfRequest(string secret, string time, string nonce, string method, string path, string? idempotencyKey, ReadOnlySpan<byte> body) =>
        Hmac(secret, $"{time}\n{nonce}\n{method}\n{path}\n{idempotencyKey}\n{Hash(body)}");

    public static string OfAnswer(string secret, string time, string nonce, int status, ReadOnlySpan<byte> body) =>
        Hmac(secret, string.Create(CultureInfo.InvariantCulture, $"{time}\n{nonce}\n{status}\n{Hash(body)}"));

    private static string Hmac(string secret, string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
