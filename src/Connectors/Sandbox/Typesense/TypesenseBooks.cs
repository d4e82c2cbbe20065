using System.Text.Json;
using Composable.Sandbox.Journals;

namespace Composable.Sandbox.Typesense;

/// <summary>The collections and aliases, backed by their journal. Changes happen one at a time; searches hold only their collection's gate.</summary>
internal sealed class TypesenseBooks : IDisposable
{
    private const int MostCollections = 1000;
    private const int MostDocuments = 400_000;
    private const long FewestOutdated = 20_000;

    private readonly Lock _gate = new();
    private readonly Journal<TypesenseEntry> _journal;
    private readonly TimeProvider _time;
    private readonly TypesenseShelves _shelves = new();
    private long _written;

    public TypesenseBooks(string dataDirectory, TimeProvider time)
    {
        _time = time;
        _journal = Journal<TypesenseEntry>.Open(Path.Combine(dataDirectory, "typesense.jsonl"), TypesenseJson.Default.TypesenseEntry, entry =>
        {
            _shelves.Apply(entry);
            _written += Weight(entry);
        });
        Compact(fewest: 0);
    }

    public IReadOnlyDictionary<string, SearchIndex> Collections => _shelves.Collections;

    public IReadOnlyDictionary<string, string> Aliases => _shelves.Aliases;

    /// <summary>By its own name, or by an alias. Asked twice, since a switch may happen between reading the alias and finding its collection.</summary>
    public SearchIndex Find(string name) => _shelves.Look(name) ?? _shelves.Look(name) ?? throw TypesenseRefusal.NoCollection(name);

    public SearchIndex Create(CollectionSchema schema)
    {
        schema.Check();
        lock (_gate)
        {
            if (Collections.ContainsKey(schema.Name))
            {
                throw new TypesenseRefusal(409, $"A collection with name `{schema.Name}` already exists.");
            }

            if (Collections.Count >= MostCollections)
            {
                throw new TypesenseRefusal(422, "The sandbox holds no more collections.");
            }

            Commit(new TypesenseEntry(schema.Name, Schema: schema, CreatedAt: _time.GetUtcNow().ToUnixTimeSeconds()));
            return Collections[schema.Name];
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
            if (Collections.ContainsKey(alias))
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

                if (_shelves.Documents + taken.Count > MostDocuments)
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

    private static long Weight(TypesenseEntry entry) => 1 + (entry.Put?.Count ?? 0) + (entry.Drop?.Count ?? 0);

    private void Commit(TypesenseEntry entry)
    {
        Write(entry);
        _shelves.Apply(entry);
    }

    private void Write(TypesenseEntry entry)
    {
        _journal.Append(entry);
        _written += Weight(entry);
    }

    /// <summary>Rewrites the journal when less than half of it still counts.</summary>
    private void Compact(long fewest)
    {
        if (_written > (2 * _shelves.Live) + fewest)
        {
            _journal.Rewrite(_shelves.Entries());
            _written = _shelves.Live;
        }
    }
}
