using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>The documents of a collection and the words in them. Callers hold <see cref="Gate"/>.</summary>
/// <remarks>A document that was replaced or removed leaves a gap; when most are gaps, all of it is written anew.</remarks>
internal sealed class SearchIndex(CollectionSchema schema, long createdAt)
{
    private const int LongestPooled = 100;
    private const int FewestGaps = 1000;

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Text> _pool = new(StringComparer.Ordinal);
    private Dictionary<string, Term> _terms = new(StringComparer.Ordinal);
    private List<SearchDocument?> _documents = [];

    public Lock Gate { get; } = new();

    public CollectionSchema Schema => schema;

    public long CreatedAt => createdAt;

    public Tokens Tokens { get; } = new(schema.TokenSeparators, schema.SymbolsToIndex);

    public int Count => _places.Count;

    /// <summary>By place; null where there is a gap.</summary>
    public IReadOnlyList<SearchDocument?> Documents => _documents;

    public IReadOnlyCollection<Term> Terms => _terms.Values;

    public Term? Term(string word) => _terms.GetValueOrDefault(word);

    public SearchDocument? Find(string id) => _places.TryGetValue(id, out var place) ? _documents[place] : null;

    public int FieldAt(string name)
    {
        for (var at = 0; at < schema.Fields.Count; at++)
        {
            if (schema.Fields[at].Name == name && schema.Fields[at].Index)
            {
                return at;
            }
        }

        return -1;
    }

    public SearchDocument Read(JsonElement json, bool coerce) => SearchDocument.Read(json, schema, Pooled, coerce);

    public void Put(SearchDocument document)
    {
        Remove(document.Id);
        _places[document.Id] = _documents.Count;
        _documents.Add(document);
        AddWords(document, _documents.Count - 1);
    }

    public bool Remove(string id)
    {
        if (!_places.Remove(id, out var place))
        {
            return false;
        }

        _documents[place] = null;
        if (_documents.Count - _places.Count > FewestGaps + _places.Count)
        {
            WriteAnew();
        }

        return true;
    }

    private void WriteAnew()
    {
        var live = _documents.OfType<SearchDocument>().ToList();
        _terms = new Dictionary<string, Term>(StringComparer.Ordinal);
        _pool.Clear();
        _documents = [.. live];
        for (var place = 0; place < live.Count; place++)
        {
            _places[live[place].Id] = place;
            AddWords(live[place], place);
        }
    }

    private void AddWords(SearchDocument document, int place)
    {
        for (var at = 0; at < schema.Fields.Count; at++)
        {
            foreach (var text in document.Values[at] as Text[] ?? [])
            {
                foreach (var (word, _) in Tokens.Of(text.Raw))
                {
                    if (!_terms.TryGetValue(word, out var term))
                    {
                        _terms[word] = term = new Term(word);
                    }

                    term.Add(place, at);
                }
            }
        }
    }

    /// <summary>Brands and keys repeat; one copy of each is enough.</summary>
    private Text Pooled(string raw)
    {
        if (raw.Length > LongestPooled)
        {
            return new Text(raw, Tokens, isShort: false);
        }

        if (!_pool.TryGetValue(raw, out var text))
        {
            _pool[raw] = text = new Text(raw, Tokens, isShort: true);
        }

        return text;
    }
}

/// <summary>A word, and where it occurs: places of documents, with a bit for each field.</summary>
internal sealed class Term(string word)
{
    private readonly List<(int Place, ulong Fields)> _postings = [];

    public string Word => word;

    public IReadOnlyList<(int Place, ulong Fields)> Postings => _postings;

    public void Add(int place, int field)
    {
        var bit = 1UL << field;
        if (_postings.Count > 0 && _postings[^1].Place == place)
        {
            _postings[^1] = (place, _postings[^1].Fields | bit);
        }
        else
        {
            _postings.Add((place, bit));
        }
    }
}
