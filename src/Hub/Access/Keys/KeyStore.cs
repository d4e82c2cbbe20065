using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Composable.Hub.Access.Audit;
using Composable.Hub.Access.Proving;
using Composable.Hub.Http;
using Composable.Hub.Storage;

namespace Composable.Hub.Access.Keys;

/// <summary>The keys table. Every change of it is in the audit trail, and this hub knows of it at once; others follow within two seconds.</summary>
internal sealed class KeyStore(Database database, AccessKeys keys, TimeProvider clock)
{
    public const string Stale = "stale";

    private const int Most = 1_000, Tries = 8;

    private static Sql Columns => $"id, name, kind, hash, hint, scopes, origins, created_at AS CreatedAt, expires_at AS ExpiresAt, last_used_at AS LastUsedAt, replaced_by AS ReplacedBy, public_key AS PublicKey, version";

    public Task<List<StoredKey>> AllAsync(CancellationToken cancellationToken) => database.QueryAsync<StoredKey>($"SELECT {Columns} FROM access_keys ORDER BY created_at DESC, id", cancellationToken);

    public Task<StoredKey?> FindAsync(string id, CancellationToken cancellationToken) => database.FirstAsync<StoredKey>($"SELECT {Columns} FROM access_keys WHERE id = {id}", cancellationToken);

    public async Task RefreshAsync(CancellationToken cancellationToken) => keys.Take(await AllAsync(cancellationToken));

    public async Task<KeyView> AddAsync(NewKey wanted, CancellationToken cancellationToken)
    {
        if (await database.CountAsync($"SELECT count(*) FROM access_keys", cancellationToken) >= Most) throw new RefusedException(new(422, "limit_exceeded", $"There are {Most} keys. Delete those that have expired."));
        var (stored, key) = Make(wanted.Name, wanted.Kind, Json.Write(wanted.Scopes ?? []), Json.Write(wanted.Origins ?? []), wanted.ExpiresAt?.ToUnixTimeMilliseconds(), wanted.PublicKey);
        if (keys.IsName(wanted.Name) || await database.CountAsync($"SELECT count(*) FROM access_keys WHERE name = {wanted.Name}", cancellationToken) > 0)
            throw new RefusedException(new(409, "name_taken", "Another key has this name, by which its deeds are known. Choose another one."));
        var commit = new Commit();
        Insert(commit, stored);
        commit.Audit("key.created", $"key:{stored.Id}", null, Json.Write(stored.View()));
        await CommitAsync(commit, cancellationToken);
        return stored.View(key);
    }

    /// <summary>A new key with the same name and rights: what was begun with the old one goes on with it. The old one ends after the overlap.</summary>
    public async Task<KeyView> RotateAsync(StoredKey old, TimeSpan overlap, JsonObject? publicKey, CancellationToken cancellationToken)
    {
        if (old.ReplacedBy is not null || old.ExpiresAt <= clock.GetUtcNow().ToUnixTimeMilliseconds()) throw new RefusedException(new(409, "key_ended", "This key has ended, or another one was made in its place already."));
        var commit = new Commit();
        var view = Replace(commit, old, (clock.GetUtcNow() + overlap).ToUnixTimeMilliseconds(), publicKey)!;
        await CommitAsync(commit, cancellationToken);
        return view;
    }

