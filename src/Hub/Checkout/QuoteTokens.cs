using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Storage;

namespace Composable.Hub.Checkout;

/// <summary>Signs quotes: <c>q1.expiry.hash.signature</c>. All hubs on one database share the key.</summary>
internal sealed class QuoteTokens(Database database)
{
    private const string Name = "quote-signing";
    private byte[] key = [];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var fresh = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await database.CommitAsync(new Commit().Add($"INSERT INTO secrets (name, value) VALUES ({Name}, {fresh}) ON CONFLICT (name) DO NOTHING"), cancellationToken);
        key = Convert.FromBase64String((await database.FirstAsync<string>($"SELECT value FROM secrets WHERE name = {Name}", cancellationToken))!);
    }

    public string Sign(string checkoutId, string hash, DateTimeOffset expiresAt)
    {
        var claims = string.Create(CultureInfo.InvariantCulture, $"q1.{expiresAt.ToUnixTimeMilliseconds()}.{hash}");
        return $"{claims}.{Signature(checkoutId, claims)}";
    }

    /// <summary>The hash and expiry a token stands for; null when this hub did not sign it for this checkout.</summary>
    public (string Hash, DateTimeOffset ExpiresAt)? Read(string checkoutId, string token)
    {
        if (token.Split('.') is not ["q1", var expiry, var hash, var signature]) return null;
        var expected = Encoding.ASCII.GetBytes(Signature(checkoutId, $"q1.{expiry}.{hash}"));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature))) return null;
        return (hash, DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(expiry, CultureInfo.InvariantCulture)));
    }

    public static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..32];

    private string Signature(string checkoutId, string claims) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{checkoutId}|{claims}")))[..40];
}
