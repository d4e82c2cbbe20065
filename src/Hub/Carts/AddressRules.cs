using Composable.Contracts;
using Composable.Hub.Http;

namespace Composable.Hub.Carts;

internal static class AddressRules
{
    private const int MaxLength = 200;

    /// <summary>What is wrong with an address on its own; whether a market delivers there is the market's matter.</summary>
    public static Refusal? Check(Address address, string pointer)
    {
        if (address.Country.Length != 2 || !address.Country.All(char.IsAsciiLetterUpper)) return Refusal.Invalid(pointer + "/country", "invalid_country", "A country is two capital letters, such as US.");
        foreach (var (name, value, needed) in Parts(address))
        {
            if (needed && string.IsNullOrWhiteSpace(value)) return Refusal.Invalid($"{pointer}/{name}", "required", "This part of the address is needed.");
            if (value?.Length > MaxLength) return Refusal.Invalid($"{pointer}/{name}", "too_long", $"At most {MaxLength} characters.");
            if (value?.Any(char.IsControl) == true) return Refusal.Invalid($"{pointer}/{name}", "invalid_characters", "Control characters are not accepted.");
        }

        return null;
    }

    private static IEnumerable<(string Name, string? Value, bool Needed)> Parts(Address address) =>
    [
        ("name", address.Name, true), ("line1", address.Line1, true), ("line2", address.Line2, false), ("city", address.City, true),
        ("postalCode", address.PostalCode, true), ("region", address.Region, address.Country is "US" or "CA"), ("company", address.Company, false), ("phone", address.Phone, false),
    ];
}
