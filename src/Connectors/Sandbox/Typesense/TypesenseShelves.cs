using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>The collections and aliases as the journal's entries make them. Both are replaced whole, so that readers need no gate.</summary>
internal sealed class TypesenseShelves
{
    private const int DocumentsOnALine = 100;

    private Dictionary<string, SearchIndex> _collections = new(StringComparer.Ordinal);
    private Dictionary<string, string> _aliases = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, SearchIndex> Collections => Volatile.Read(ref _collections);

    public IReadOnlyDictionary<string, string> Aliases => Volatile.Read(ref _aliases);

    public long Documents => Collections.Values.Sum(collection => (long)collection.Count);

    /// <summary>Lines and documents that a journal with nothing outdated would have.</summary>
    public long Live => Documents + Collections.Count + Aliases.Count;

    /// <summary>By its own name, or by an alias.</summary>
    public SearchIndex? Look(string name) => Collections.GetValueOrDefault(name) ?? (Aliases.TryGetValue(name, out var target) ? Collections.GetValueOrDefault(target) : null);

    public void Apply(TypesenseEntry entry)
    {
        if (entry.Alias is { } alias)
        {
            var aliases = new Dictionary<string, string>(_aliases, StringComparer.Ordinal);
            aliases.Remove(alias);
            if (entry.Collection is { } target)
            {
                aliases[alias] = target;
            }

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

    /// <summary>Entries that make all of it from nothing.</summary>
    public IEnumerable<TypesenseEntry> Entries() => Collections.Values.SelectMany(Entries).Concat(Aliases.Select(alias => new TypesenseEntry(alias.Value, Alias: alias.Key)));

    private static IEnumerable<TypesenseEntry> Entries(SearchIndex index) => index.Documents.OfType<SearchDocument>().Chunk(DocumentsOnALine)
        .Select(some => new TypesenseEntry(index.Schema.Name, Put: [.. some.Select(document => JsonElement.Parse(document.Json))]))
        .Prepend(new TypesenseEntry(index.Schema.Name, Schema: index.Schema, CreatedAt: index.CreatedAt));
}
