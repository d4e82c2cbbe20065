namespace Composable.Hub.Durability;

/// <summary>Opaque ids with a readable prefix, such as <c>cart_01j…</c>. They grow with time, so that new rows lie side by side.</summary>
internal static class Ids
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string New(string prefix)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(bytes, bigEndian: true, out _);
        return string.Concat(prefix, "_", Encode(bytes));
    }

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[26];
        uint buffer = 0;
        int bits = 0, at = 0;
        foreach (var value in bytes)
        {
            buffer = (buffer << 8) | value;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[at++] = Alphabet[(int)(buffer >> bits) & 31];
            }
        }

        text[at] = Alphabet[(int)(buffer << (5 - bits)) & 31];
        return new string(text);
    }
}
