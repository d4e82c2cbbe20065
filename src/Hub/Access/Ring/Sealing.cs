using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Composable.Hub.Access.Ring;

/// <summary>AES-256-GCM: <c>keyId.base64url(nonce, tag, ciphertext)</c>. The place a value belongs to is authenticated with it, so that one copied elsewhere does not open.</summary>
internal static class Sealing
{
    public const int KeyBytes = 32;

    private const int NonceBytes = 12, TagBytes = 16;

    public static string Seal(string id, byte[] key, string place, ReadOnlySpan<byte> plain)
    {
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(place));
        return $"{id}.{Base64Url.EncodeToString(box)}";
    }

    /// <summary>The id of the key that opens it; empty when there is none.</summary>
    public static string KeyOf(string sealedText) => sealedText.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? sealedText[..dot] : "";

    /// <summary>Null when it was changed, is cut off or belongs elsewhere.</summary>
    public static byte[]? Open(byte[] key, string place, string sealedText)
    {
        try
        {
            var box = Base64Url.DecodeFromChars(sealedText.AsSpan(KeyOf(sealedText).Length + 1));
            if (box.Length < NonceBytes + TagBytes) return null;
            var plain = new byte[box.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(place));
            return plain;
        }
        catch (Exception wrong) when (wrong is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