    /// <summary>A new key in place of each that staff made and that goes on, but those of services, who make their own; those of before, also of earlier rotations, end after the overlap at the latest.</summary>
    /// <param name="publishable">Whether those that storefronts show to everybody are replaced too.</param>
    public async Task<IReadOnlyList<KeyView>> RotateAllAsync(TimeSpan overlap, bool publishable, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var living = (await AllAsync(cancellationToken)).Where(key => key.PublicKey is null && (publishable || key.Kind == "secret") && (key.ExpiresAt is null || key.ExpiresAt > now)).ToList();
            var (commit, made) = (new Commit(), new List<KeyView>());
            foreach (var old in living) if (Replace(commit, old, now + (long)overlap.TotalMilliseconds) is { } view) made.Add(view);
            if (commit.IsEmpty) return made;
            try
            {
                await CommitAsync(commit, cancellationToken);
                return made;
            }
            catch (GuardFailedException) when (tries < Tries)
            {
                // Somebody changed one of them meanwhile.
            }
        }
    }

    /// <summary>Null for a key in whose place another one was made already: it only ends.</summary>
    private KeyView? Replace(Commit commit, StoredKey old, long latest, JsonObject? publicKey = null)
    {
        var ends = Math.Min(latest, old.ExpiresAt ?? long.MaxValue);
        if (old.ReplacedBy is not null)
        {
            if (ends < old.ExpiresAt) commit.Require($"UPDATE access_keys SET expires_at = {ends}, version = version + 1 WHERE id = {old.Id} AND version = {old.Version}", 1, Stale);
            return null;
        }

        var (stored, key) = Make(old.Name, old.Kind, old.Scopes, old.Origins, old.ExpiresAt, publicKey);
        commit.Require($"UPDATE access_keys SET expires_at = {ends}, replaced_by = {stored.Id}, version = version + 1 WHERE id = {old.Id} AND version = {old.Version}", 1, Stale);
        Insert(commit, stored);
        commit.Audit("key.rotated", $"key:{old.Id}", Json.Write(old.View()), Json.Write(stored.View()));
        return stored.View(key);
    }

    public async Task RevokeAsync(StoredKey key, CancellationToken cancellationToken) => await CommitAsync(
        new Commit().Require($"DELETE FROM access_keys WHERE id = {key.Id} AND version = {key.Version}", 1, Stale).Audit("key.revoked", $"key:{key.Id}", Json.Write(key.View())), cancellationToken);

    /// <summary>Notes when keys were used last, to the minute or so.</summary>
    public async Task NoteUsesAsync(CancellationToken cancellationToken)
    {
        var used = keys.TakeUses();
        if (used.Count == 0) return;
        var rows = Rows.Of(used.OrderBy(use => use.Key, StringComparer.Ordinal), "l").Text("hash", use => use.Key).Number("at", use => use.Value);
        await database.CommitAsync(new Commit().Add($"""
            UPDATE access_keys SET last_used_at = (SELECT l.at FROM {rows} WHERE l.hash = access_keys.hash) WHERE hash {Sql.In(used.Keys)}
            """), cancellationToken);
    }

    private (StoredKey Stored, string? Key) Make(string name, string kind, string scopes, string origins, long? expiresAt, JsonObject? publicKey)
    {
        using var signing = publicKey is null ? null : SigningKey.Read(publicKey);
        var key = signing is null ? SecretToken.New(kind == "secret" ? "sk_" : "pk_") : null;
        var id = "key_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        return (new StoredKey
        {
            Id = id,
            Name = name,
            Kind = kind,
            Hash = key is null ? signing!.Thumbprint : AccessKeys.HashOf(key),
            Hint = (key ?? signing!.Thumbprint)[^4..],
            PublicKey = publicKey?.ToJsonString(),
            Scopes = scopes,
            Origins = origins,
            CreatedAt = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            ExpiresAt = expiresAt,
            Version = 1,
        }, key);
    }

    private static void Insert(Commit commit, StoredKey key) => commit.Add($"""
        INSERT INTO access_keys (id, name, kind, hash, hint, scopes, origins, created_at, expires_at, public_key, version)
        VALUES ({key.Id}, {key.Name}, {key.Kind}, {key.Hash}, {key.Hint}, {key.Scopes}, {key.Origins}, {key.CreatedAt}, {key.ExpiresAt}, {key.PublicKey}, {key.Version})
        """);

    private async Task CommitAsync(Commit commit, CancellationToken cancellationToken)
    {
        try
        {
            await database.CommitAsync(commit, cancellationToken);
        }
        catch (DuplicateException)
        {
            throw new RefusedException(new(409, "name_taken", "Another key has this name, or another service this public key."));
        }

        await RefreshAsync(cancellationToken);
    }
}
