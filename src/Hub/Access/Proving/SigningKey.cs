using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Composable.Hub.Access.Proving;

/// <summary>Somebody's public key (JSON Web Key, RFC 7517). It verifies by its own algorithm and no other, whatever a token says.</summary>
internal sealed class SigningKey : IDisposable
{
    private const int LeastRsaBits = 2048;

    private static readonly string[] Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private readonly AsymmetricAlgorithm key;

    private SigningKey(AsymmetricAlgorithm key, string algorithm, string? id, string thumbprint) => (this.key, Algorithm, Id, Thumbprint) = (key, algorithm, id, thumbprint);

    /// <summary><c>RS256</c>, <c>PS256</c>, <c>ES256</c> or <c>ES384</c>.</summary>
    public string Algorithm { get; }

    public string? Id { get; }

    /// <summary>SHA-256 of the key itself (RFC 7638), in hexadecimal.</summary>
    public string Thumbprint { get; }

    /// <summary>Null for a key that signs nothing here: another type, curve or use, too short, or a private one.</summary>
    public static SigningKey? Read(JsonObject jwk)
    {
        try
        {
            if (Private.Any(jwk.ContainsKey) || Text(jwk, "use") is not (null or "sig")) return null;
            var (named, id) = (Text(jwk, "alg"), Text(jwk, "kid"));
            return (Text(jwk, "kty"), Text(jwk, "crv")) switch
            {
                ("RSA", _) when named is null or "RS256" or "PS256" => OfRsa(jwk, named ?? "RS256", id),
                ("EC", "P-256") when named is null or "ES256" => OfCurve(jwk, ECCurve.NamedCurves.nistP256, "ES256", id),
                ("EC", "P-384") when named is null or "ES384" => OfCurve(jwk, ECCurve.NamedCurves.nistP384, "ES384", id),
                _ => null,
            };
        }
        catch (Exception wrong) when (wrong is CryptographicException or FormatException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => key switch
    {
        RSA rsa => rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, Algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1),
        ECDsa curve => curve.VerifyData(data, signature, Algorithm == "ES384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256),
        _ => false,
    };

    public void Dispose() => key.Dispose();

    private static SigningKey? OfRsa(JsonObject jwk, string algorithm, string? id)
    {
        var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });
        if (rsa.KeySize >= LeastRsaBits) return new(rsa, algorithm, id, Print($$"""{"e":"{{Text(jwk, "e")}}","kty":"RSA","n":"{{Text(jwk, "n")}}"}"""));
        rsa.Dispose();
        return null;
    }

    private static SigningKey OfCurve(JsonObject jwk, ECCurve curve, string algorithm, string? id)
    {
        var key = ECDsa.Create(new ECParameters { Curve = curve, Q = new() { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") } });
        return new(key, algorithm, id, Print($$"""{"crv":"{{Text(jwk, "crv")}}","kty":"EC","x":"{{Text(jwk, "x")}}","y":"{{Text(jwk, "y")}}"}"""));
    }

    private static string Print(string canonical) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    private static byte[] Bytes(JsonObject jwk, string member) => Base64Url.DecodeFromChars(Text(jwk, member) is { Length: > 0 } text ? text : throw new FormatException());

    private static string? Text(JsonObject jwk, string member) => jwk[member] is { } value ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw new FormatException() : null;
}
