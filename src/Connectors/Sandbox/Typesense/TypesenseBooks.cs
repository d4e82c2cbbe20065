using System.Text.Json;
using Composable.Sandbox.Journals;

namespace Composable.Sandbox.Typesense;

/// <summary>The collections and aliases, backed by their journal. Changes happen one at a time; searches hold only their collection's gate.</summary>
internal sealed class TypesenseBooks : IDisposable
{
    private const int MostCollections = 1000;
    private const int MostDocuments = 400_000;
    private const int DocumentsOnALine = 100;
    private const long FewestOutdated = 20_000;

    private readonly Lock _gate = new();
    private readonly Journal<TypesenseEntry> _journal;
    private readonly TimeProvider _time;
    private Dictionary<string, SearchIndex> _collections = new(StringComparer.Ordinal);
    private Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private long _written;

    public TypesenseBooks(string dataDirectory, TimeProvider time)
    {
        _time = time;
        _journal = Journal<TypesenseEntry>.Open(Path.Combine(dataDirectory, "typesense.jsonl"), TypesenseJson.Default.TypesenseEntry, entry =>
        {
            Apply(entry);
            _written += Weight(entry);
        });
        Compact(fewest: 0);
    }

    /// <summary>Replaced whole, so that readers need no gate.</summary>
    public IReadOnlyDictionary<string, SearchIndex> Collections => Volatile.Read(ref _collections);

    public IReadOnlyDictionary<string, string> Aliases => Volatile.Read(ref _aliases);

    /// <summary>By its own name, or by an alias. Asked twice, since a switch may happen between reading the alias and finding its collection.</summary>
    public SearchIndex Find(string name) => Look(name) ?? Look(name) ?? throw TypesenseRefusal.NoCollection(name);

    public SearchIndex Create(CollectionSchema schema)
    {
        schema.Check();
        lock (_gate)
        {
            if (_collections.ContainsKey(schema.Name))
            {
                throw new TypesenseRefusal(409, $"A collection with name `{schema.Name}` already exists.");
            }

            if (_collections.Count >= MostCollections)
            {
                throw new TypesenseRefusal(422, "The sandbox holds no more collections.");
            }

            Commit(new TypesenseEntry(schema.Name, Schema: schema, CreatedAt: _time.GetUtcNow().ToUnixTimeSeconds()));
            return _collections[schema.Name];
        }
    }

    public SearchIndex Remove(string name)
    {
        lock (_gate)
        {
            var index = Find(name);
            Commit(new TypesenseEntry(index.Schema.Name, Gone: true));
            Compact(FewestOutdated);
            return index;
        }
    }

    /// <summary>A null target removes the alias.</summary>
    public void Point(string alias, string? target)
    {
        lock (_gate)
        {
            if (_collections.ContainsKey(alias))
            {
                throw new TypesenseRefusal(500, $"Name `{alias}` conflicts with an existing collection name.");
            }

            Commit(new TypesenseEntry(target, Alias: alias));
        }
    }

    /// <summary>Hands each document to <paramref name="read"/>, and writes down together what was taken.</summary>
    public void Put(string name, Func<SearchIndex, IReadOnlyList<(SearchDocument Document, JsonElement Json)>> read)
    {
        lock (_gate)
        {
            var index = Find(name);
            IReadOnlyList<(SearchDocument Document, JsonElement Json)> taken;
            lock (index.Gate)
            {
                taken = read(index);
                if (taken.Count == 0)
                {
                    return;
                }

                if (_collections.Values.Sum(collection => (long)collection.Count) + taken.Count > MostDocuments)
                {
                    throw new TypesenseRefusal(503, "The sandbox holds no more documents.");
                }

                Write(new TypesenseEntry(index.Schema.Name, Put: [.. taken.Select(one => one.Json)]));
                foreach (var (document, _) in taken)
                {
                    index.Put(document);
                }
            }

            Compact(FewestOutdated);
        }
    }

    /// <summary>How many of the documents were there.</summary>
    public int Drop(string name, Func<SearchIndex, IReadOnlyList<string>> choose)
    {
        lock (_gate)
        {
            var index = Find(name);
            lock (index.Gate)
            {
                var ids = choose(index);
                if (ids.Count > 0)
                {
                    Write(new TypesenseEntry(index.Schema.Name, Drop: ids));
                }

                return ids.Count(index.Remove);
            }
        }
    }

    public void Dispose() => _journal.Dispose();

    private SearchIndex? Look(string name) => Collections.GetValueOrDefault(name) ?? (Aliases.TryGetValue(name, out var target) ? Collections.GetValueOrDefault(target) : null);

    private static long Weight(TypesenseEntry entry) => 1 + (entry.Put?.Count ?? 0) + (entry.Drop?.Count ?? 0);

    private void Commit(TypesenseEntry entry)
    {
        Write(entry);
        Apply(entry);
    }

    private void Write(TypesenseEntry entry)
    {
        _journal.Append(entry);
        _written += Weight(entry);
    }

    private void Apply(TypesenseEntry entry)
    {
        if (entry.Alias is { } alias)
        {
            var aliases = new Dictionary<string, string>(_aliases, StringComparer.Ordinal);
            _ = entry.Collection is { } target ? aliases[alias] = target : aliases.Remove(alias) ? "" : "";
            Volatile.Write(ref _aliases, aliases);
        }
        else if (entry.Schema is not null || entry.Gone)
        {
            var collections = new Dictionary<string, SearchIndex>(_collections, StringComparer.Ordinal);
            collections.Remove(entry.Collection!);
            if (entry.Schema is not null)
            {
                collections[entry.Collection!] = new SearchIndex(entry.Schema, entry.CreatedAt);
            }

            Volatile.Write(ref _collections, collections);
        }
        else if (_collections.TryGetValue(entry.Collection!, out var index))
        {
            foreach (var json in entry.Put ?? [])
            {
                index.Put(index.Read(json, coerce: true));
            }

            foreach (var id in entry.Drop ?? [])
            {
                index.Remove(id);
            }
        }
    }

    /// <summary>Rewrites the journal when less than half of it still counts.</summary>
    private void Compact(long fewest)
    {
        var live = _collections.Values.Sum(collection => 1L + collection.Count) + _aliases.Count;
        if (_written <= (2 * live) + fewest)
        {
            return;
        }

        _journal.Rewrite(_collections.Values.SelectMany(Entries).Concat(_aliases.Select(alias => new TypesenseEntry(alias.Value, Alias: alias.Key))));
        _written = live;
    }

    private static IEnumerable<TypesenseEntry> Entries(SearchIndex index) => index.Documents.OfType<SearchDocument>().Chunk(DocumentsOnALine)
        .Select(some => new TypesenseEntry(index.Schema.Name, Put: [.. some.Select(document => JsonElement.Parse(document.Json))]))
        .Prepend(new TypesenseEntry(index.Schema.Name, Schema: index.Schema, CreatedAt: index.CreatedAt));
}
