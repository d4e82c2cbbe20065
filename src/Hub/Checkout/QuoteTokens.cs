using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Access.Ring;

namespace Composable.Hub.Checkout;

/// <summary>
/// Signs quotes: <c>q2.key.expiry.hash.signature</c>, and with the key of before there was a ring <c>q1.expiry.hash.signature</c>. All hubs on one database share the keys.
/// </summary>
internal sealed class QuoteTokens(KeyRing ring, TimeProvider clock)
{
    private const string Old = KeyRing.FirstOfQuotes, New = "q2";

    public string Sign(string checkoutId, string hash, DateTimeOffset expiresAt)
    {
        var key = ring.Current(HubKey.Quotes) ?? throw new InvalidOperationException("There is no key to sign quotes with.");
        var claims = string.Create(CultureInfo.InvariantCulture, $"{(key.Id == Old ? Old : $"{New}.{key.Id}")}.{expiresAt.ToUnixTimeMilliseconds()}.{hash}");
        return $"{claims}.{Signature(key.Bytes, checkoutId, claims)}";
    }

    /// <summary>Looks for a key that another hub may have made a moment ago.</summary>
    public Task LookForKeyAsync(string token, CancellationToken cancellationToken) => ring.LookForAsync(KeyOf(token), cancellationToken);

    /// <summary>The hash and expiry a token stands for; null when no hub signed it for this checkout. Of a key that is over nothing can be told but that it has expired.</summary>
    public (string Hash, DateTimeOffset ExpiresAt)? Read(string checkoutId, string token)
    {
        if (token.Split('.') is not [.., var expiry, var hash, var signature] || ring.Find(KeyOf(token)) is not { Class: HubKey.Quotes } key) return null;
        if (!key.CanServe || key.Ends <= clock.GetUtcNow()) return ("", DateTimeOffset.MinValue);
        var expected = Encoding.ASCII.GetBytes(Signature(key.Bytes, checkoutId, token[..^(signature.Length + 1)]));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature))) return null;
        return (hash, DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(expiry, CultureInfo.InvariantCulture)));
    }

    /// <summary>Signed with a key that was replaced: good for a while, but better made anew.</summary>
    public bool IsAging(string token) => ring.Find(KeyOf(token)) is { Retired: true };

    public static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..32];

    /// <summary>The id of the key, and nothing where the text has another shape.</summary>
    private static string KeyOf(string token) => token.Split('.') switch { [Old, _, _, _] => Old, [New, var id, _, _, _] => id, _ => "" };

    private static string Signature(byte[] key, string checkoutId, string claims) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{checkoutId}|{claims}")))[..40];
}
