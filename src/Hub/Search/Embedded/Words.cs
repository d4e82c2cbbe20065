using System.Text;

namespace Composable.Hub.Search.Embedded;

/// <summary>A word of a text.</summary>
/// <param name="Text">In lower case, without marks.</param>
/// <param name="Root">What it is indexed as: <c>tents</c> and <c>tent</c> are one.</param>
internal readonly record struct Word(string Text, string Root);

/// <summary>Takes texts apart the same way for both databases, so that they find the same.</summary>
internal static class Words
{
    /// <summary>Longer ones are cut: nobody types them, and an index entry has its limit.</summary>
    private const int Longest = 40;

    public static List<Word> Of(string text, int most)
    {
        var words = new List<Word>();
        var word = new StringBuilder();
        var joined = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (words.Count >= most) return words;
            if (!Rune.IsLetterOrDigit(rune))
            {
                if (IsMark(rune)) continue;
                Take(words, word, joined);
                continue;
            }

            var lower = Rune.ToLowerInvariant(HalfWidth(rune));
            if (word.Length > 0 && joined != IsJoined(lower.Value)) Take(words, word, joined);
            joined = IsJoined(lower.Value);
            word.Append(Folding.Of(lower.Value) ?? lower.ToString());
        }

        Take(words, word, joined);
        return words.Count > most ? words[..most] : words;
    }

    /// <summary>An English plural without its ending. Words of other languages may lose a letter too, but always the same one.</summary>
    public static string Root(string word)
    {
        if (word.Length < 4 || word[^1] != 's' || word[^2] is 's' or 'u' or 'i' || !word.All(char.IsAsciiLetter)) return word;
        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4) return word[..^3] + "y";
        return word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal) || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal)
            ? word[..^2] : word[..^1];
    }

    /// <summary>Other forms that have the same root.</summary>
    public static string[] FormsOf(Word word) =>
        [word.Text, word.Root, word.Root + "s", word.Root + "es", word.Root[^1] == 'y' ? word.Root[..^1] + "ies" : word.Root];

    /// <summary>What a database takes as text: PostgreSQL knows no NUL, and half a surrogate pair is no character.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(letter => letter == '\0' || char.IsSurrogate(letter))) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) if (rune.Value != 0) clean.Append(rune.ToString());
        return clean.ToString();
    }

    private static void Take(List<Word> words, StringBuilder word, bool joined)
    {
        if (word.Length == 0) return;
        var text = word.ToString();
        word.Clear();
        // Scripts without spaces are indexed by pairs of signs.
        if (joined && text.Length > 2) for (var i = 0; i + 1 < text.Length; i++) words.Add(new(text.Substring(i, 2), text.Substring(i, 2)));
        else if (text.Length <= Longest) words.Add(new(text, Root(text)));
        else words.Add(new(Cut(text), Cut(text)));
    }

    private static string Cut(string text) => char.IsHighSurrogate(text[Longest - 1]) ? text[..(Longest - 1)] : text[..Longest];

    private static bool IsMark(Rune rune) => rune.Value is >= 0x300 and <= 0x36F or 0xAD or 0x200D or 0x2019 or '\'';

    private static bool IsJoined(int rune) => rune is >= 0x3040 and <= 0x30FF or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xE00 and <= 0xE7F;

    private static Rune HalfWidth(Rune rune) => rune.Value is >= 0xFF10 and <= 0xFF5A ? new(rune.Value - 0xFEE0) : rune;
}
