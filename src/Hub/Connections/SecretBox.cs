using System.Text;
using Composable.Connectors.Sdk;
using Composable.Hub.Access.Ring;

namespace Composable.Hub.Connections;

/// <summary>
/// Encrypts what staff entrust to the hub with a key of the hub's own; what was encrypted with a key of the settings, before there were such keys, opens too. The place
/// a value belongs to is authenticated with it, so that one copied to another connection or setting does not open.
/// </summary>
internal sealed class SecretBox(KeyRing ring, MasterKeys masters)
{
    /// <summary>Without a key nothing can be entrusted.</summary>
    public bool HasKey => masters.Any;

    /// <summary>The id of the key that seals now.</summary>
    public string KeyId => Key.Id;

    private HubKey Key => ring.Current(HubKey.Secrets) ?? throw new InvalidOperationException("Secrets:Keys is missing, so that nothing can be encrypted.");

    public string Seal(string place, string text) => Sealing.Seal(Key.Id, Key.Bytes, place, Encoding.UTF8.GetBytes(text));

    /// <summary>Whether the key of a sealed text is one that another hub may have made since this one looked.</summary>
    public bool IsStrange(string sealedText) => ring.Find(Sealing.KeyOf(sealedText)) is not { CanServe: true } && masters.Find(Sealing.KeyOf(sealedText)) is null;

    /// <summary>Throws <see cref="VendorException"/> (Misconfigured) when the key is not here any more, or the value was tampered with.</summary>
    public string Open(string place, string sealedText)
    {
        var id = Sealing.KeyOf(sealedText);
        if ((ring.Find(id) is { CanServe: true } own ? own.Bytes : masters.Find(id)) is not { } key) throw Closed(place, "its key is not among Secrets:Keys");
        return Sealing.Open(key, place, sealedText) is { } plain ? Encoding.UTF8.GetString(plain) : throw Closed(place, "it was changed, is cut off or belongs elsewhere");
    }

    private static VendorException Closed(string place, string why) => new(VendorFailure.Misconfigured, $"The secret {place} cannot be read: {why}.");
}
