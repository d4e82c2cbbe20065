using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Our names as Typesense's: an alias <c>{index}</c>, collections <c>{index}_{generation}</c>, ids that mean themselves in a filter.</summary>
/// <remarks>The parts never hold an underscore, so no index's collections can be taken for another's.</remarks>
internal static class TypesenseNames
{
    /// <summary>Our version of a document, beside its fields.</summary>
    public const string Version = "hub_version";

    private const string KeySuffix = "__key";
    private const int LongestPart = 80;
    private const int LongestId = 200;
    private const char Encoded = '~';

    private static readonly SearchValues<char> PartLetters = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> IdLetters = SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static string Alias(string index) => Part(index);

    public static string Collection(string index, string generation) => $"{Part(index)}_{Part(generation)}";

    public static bool IsOf(string index, string collection) => collection.StartsWith($"{Part(index)}_", StringComparison.Ordinal);

    /// <summary>The field that holds the keys of another's values, for filters.</summary>
    public static string KeyField(string field) => field + KeySuffix;

    public static bool IsField(string name) =>
        name.Length is > 0 and <= LongestPart && char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
        && name is not ("id" or Version) && !name.EndsWith(KeySuffix, StringComparison.Ordinal);

    /// <summary>
    /// A value as one word that is compared exactly. Typesense compares texts in filters by their words, without case, accents and symbols
    /// (<c>C</c>, <c>C++</c> and <c>c#</c> are the same to it), and has no spelling for a value with a backtick in it.
    /// </summary>
    public static string Key(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, 16));

    /// <summary>An id as it stands in Typesense. A filter on ids takes <c>*</c> for all of them and cannot hold a backtick, so whatever is not plain is encoded.</summary>
    public static string Id(string id) =>
        id.Length is > 0 and <= LongestId && !id.AsSpan().ContainsAnyExcept(IdLetters) ? id : Encoded + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    /// <summary>Our id again. Null when it is none that <see cref="Id"/> writes.</summary>
    public static string? IdOf(string id)
    {
        if (!id.StartsWith(Encoded)) return id;
        return Base64Url.IsValid(id.AsSpan(1)) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id.AsSpan(1))) : null;
    }

    /// <summary>A list of ids in a filter. Backticks keep a value together; none of these can hold one.</summary>
    public static string Ids(IEnumerable<string> ids) => $"id:[{string.Join(',', ids.Select(id => $"`{Id(id)}`"))}]";

    private static string Part(string name)
    {
        if (name.Length is > 0 and <= LongestPart && !name.AsSpan().ContainsAnyExcept(PartLetters)) return name;
        var readable = string.Concat(name.Take(LongestPart / 2).Select(letter => PartLetters.Contains(letter) ? letter : '-'));
        // Names that read alike stay apart.
        return $"{readable}-{Key(name)[..16]}";
    }
}
