using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Composable.Hub.Catalog.Import;

/// <summary>Names made for addresses: lower-case ASCII letters, digits and single dashes.</summary>
internal static partial class Slug
{
    public const int MaxLength = 120;
    private const int HashLength = 8;

    public static bool IsValid(string text) => Pattern().IsMatch(text);

    /// <summary>A valid slug for any text, always the same one. A hash tells apart the texts that would lose too much of themselves.</summary>
    public static string From(string text)
    {
        var slug = Words().Replace(text.Trim().ToLowerInvariant(), "-").Trim('-');
        var lossy = slug.Length is 0 or > MaxLength || text.Any(c => c > 127);
        if (!lossy) return slug;
        var kept = slug[..Math.Min(slug.Length, MaxLength - HashLength - 1)].TrimEnd('-');
        return kept.Length == 0 ? Hash(text) : $"{kept}-{Hash(text)}";
    }

    /// <summary>Eight characters that stand for a text.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,119}\z")]
    private static partial Regex Pattern();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Words();
}
