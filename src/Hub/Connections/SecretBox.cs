using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Composable.Connectors.Sdk;

namespace Composable.Hub.Connections;

/// <summary>
/// Encrypts what staff entrust to the hub with AES-256-GCM: <c>keyId.base64url(nonce, tag, ciphertext)</c>. The place a value belongs to is
/// authenticated with it, so that one copied to another connection or setting does not open.
/// </summary>
internal sealed class SecretBox
{
    private const int NonceBytes = 12, TagBytes = 16, KeyBytes = 32;

    private readonly Dictionary<string, byte[]> keys = [];
    private readonly string? current;

    /// <param name="configuration"><c>Secrets:Keys</c>, each with <c>Id</c> and <c>Key</c> (32 bytes in base64). The first encrypts; all decrypt.</param>
    public SecretBox(IConfiguration configuration)
    {
        foreach (var section in configuration.GetSection("Secrets:Keys").GetChildren())
        {
            var (id, key) = (section["Id"], section["Key"]);
            var bytes = new byte[KeyBytes];
            if (id is not { Length: > 0 and <= 40 } || id.Contains('.', StringComparison.Ordinal)) throw new InvalidOperationException($"{section.Path}:Id is missing or has a dot in it.");
            if (key is null || !Convert.TryFromBase64String(key, bytes, out var length) || length != KeyBytes) throw new InvalidOperationException($"{section.Path}:Key must be {KeyBytes} bytes in base64.");
            if (!keys.TryAdd(id, bytes)) throw new InvalidOperationException($"{section.Path}:Id is used twice.");
            current ??= id;
        }
    }

    /// <summary>Without a key nothing can be entrusted.</summary>
    public bool HasKey => current is not null;

    public string Seal(string place, string text)
    {
        var id = current ?? throw new InvalidOperationException("Secrets:Keys is missing, so that nothing can be encrypted.");
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(keys[id], TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(place));
        return $"{id}.{Base64Url.EncodeToString(box)}";
    }

    /// <summary>Throws <see cref="VendorException"/> (Misconfigured) when the key is not here any more, or the value was tampered with.</summary>
    public string Open(string place, string sealedText)
    {
        var dot = sealedText.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !keys.TryGetValue(sealedText[..dot], out var key)) throw Closed(place, "its key is not among Secrets:Keys");
        try
        {
            var box = Base64Url.DecodeFromChars(sealedText.AsSpan(dot + 1));
            if (box.Length < NonceBytes + TagBytes) throw Closed(place, "it is cut off");
            var plain = new byte[box.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(place));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception wrong) when (wrong is CryptographicException or FormatException)
        {
            throw Closed(place, "it was changed or belongs elsewhere");
        }
    }

    private static VendorException Closed(string place, string why) => new(VendorFailure.Misconfigured, $"The secret {place} cannot be read: {why}.");
}
