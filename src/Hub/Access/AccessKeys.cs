using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Composable.Hub.Access;

/// <summary>The shop's API keys: those of the settings, and those that staff made. Looked up by hash, so that comparing tells nothing about a key.</summary>
internal sealed class AccessKeys
{
    /// <param name="Origins">Whose pages may use a publishable key from a browser, such as <c>https://shop.example</c>; <c>:*</c> is any port of localhost.</param>
    public sealed record Entry(CallerKind Kind, string Id, IReadOnlyList<string> Scopes, IReadOnlyList<string>? Origins = null)
    {
        public bool Allows(string origin) => Origins is not null && Origins.Any(allowed => Http.WebOrigin.Matches(allowed, origin));
    }

    private const int MaxLength = 200;

    private readonly FrozenDictionary<string, Entry> byHash;
    private readonly ConcurrentDictionary<string, long> uses = new();
    private readonly TimeProvider clock;
    private volatile FrozenDictionary<string, (Entry Entry, long Ends)> made = FrozenDictionary<string, (Entry, long)>.Empty;

    /// <exception cref="InvalidOperationException">A key is wrong; the message names the setting.</exception>
    public AccessKeys(IConfiguration configuration, TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        var entries = new Dictionary<string, Entry>();
        foreach (var section in configuration.GetSection("Access:Keys").GetChildren())
        {
            var entry = Read(section);
            if (entries.Values.Any(other => other.Id == entry.Id)) throw Wrong(section, "Name", $"'{entry.Id}' is the name of another key.");
            if (!entries.TryAdd(HashOf(section), entry)) throw Wrong(section, section["Sha256"] is null ? "Key" : "Sha256", "is another key's too.");
        }

        byHash = entries.ToFrozenDictionary();
    }

    /// <summary>SHA-256 of the keys that storefronts show to everybody, sorted.</summary>
    public IReadOnlyList<string> PublishableHashes => [.. Living.Where(key => key.Entry.Kind == CallerKind.Publishable).Select(key => key.Hash).Order(StringComparer.Ordinal)];

    /// <summary>The names of the keys that stand in the settings, which only those who write the settings replace.</summary>
    public IReadOnlyList<string> NamesOfSettings => [.. byHash.Values.Select(key => key.Id).Order(StringComparer.Ordinal)];

    private IEnumerable<(string Hash, Entry Entry)> Living
    {
        get
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            return byHash.Select(key => (key.Key, key.Value)).Concat(made.Where(key => key.Value.Ends > now).Select(key => (key.Key, key.Value.Entry)));
        }
    }

    public bool AnyAllows(string origin) => Living.Any(key => key.Entry.Allows(origin));

    public Entry? Find(string key)
    {
        if (key.Length > MaxLength) return null;
        var hash = HashOf(key);
        if (byHash.GetValueOrDefault(hash) is { } known) return known;
        if (!made.TryGetValue(hash, out var stored)) return null;
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (stored.Ends <= now) return null;
        uses[hash] = now;
        return stored.Entry;
    }

    /// <summary>Whether a key of the settings is called so, or the hub itself.</summary>
    public bool IsName(string name) => name == "hub" || byHash.Values.Any(key => key.Id == name);

    /// <summary>The keys that staff made, as they are now. A service is not known by its public key, which is no secret.</summary>
    public void Take(IEnumerable<Keys.StoredKey> stored) => made = stored.Where(key => key.PublicKey is null).ToFrozenDictionary(key => key.Hash, key => (key.Entry, key.ExpiresAt ?? long.MaxValue));

    /// <summary>When which of them was used since the last time this was asked.</summary>
    public IReadOnlyDictionary<string, long> TakeUses()
    {
        var taken = new Dictionary<string, long>();
        foreach (var hash in uses.Keys) if (uses.TryRemove(hash, out var at)) taken[hash] = at;
        return taken;
    }

    private static Entry Read(IConfigurationSection section)
    {
        if (section["Name"] is not { Length: > 0 } name) throw Wrong(section, "Name", "is missing.");
        CallerKind? kind = section["Kind"]?.ToLowerInvariant() switch { "publishable" => CallerKind.Publishable, "secret" => CallerKind.Secret, _ => null };
        var origins = section.GetSection("Origins").GetChildren().Select(origin => origin.Value ?? "").ToList();
        if (origins.Count > 0 && kind == CallerKind.Secret) throw Wrong(section, "Origins", "is for publishable keys: a secret key has no place in a browser.");
        if (origins.Find(origin => !Http.WebOrigin.IsValid(origin)) is { } wrong) throw Wrong(section, "Origins", $"'{wrong}' is not an origin such as https://shop.example, or http://localhost:*.");
        return new(kind ?? throw Wrong(section, "Kind", "is 'publishable' or 'secret'."), name, [.. section.GetSection("Scopes").GetChildren().Select(scope => scope.Value ?? "")], origins);
    }

    private static string HashOf(IConfigurationSection section) => (section["Sha256"], section["Key"]) switch
    {
        ({ Length: 64 } hash, null) when hash.All(char.IsAsciiHexDigit) => hash.ToLowerInvariant(),
        ({ }, null) => throw Wrong(section, "Sha256", "is 64 hexadecimal digits."),
        (null, { Length: > 0 and <= MaxLength } key) => HashOf(key),
        (null, { }) => throw Wrong(section, "Key", $"has 1 to {MaxLength} characters."),
        _ => throw new InvalidOperationException($"{section.Path} needs either a Key or its Sha256."),
    };

    private static InvalidOperationException Wrong(IConfigurationSection section, string setting, string why) => new($"{section.Path}:{setting} {why}");

    public static string HashOf(string key) => SecretToken.HashOf(key);
}
