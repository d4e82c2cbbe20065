namespace Composable.Hub.Access.Ring;

/// <summary>The keys of the settings, under which the hub keeps those that it makes: <c>Secrets:Keys</c>, each with <c>Id</c> and <c>Key</c> (32 bytes in base64). The first seals; all open.</summary>
internal sealed class MasterKeys
{
    private readonly Dictionary<string, byte[]> keys = [];
    private readonly string? current;

    public MasterKeys(IConfiguration configuration)
    {
        foreach (var section in configuration.GetSection("Secrets:Keys").GetChildren())
        {
            var (id, key) = (section["Id"], section["Key"]);
            var bytes = new byte[Sealing.KeyBytes];
            if (id is not { Length: > 0 and <= 40 } || id.Contains('.', StringComparison.Ordinal)) throw new InvalidOperationException($"{section.Path}:Id is missing or has a dot in it.");
            if (key is null || !Convert.TryFromBase64String(key, bytes, out var length) || length != Sealing.KeyBytes) throw new InvalidOperationException($"{section.Path}:Key must be {Sealing.KeyBytes} bytes in base64.");
            if (!keys.TryAdd(id, bytes)) throw new InvalidOperationException($"{section.Path}:Id is used twice.");
            current ??= id;
        }
    }

    /// <summary>Without one nothing can be entrusted to the hub.</summary>
    public bool Any => current is not null;

    public byte[]? Find(string id) => keys.GetValueOrDefault(id);

    /// <summary>Without a key of the settings a key of the hub lies as it is, behind a dot: who reads the database then signs quotes, and there are no secrets to read.</summary>
    public string Wrap(string place, byte[] key) => current is null ? "." + Convert.ToBase64String(key) : Sealing.Seal(current, keys[current], place, key);

    /// <summary>Null when the key of the settings is not here any more.</summary>
    public byte[]? Unwrap(string place, string wrapped) =>
        wrapped.StartsWith('.') ? Convert.FromBase64String(wrapped[1..]) : Find(Sealing.KeyOf(wrapped)) is { } master ? Sealing.Open(master, place, wrapped) : null;
}
