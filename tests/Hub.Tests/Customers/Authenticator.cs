using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Composable.Hub.Tests.Customers;

/// <summary>An authenticator in software, with one passkey: what a browser would answer to options of WebAuthn, and what somebody would who cheats.</summary>
internal sealed class Authenticator : IDisposable
{
    private const byte Present = 0x01, Verified = 0x04, HasKey = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private string user = "";

    public byte[] CredentialId { get; init; } = RandomNumberGenerator.GetBytes(32);

    public string Origin { get; set; } = "http://localhost:5080";

    /// <summary>Null for the one that was asked for.</summary>
    public string? RelyingParty { get; set; }

    /// <summary>Whether it saw who used it, by a finger or a PIN.</summary>
    public bool VerifiesUser { get; set; } = true;

    public bool IsFramed { get; set; }

    public bool BreaksSignatures { get; set; }

    /// <summary>How often it has signed; 0 for one that does not count.</summary>
    public uint Count { get; set; }

    public bool Counts { get; set; } = true;

    public void Dispose() => key.Dispose();

    /// <summary>Makes the passkey; the answer of <c>navigator.credentials.create</c>.</summary>
    public JsonObject Make(JsonNode options)
    {
        user = options["user"]!["id"]!.GetValue<string>();
        var statement = new CborWriter();
        statement.WriteStartMap(3);
        statement.WriteTextString("fmt");
        statement.WriteTextString("none");
        statement.WriteTextString("attStmt");
        statement.WriteStartMap(0);
        statement.WriteEndMap();
        statement.WriteTextString("authData");
        statement.WriteByteString([.. Data(options["rp"]!["id"]!.GetValue<string>(), HasKey), .. new byte[16], (byte)(CredentialId.Length >> 8), (byte)CredentialId.Length, .. CredentialId, .. PublicKey()]);
        statement.WriteEndMap();
        return Credential(new()
        {
            ["clientDataJSON"] = Text(ClientData("webauthn.create", options)),
            ["attestationObject"] = Text(statement.Encode()),
            ["transports"] = new JsonArray("internal"),
        });
    }

    /// <summary>Signs; the answer of <c>navigator.credentials.get</c>.</summary>
    public JsonObject Show(JsonNode options)
    {
        var (data, client) = (Data(options["rpId"]!.GetValue<string>(), 0), ClientData("webauthn.get", options));
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        if (BreaksSignatures) signature[^1] ^= 1;
        return Credential(new() { ["clientDataJSON"] = Text(client), ["authenticatorData"] = Text(data), ["signature"] = Text(signature), ["userHandle"] = user });
    }

    private JsonObject Credential(JsonObject response) => new()
    {
        ["id"] = Text(CredentialId),
        ["rawId"] = Text(CredentialId),
        ["type"] = "public-key",
        ["authenticatorAttachment"] = "platform",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    };

    private byte[] Data(string relyingParty, byte flags)
    {
        if (Counts) Count++;
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty ?? relyingParty)), (byte)(flags | Present | (VerifiesUser ? Verified : 0)), .. count];
    }

    private byte[] ClientData(string type, JsonNode options) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = type,
        ["challenge"] = options["challenge"]!.GetValue<string>(),
        ["origin"] = Origin,
        ["crossOrigin"] = IsFramed,
    }.ToJsonString());

    /// <summary>COSE: an elliptic curve key of two coordinates, for ES256 on P-256.</summary>
    private byte[] PublicKey()
    {
        var point = key.ExportParameters(false).Q;
        var cose = new CborWriter();
        cose.WriteStartMap(5);
        foreach (var (label, value) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            cose.WriteInt32(label);
            cose.WriteInt32(value);
        }

        foreach (var (label, value) in new[] { (-2, point.X!), (-3, point.Y!) })
        {
            cose.WriteInt32(label);
            cose.WriteByteString(value);
        }

        cose.WriteEndMap();
        return cose.Encode();
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
