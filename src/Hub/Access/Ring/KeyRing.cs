using System.Collections.Frozen;
using System.Security.Cryptography;
using Composable.Hub.Storage;

namespace Composable.Hub.Access.Ring;

/// <summary>The keys that all hubs on one database share. Each is kept under a key of the settings and follows within two seconds when another hub makes one.</summary>
internal sealed class KeyRing(Database database, MasterKeys masters, TimeProvider clock) : IDisposable
{
    /// <summary>The id of the key with which quotes were signed before there was a ring; hubs of that release go on with it.</summary>
    public const string FirstOfQuotes = "q1";

    private const string BeforeTheRing = "quote-signing";

    private readonly SemaphoreSlim refreshing = new(1);
    private volatile FrozenDictionary<string, HubKey> keys = FrozenDictionary<string, HubKey>.Empty;

    private IEnumerable<HubKey> All => keys.Values;

    /// <summary>Without a key of the settings nothing is sealed, so there is no key for it either.</summary>
    private IReadOnlyList<string> Made => masters.Any ? HubKey.Classes : [HubKey.Quotes];

    public HubKey? Find(string id) => keys.GetValueOrDefault(id);

    /// <summary>
    /// What new things of the class are made with: the newest, or where this hub lacks the key of the settings that opens it, one that was replaced and still goes on.
    /// Null when there is none.
    /// </summary>
    public HubKey? Current(string @class) => All.Where(key => key.Class == @class && key.CanServe && key.Ends > clock.GetUtcNow())
        .OrderBy(key => !key.Retired).ThenBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal).LastOrDefault();

    /// <summary>Whether a key of the class is past its end and not yet forgotten.</summary>
    public bool IsOver(string @class) => All.Any(key => key.Class == @class && key.Kept && key.Ends <= clock.GetUtcNow());

    /// <summary>Makes the first key of each class, and another one where the settings no longer have what opens the last.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        foreach (var @class in Made.Where(@class => Current(@class) is null))
        {
            var before = @class == HubKey.Quotes ? await database.FirstAsync<string>($"SELECT value FROM secrets WHERE name = {BeforeTheRing}", cancellationToken) : null;
            var isFirst = !All.Any(key => key.Class == @class);
            // Two hubs that start together make the same first key.
            var id = !isFirst ? NewId() : before is not null ? FirstOfQuotes : $"first-{@class}";
            var commit = new Commit();
            Add(commit, id, @class, isFirst && before is not null ? Convert.FromBase64String(before) : RandomNumberGenerator.GetBytes(Sealing.KeyBytes));
            await database.CommitAsync(commit, cancellationToken);
            await RefreshAsync(cancellationToken);
        }
    }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await refreshing.WaitAsync(cancellationToken);
        try
        {
            var rows = await database.QueryAsync<StoredHubKey>($"SELECT id, class, sealed, created_at AS CreatedAt, retires_at AS RetiresAt, {Sql.Now} AS Now FROM hub_keys", cancellationToken);
            keys = rows.Select(Read).ToFrozenDictionary(key => key.Id);
        }
        finally
        {
            refreshing.Release();
        }
    }

    /// <summary>Looks once more where an id is not known: another hub may have made it a moment ago.</summary>
    public async Task LookForAsync(string id, CancellationToken cancellationToken)
    {
        if (Find(id) is null && IsId(id)) await RefreshAsync(cancellationToken);
    }

    /// <summary>A new key of each class; those of before go on until the overlap is over.</summary>
    /// <returns>The classes.</returns>
    public IReadOnlyList<string> Replace(Commit commit, TimeSpan overlap)
    {
        var (classes, rest) = (Made, (long)overlap.TotalMilliseconds);
        commit.Add($"UPDATE hub_keys SET retires_at = {Sql.Now} + {rest} WHERE class {Sql.In(classes)} AND (retires_at IS NULL OR retires_at > {Sql.Now} + {rest})");
        foreach (var @class in classes) Add(commit, NewId(), @class, RandomNumberGenerator.GetBytes(Sealing.KeyBytes));
        return classes;
    }

    /// <summary>Undoes the commit when the key was replaced meanwhile, and keeps it from being replaced until the commit is there.</summary>
    public static void Require(Commit commit, string id, string otherwise) =>
        commit.Require($"SELECT 1 FROM hub_keys WHERE id = {id} AND retires_at IS NULL{new Sql.Lock("hub_keys")}", 1, otherwise);

    /// <summary>Leaves of the keys of the class that are over nothing but their ids.</summary>
    public async Task ForgetAsync(string @class, CancellationToken cancellationToken)
    {
        var commit = new Commit().Add($"UPDATE hub_keys SET sealed = '' WHERE class = {@class} AND retires_at <= {Sql.Now} AND sealed <> ''");
        if (@class == HubKey.Quotes) commit.Add($"DELETE FROM secrets WHERE name = {BeforeTheRing}");
        await database.CommitAsync(commit, cancellationToken);
        await database.SweepAsync(cancellationToken);
        await RefreshAsync(cancellationToken);
    }

    public void Dispose() => refreshing.Dispose();

    private static bool IsId(string id) => id.Length is > 0 and <= 20 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');

    private static string NewId() => "k" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private static string Place(string id, string @class) => $"hub_keys/{@class}/{id}";

    private void Add(Commit commit, string id, string @class, byte[] key) => commit.Add($"""
        INSERT INTO hub_keys (id, class, sealed, created_at, retires_at) VALUES ({id}, {@class}, {masters.Wrap(Place(id, @class), key)}, {Sql.Now}, {(long?)null}) ON CONFLICT (id) DO NOTHING
        """);

    private HubKey Read(StoredHubKey row)
    {
        var ends = row.RetiresAt is { } at ? clock.GetUtcNow().AddMilliseconds(at - row.Now) : DateTimeOffset.MaxValue;
        var known = Find(row.Id) is { CanServe: true } before ? before.Bytes : null;
        return new(row.Id, row.Class, row.Sealed.Length == 0 ? [] : known ?? masters.Unwrap(Place(row.Id, row.Class), row.Sealed) ?? [], row.CreatedAt, row.RetiresAt is not null, ends, Kept: row.Sealed.Length > 0);
    }
}
