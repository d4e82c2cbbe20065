using Composable.Sandbox.Journals;

namespace Composable.Sandbox.Cloudflare;

/// <summary>Scripts, values by namespace, and the latest purges, backed by their journal. Callers hold <see cref="Gate"/>.</summary>
internal sealed class CloudflareBooks : IDisposable
{
    private const int MostPurges = 1_000;

    private readonly Journal<CloudflareEntry> _journal;
    private readonly TimeProvider _clock;

    public CloudflareBooks(string dataDirectory, TimeProvider clock)
    {
        _clock = clock;
        _journal = Journal<CloudflareEntry>.Open(Path.Combine(dataDirectory, "cloudflare.jsonl"), CloudflareJson.Default.CloudflareEntry, Apply, () =>
        [
            .. Scripts.Values.Select(script => new CloudflareEntry(Script: script)),
            .. Namespaces.Select(space => new CloudflareEntry(Written: new Written(space.Key, [.. space.Value.Values]))),
            .. Purges.Select(purge => new CloudflareEntry(Purge: purge)),
        ]);
    }

    public Lock Gate { get; } = new();

    public Dictionary<string, Script> Scripts { get; } = [];

    public Dictionary<string, SortedDictionary<string, StoredValue>> Namespaces { get; } = [];

    public Queue<Purge> Purges { get; } = [];

    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Writes a change down, then makes it visible.</summary>
    public void Commit(CloudflareEntry entry)
    {
        _journal.Append(entry);
        Apply(entry);
    }

    /// <summary>The values of a namespace whose time is not over, in the order of their keys.</summary>
    public IEnumerable<StoredValue> Living(string space) =>
        Namespaces.TryGetValue(space, out var values) ? values.Values.Where(IsAlive) : [];

    public StoredValue? Find(string space, string key) =>
        Namespaces.TryGetValue(space, out var values) && values.TryGetValue(key, out var value) && IsAlive(value) ? value : null;

    public void Dispose() => _journal.Dispose();

    private bool IsAlive(StoredValue value) => value.Expiration is not { } end || end > Now.ToUnixTimeSeconds();

    private void Apply(CloudflareEntry entry)
    {
        if (entry.Script is { } script)
        {
            Scripts[script.Name] = script;
        }

        if (entry.RemovedScript is { } name)
        {
            Scripts.Remove(name);
        }

        foreach (var value in entry.Written?.Values ?? [])
        {
            Space(entry.Written!.Namespace)[value.Key] = value;
        }

        foreach (var key in entry.Removed?.Keys ?? [])
        {
            Space(entry.Removed!.Namespace).Remove(key);
        }

        if (entry.Purge is { } purge)
        {
            Purges.Enqueue(purge);
            if (Purges.Count > MostPurges)
            {
                Purges.Dequeue();
            }
        }
    }

    private SortedDictionary<string, StoredValue> Space(string name)
    {
        if (!Namespaces.TryGetValue(name, out var values))
        {
            Namespaces[name] = values = new SortedDictionary<string, StoredValue>(StringComparer.Ordinal);
        }

        return values;
    }
}
