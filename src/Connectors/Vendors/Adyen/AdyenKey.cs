using System.Security.Cryptography;
using System.Text;

namespace Composable.Connectors.Adyen;

/// <summary>Idempotency keys as Adyen takes them: at most 64 characters, one space of names for all operations of the company account.</summary>
internal static class AdyenKey
{
    private const int Longest = 64;

    /// <summary>The key itself, or where it is too long one that is always the same for it.</summary>
    public static string Fitting(string key) => key.Length <= Longest && key.All(letter => letter is > ' ' and < '\x7f') ? key : $"h:{Digest(key)}";

    /// <summary>A key for what the shopper brought back. Another thing brought back is another request: one that was made up must not stand in its way.</summary>
    public static string ForDetails(string key, string details) => $"d:{Digest($"{key}\n{details}")}";

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 24));
}
