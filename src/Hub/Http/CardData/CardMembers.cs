using System.Buffers;
using System.Collections.Frozen;

namespace Composable.Hub.Http.CardData;

/// <summary>What the name of a member, parameter or column says about its value. Case and separators do not matter.</summary>
internal static class CardMembers
{
    private const int MaxName = 64;

    /// <summary>Parts of the names of security codes, for a first look at a text.</summary>
    private static readonly SearchValues<string> Hints = SearchValues.Create(["cvc", "cvv", "cvn", "csc", "cav2", "card", "security", "verif"], StringComparison.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> SecurityCodes = FrozenSet.ToFrozenSet(
    [
        "cvc", "cvc2", "cvv", "cvv2", "cvn", "cvn2", "csc", "cav2", "cardcode", "securitycode", "cardsecuritycode", "cardverificationvalue", "cardverificationcode",
        "cardverificationnumber", "verificationvalue", "cardcvc", "cardcvv", "cardcvv2", "cardcsc", "cccvc", "cccvv",
    ]);

    /// <summary>Trade item numbers have up to 14 digits.</summary>
    private static readonly FrozenSet<string> TradeItems = FrozenSet.ToFrozenSet(
    [
        "gtin", "gtins", "gtin12", "gtin13", "gtin14", "ean", "eans", "ean13", "upc", "upca", "jan", "barcode", "barcodes", "variantbarcode", "isbn", "isbn13", "itf14",
    ]);

    /// <summary>A card network's number of a transaction, which providers tell us, has 15.</summary>
    private static readonly FrozenSet<string> Networks = FrozenSet.ToFrozenSet(["networktransactionid", "networktransactionreference", "networktxreference", "schemetransactionid"]);

    public static bool MayNameSecurityCode(ReadOnlySpan<char> text) => text.ContainsAny(Hints);

    public static bool IsSecurityCode(ReadOnlySpan<char> name) => MayNameSecurityCode(name) && Has(SecurityCodes, name);

    /// <summary>Lengths that are no card's under this name, for <see cref="CardNumbers.IsIn"/>.</summary>
    public static int Tolerated(ReadOnlySpan<char> name) => Has(TradeItems, name) ? (1 << 13) | (1 << 14) : Has(Networks, name) ? 1 << 15 : 0;

    private static bool Has(FrozenSet<string> names, ReadOnlySpan<char> name)
    {
        Span<char> plain = stackalloc char[MaxName];
        var length = 0;
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c)) continue;
            if (length == MaxName) return false;
            plain[length++] = char.ToLowerInvariant(c);
        }

        return names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(plain[..length]);
    }
}
