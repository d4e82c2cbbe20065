using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Composable.Hub.Access;

/// <summary>The shop's API keys, from configuration. Looked up by hash, so that comparing tells nothing about a key.</summary>
internal sealed class AccessKeys
{
    public sealed record Entry(CallerKind Kind, string Id, IReadOnlyList<string> Scopes);

    private readonly FrozenDictionary<string, Entry> byHash;

    public AccessKeys(IConfiguration configuration) =>
        byHash = configuration.GetSection("Access:Keys").GetChildren().ToDictionary(HashOf, Read).ToFrozenDictionary();

    public Entry? Find(string key) => key.Length > 200 ? null : byHash.GetValueOrDefault(Hash(key));

    private static Entry Read(IConfigurationSection section)
    {
        var name = section["Name"] ?? throw new InvalidOperationException($"{section.Path}:Name is missing.");
        var kind = Enum.TryParse<CallerKind>(section["Kind"], ignoreCase: true, out var read) && read != CallerKind.Anonymous
            ? read : throw new InvalidOperationException($"{section.Path}:Kind is 'publishable' or 'secret'.");
        return new(kind, name, [.. section.GetSection("Scopes").GetChildren().Select(scope => scope.Value ?? "")]);
    }

    private static string HashOf(IConfigurationSection section) =>
        section["Sha256"]?.ToLowerInvariant() ?? Hash(section["Key"] ?? throw new InvalidOperationException($"{section.Path} needs a Key or its Sha256."));

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
