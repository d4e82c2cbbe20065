using System.Text.RegularExpressions;

namespace Composable.Hub.Tests.Fixture;

/// <summary>The letters that the tests' shops have sent. Each test writes to addresses of its own.</summary>
internal static partial class Mailbox
{
    public static readonly string Folder = Scratch.Folder("mail");

    public static IReadOnlyList<string> Of(string email) =>
        [.. Directory.EnumerateFiles(Folder, "*.txt").Order(StringComparer.Ordinal).Select(File.ReadAllText).Where(letter => letter.Contains($"\nTo: {email}\n", StringComparison.Ordinal))];

    /// <summary>Waits for a letter with the words in it.</summary>
    public static async Task<string> LetterAsync(string email, string words)
    {
        string? letter = null;
        (await ShopFloor.EventuallyAsync(() => Task.FromResult((letter = Of(email).LastOrDefault(text => text.Contains(words, StringComparison.Ordinal))) is not null), seconds: 30))
            .ShouldBeTrue($"{email} got no letter about '{words}', but {string.Join("; ", Of(email))}");
        return letter!;
    }

    /// <summary>The proof in the link of a letter.</summary>
    public static async Task<string> ProofAsync(string email, string words) => Link().Match(await LetterAsync(email, words)).Groups[1].Value;

    [GeneratedRegex("#(pf_[0-9a-f]{64})")]
    private static partial Regex Link();
}
