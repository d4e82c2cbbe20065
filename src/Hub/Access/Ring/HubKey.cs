namespace Composable.Hub.Access.Ring;

/// <summary>A key that the hub made for itself.</summary>
/// <param name="Bytes">Empty when it is over, or is kept under a key of the settings that is not here.</param>
/// <param name="Retired">Nothing new is made with it.</param>
/// <param name="Ends">When it is over, by this hub's clock.</param>
/// <param name="Kept">Still in the database, whether this hub can open it or not.</param>
internal sealed record HubKey(string Id, string Class, byte[] Bytes, long CreatedAt, bool Retired, DateTimeOffset Ends, bool Kept)
{
    /// <summary>Seals the secrets of connections.</summary>
    public const string Secrets = "secrets";

    /// <summary>Signs quotes.</summary>
    public const string Quotes = "quotes";

    public static readonly IReadOnlyList<string> Classes = [Quotes, Secrets];

    public bool CanServe => Bytes.Length > 0;
}

/// <summary>A row of <c>hub_keys</c>.</summary>
internal sealed class StoredHubKey
{
    public string Id { get; set; } = "";
    public string Class { get; set; } = "";
    public string Sealed { get; set; } = "";
    public long CreatedAt { get; set; }
    public long? RetiresAt { get; set; }
    public long Now { get; set; }
}
