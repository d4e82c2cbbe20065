using System.Security.Cryptography;
using System.Text;

namespace Composable.Hub.Access;

/// <summary>Tokens that say nothing by themselves: random, shown once, and kept as their SHA-256 only. The prefix tells people what they look at.</summary>
internal static class SecretToken
{
    private const int Bytes = 32;

    public static string New(string prefix) => prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    public static bool Is(string token, string prefix) => token.Length == prefix.Length + (2 * Bytes) && token.StartsWith(prefix, StringComparison.Ordinal);

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
