using System.Globalization;

namespace Composable.Hub.Http.CardData;

/// <summary>
/// Finds card numbers in text: digits of any script, whole or in groups with one space or dash between them. Digits that are glued to letters, stand
/// in a UUID or behind a decimal point are parts of something else.
/// </summary>
internal static class CardNumbers
{
    /// <param name="tolerated">Lengths that are something else here, as bits: 1 &lt;&lt; 13 is thirteen digits.</param>
    public static bool IsIn(ReadOnlySpan<char> text, int tolerated = 0)
    {
        // Whatever is long enough has a character at every thirteenth place, so that most of a text is never looked at.
        for (var at = CardSchemes.Shortest - 1; at < text.Length; at += CardSchemes.Shortest)
        {
            if (!Belongs(text[at])) continue;
            var (start, end) = (at, at + 1);
            while (start > 0 && Belongs(text[start - 1])) start--;
            while (end < text.Length && Belongs(text[end])) end++;
            if (end - start >= CardSchemes.Shortest && AnyIn(text, start, end, tolerated)) return true;
            at = end;
        }

        return false;
    }

    public static bool IsDigits(ReadOnlySpan<char> text, int min, int max)
    {
        text = text.Trim();
        if (text.Length < min || text.Length > max) return false;
        foreach (var c in text) if (Digit(c) < 0) return false;
        return true;
    }

    private static bool AnyIn(ReadOnlySpan<char> text, int start, int end, int tolerated)
    {
        for (var at = start; at < end; at++)
        {
            if (Digit(text[at]) < 0) continue;
            if (!IsGlued(text, at) && BeginsAt(text[..end], at, text[end..], tolerated)) return true;
            while (at + 1 < end && Digit(text[at + 1]) >= 0) at++;
        }

        return false;
    }

    /// <summary>Takes group after group until there are too many digits.</summary>
    private static bool BeginsAt(ReadOnlySpan<char> text, int start, ReadOnlySpan<char> behind, int tolerated)
    {
        Span<byte> digits = stackalloc byte[CardSchemes.Longest];
        var (count, groups, shortest) = (0, 0, int.MaxValue);
        var before = GroupBefore(text, start);
        for (var at = start; ;)
        {
            var group = 0;
            for (; at < text.Length && Digit(text[at]) is >= 0 and var digit; at++, group++)
            {
                if (count == digits.Length) return false;
                digits[count++] = (byte)digit;
            }

            groups++;
            if (at == text.Length && behind.Length > 0 && IsWord(behind[0])) return false;
            var isLast = at + 1 >= text.Length || Digit(text[at + 1]) < 0;
            // A number that goes on in fours on both sides is a longer one, such as a parcel's; odd groups are a card's only when nothing else is there.
            var fits = groups == 1 || (count > 13 && (shortest >= 3 || (before == 0 && isLast)) && (before != 4 || shortest != 4 || isLast));
            if (count >= CardSchemes.Shortest && fits && (tolerated & (1 << count)) == 0 && IsCard(text, start, at, behind, digits[..count])) return true;
            if (isLast) return false;
            shortest = Math.Min(shortest, group);
            at++;
        }
    }

    private static bool IsCard(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<char> behind, ReadOnlySpan<byte> digits)
    {
        if (!CardSchemes.IsCard(digits)) return false;
        // Thirteen digits are a barcode or an international phone number more often than a card.
        if (digits.Length == 13 && (CardSchemes.IsBarcode(digits) || (start > 0 && text[start - 1] == '+'))) return false;
        return !IsInUuid(text, start, end, behind);
    }

    private static int GroupBefore(ReadOnlySpan<char> text, int start)
    {
        var at = start - 2;
        while (at >= 0 && Digit(text[at]) >= 0) at--;
        return start >= 2 && Belongs(text[start - 1]) ? start - 2 - at : 0;
    }

    private static bool IsInUuid(ReadOnlySpan<char> text, int start, int end, ReadOnlySpan<char> behind)
    {
        while (start > 0 && IsOfUuid(text[start - 1])) start--;
        while (end < text.Length && IsOfUuid(text[end])) end++;
        var more = 0;
        if (end == text.Length) while (more < behind.Length && more < 36 && IsOfUuid(behind[more])) more++;
        return end - start + more == 36 && Guid.TryParseExact(string.Concat(text[start..end], behind[..more]), "D", out _);
    }

    private static bool IsOfUuid(char c) => char.IsAsciiHexDigit(c) || c == '-';

    private static bool IsGlued(ReadOnlySpan<char> text, int at) =>
        at > 0 && (IsWord(text[at - 1]) || (text[at - 1] == '.' && at > 1 && char.IsAsciiDigit(text[at - 2])));

    private static bool IsWord(char c) => c == '_' || char.IsLetterOrDigit(c);

    private static int Digit(char c) => char.IsAsciiDigit(c) ? c - '0' : c < 0x80 ? -1 : CharUnicodeInfo.GetDecimalDigitValue(c);

    private static bool Belongs(char c) => c < 0x80
        ? char.IsAsciiDigit(c) || c is ' ' or '-'
        : c == '\u2212' || char.GetUnicodeCategory(c) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.Format;
}
