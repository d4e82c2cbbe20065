using System.Text.Json;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Access.Keys;

/// <summary>Short-lived tokens of services, with no more rights than the key that they were asked for with. They end with it, at once and on every hub.</summary>
internal sealed class AccessTokens(Database database) : IBearer
{
    public const string Prefix = "at_";

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private sealed record Row(string Name, string Scopes);

    string IBearer.Prefix => Prefix;

    public async Task<Caller?> FindAsync(string token, Caller caller, CancellationToken cancellationToken) => await database.FirstAsync<Row>($"""
        SELECT k.name, t.scopes FROM access_tokens t JOIN access_keys k ON k.id = t.key_id
        WHERE t.hash = {SecretToken.HashOf(token)} AND t.expires_at > {Sql.Now} AND (k.expires_at IS NULL OR k.expires_at > {Sql.Now})
        """, cancellationToken) is { } row ? caller with { Kind = CallerKind.Secret, Id = row.Name, Rights = Rights.Of(JsonSerializer.Deserialize<string[]>(row.Scopes, Json.Options)!) } : null;

    /// <summary>A new token. What has run out goes with it.</summary>
    public static string Issue(Commit commit, StoredKey key, IReadOnlyList<string> scopes)
    {
        var token = SecretToken.New(Prefix);
        commit.Add($"DELETE FROM access_tokens WHERE expires_at <= {Sql.Now}").Add($"DELETE FROM used_assertions WHERE expires_at <= {Sql.Now}");
        commit.Add($"INSERT INTO access_tokens (hash, key_id, scopes, expires_at) VALUES ({SecretToken.HashOf(token)}, {key.Id}, {Json.Write(scopes)}, {Sql.Now} + {(long)Life.TotalMilliseconds})");
        return token;
    }
}
