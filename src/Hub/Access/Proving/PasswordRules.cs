using System.Security.Cryptography;
using System.Text;
using Composable.Hub.Http;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Access.Proving;

/// <summary>Which passwords are refused: short ones, guessable ones and those that were breached. Nothing is asked of their composition.</summary>
internal sealed class PasswordRules(IOptions<SignInOptions> options)
{
    private const int Longest = 256;

    /// <summary>Of at least four letters, the longer ones first: taken out of a password, they leave what is its own.</summary>
    private static readonly string[] Common =
    [
        "administrator", "passphrase", "qwertyuiop", "asdfghjkl", "password", "passwort", "iloveyou", "sunshine", "princess", "football", "baseball", "superman", "starwars", "changeme", "internet",
        "computer", "trustno", "letmein", "welcome", "michael", "default", "zxcvbnm", "yxcvbnm", "shadow", "dragon", "master", "monkey", "batman", "secret", "summer", "winter", "spring", "autumn",
        "qwerty", "qwertz", "azerty", "hello", "admin", "login", "guest", "test", "user", "shop", "asdf", "love",
    ];

    private static readonly string[] Walks = ["01234567890123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"];

    /// <summary>Why a password cannot be chosen; null when it can.</summary>
    public Refusal? Check(string password, string email, string pointer)
    {
        if (password.Length > Longest) return Refused(pointer, "too_long", $"A password has at most {Longest} characters.");
        if (new System.Globalization.StringInfo(password).LengthInTextElements < options.Value.MinPassword) return Refused(pointer, "too_short", $"A password has at least {options.Value.MinPassword} characters. A few words are a good one.");
        return IsGuessable(password, email) || IsBreached(password) ? Refused(pointer, "too_common", "This password is among the first that others would try. Choose another one.") : null;
    }

    private static bool IsGuessable(string password, string email)
    {
        var plain = Plain(password);
        if (plain.Distinct().Count() < 5 || IsRepeated(plain) || IsWalk(plain)) return true;
        foreach (var word in email.Split('@', '.', '-', '_', '+').Where(part => part.Length > 3).Select(Plain).Concat(Common)) plain = plain.Replace(word, "", StringComparison.Ordinal);
        return plain.Count(char.IsLetter) < 5 && plain.Length < 12;
    }

    private static bool IsRepeated(string text) =>
        Enumerable.Range(1, text.Length / 2).Any(length => text.Length % length == 0 && text == string.Concat(Enumerable.Repeat(text[..length], text.Length / length)));

    private static bool IsWalk(string text) => Walks.Any(walk => walk.Contains(text, StringComparison.Ordinal) || walk.Contains(string.Concat(text.Reverse()), StringComparison.Ordinal));

    /// <summary>Letters and digits, without capitals and with the usual replacements undone.</summary>
    private static string Plain(string text)
    {
        var small = text.ToLowerInvariant();
        return string.Concat((small.Any(char.IsLetter) ? small.Replace('0', 'o').Replace('3', 'e').Replace('4', 'a').Replace('5', 's').Replace('$', 's').Replace('@', 'a') : small).Where(char.IsLetterOrDigit));
    }

    /// <summary>Looks the password up in a sorted file that may be larger than the memory.</summary>
    private bool IsBreached(string password)
    {
        if (options.Value.BreachedPasswords is not { } path) return false;
#pragma warning disable CA5350 // The published lists are of SHA-1; nothing is protected by it here.
        var wanted = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 256, FileOptions.RandomAccess);
        var (low, high) = (0L, file.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var (line, next) = LineFrom(file, middle);
            var order = line is null ? 1 : string.CompareOrdinal(line[..Math.Min(40, line.Length)], wanted);
            if (order == 0) return true;
            if (order < 0) low = next;
            else high = middle;
        }

        return false;
    }

    /// <summary>The first line that begins at or after a place, and where the one after it does.</summary>
    private static (string? Line, long Next) LineFrom(FileStream file, long place)
    {
        file.Position = Math.Max(0, place - 1);
        if (place > 0) while (file.ReadByte() is not ('\n' or -1)) { }
        var text = new StringBuilder(48);
        int read;
        while ((read = file.ReadByte()) is not ('\n' or -1)) text.Append((char)read);
        return (text.Length == 0 ? null : text.ToString().TrimEnd('\r'), file.Position);
    }

    private static Refusal Refused(string pointer, string code, string detail) => new(422, "password_refused", detail) { Errors = [new(pointer, code, detail)] };
}
