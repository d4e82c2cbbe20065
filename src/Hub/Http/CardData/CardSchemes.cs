namespace Composable.Hub.Http.CardData;

/// <summary>Which digits are a card's: issuer prefix and length by scheme, and the Luhn check digit.</summary>
internal static class CardSchemes
{
    public const int Shortest = 13, Longest = 19;

    public static bool IsCard(ReadOnlySpan<byte> digits) => HasIssuer(digits) && PassesLuhn(digits);

    /// <summary>A barcode (EAN-13) has a check digit of its own, which one card number of 13 digits in ten happens to have too.</summary>
    public static bool IsBarcode(ReadOnlySpan<byte> digits)
    {
        if (digits.Length != 13) return false;
        var sum = 0;
        for (var i = 0; i < digits.Length; i++) sum += digits[i] * (i % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }

    private static bool HasIssuer(ReadOnlySpan<byte> digits)
    {
        var first = (digits[0] * 1000) + (digits[1] * 100) + (digits[2] * 10) + digits[3];
        return first switch
        {
            >= 4000 and <= 4999 => digits.Length is 13 or 16 or 19, // Visa
            (>= 5100 and <= 5599) or (>= 2221 and <= 2720) => digits.Length == 16, // Mastercard
            (>= 3400 and <= 3499) or (>= 3700 and <= 3799) => digits.Length == 15, // American Express
            (>= 3000 and <= 3059) or 3095 or (>= 3600 and <= 3699) or (>= 3800 and <= 3999) => digits.Length is 14 or 16, // Diners
            >= 3528 and <= 3589 => digits.Length is >= 16 and <= 19, // JCB
            >= 2200 and <= 2204 => digits.Length is >= 16 and <= 19, // Mir
            6011 or (>= 6440 and <= 6599) => digits.Length is 16 or 19, // Discover
            >= 6200 and <= 6299 => digits.Length is >= 16 and <= 19, // UnionPay
            5018 or 5020 or 5038 or 5893 or 6304 or 6759 or (>= 6761 and <= 6763) => digits.Length is >= Shortest and <= Longest, // Maestro
            >= 5085 and <= 5089 => digits.Length == 16, // RuPay
            _ => false,
        };
    }

    private static bool PassesLuhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] << (i % 2);
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }
}
