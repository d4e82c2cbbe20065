using System.Globalization;
using System.Text;
using Composable.Connectors.Sdk;
using Composable.Hub.Storage;

namespace Composable.Hub.Search.Embedded;

/// <summary>Writes whole documents, a batch in one commit.</summary>
internal sealed class DocumentWriter(Database database, SemaphoreSlim writing)
{
    private const int Tries = 10, MaxWords = 2_000, MaxValue = 200;

    public async Task<IReadOnlyList<RefusedWrite>> WriteAsync(Generation generation, IReadOnlyList<SearchWrite> writes, SearchLimits limits, CancellationToken cancellationToken)
    {
        var refused = new List<RefusedWrite>();
        var last = new Dictionary<string, SearchDocument?>();
        foreach (var write in writes)
        {
            if (write is not SearchWrite.Upsert upsert) last[write.Id] = null;
            else if (generation.Schema.Wrong(upsert.Document, limits) is { } why) refused.Add(new(write.Id, Permanent: true, why));
            else last[write.Id] = upsert.Document;
        }

        if (last.Count == 0) return refused;
        await writing.WaitAsync(cancellationToken);
        try
        {
            await CommitAsync(generation, last, cancellationToken);
        }
        finally
        {
            writing.Release();
        }

        return refused;
    }

    private async Task CommitAsync(Generation generation, Dictionary<string, SearchDocument?> last, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var before = await database.QueryAsync<(string Id, long Number, string Words)>(
                $"SELECT id, number, words FROM search_documents WHERE generation = {generation.Number} AND id {Sql.In(last.Keys)}", cancellationToken);
            var next = await database.CountAsync($"SELECT coalesce(max(number), 0) FROM search_documents", cancellationToken);
            var numbers = before.ToDictionary(row => row.Id, row => row.Number);
            // In ascending order, which is how the word index of SQLite likes it.
            var documents = last.Values.OfType<SearchDocument>().Select(document => Analyzed.Of(document, numbers.GetValueOrDefault(document.Id, 0) is > 0 and var number ? number : ++next, generation.Schema))
                .OrderBy(document => document.Number).ToList();
            try
            {
                await database.CommitAsync(Commit(generation.Number, before, documents), cancellationToken);
                return;
            }
            catch (DuplicateException) when (tries < Tries)
            {
                // Another engine on the same database took the numbers.
                await Task.Delay(Random.Shared.Next(1, 10 * tries), cancellationToken);
            }
        }
    }

    private Commit Commit(long generation, List<(string Id, long Number, string Words)> before, List<Analyzed> documents)
    {
        var commit = new Commit();
        if (before.Count > 0)
        {
            var key = database.IsEmbedded ? (Sql)$"rowid" : $"document";
            var gone = Rows.Of(before.OrderBy(row => row.Number), "l").Number("number", row => row.Number);
            commit.Add($"DELETE FROM search_values WHERE document IN (SELECT l.number FROM {gone})")
                .Add($"DELETE FROM search_words WHERE {key} IN (SELECT l.number FROM {gone})")
                .Add($"DELETE FROM search_documents WHERE number IN (SELECT l.number FROM {gone})");
        }

        if (documents.Count > 0) Insert(commit, generation, documents);
        CountTerms(commit, generation, before.SelectMany(row => row.Words.Split(' ')), documents.SelectMany(document => document.Words));
        return commit;
    }

    private void Insert(Commit commit, long generation, List<Analyzed> documents)
    {
        commit.Add($"""
            INSERT INTO search_documents (number, generation, id, version, title, words) SELECT l.number, {generation}, l.id, l.version, l.title, l.words
            FROM {Rows.Of(documents, "l").Number("number", row => row.Number).Text("id", row => row.Id).Number("version", row => row.Version).Text("title", row => row.Title).Text("words", row => string.Join(' ', row.Words))}
            """);
        commit.Add($"""
            INSERT INTO search_values (generation, document, field, value, number) SELECT {generation}, l.document, l.field, l.value, l.number
            FROM {Rows.Of(documents.SelectMany(row => row.Values), "l").Number("document", row => row.Document).Number("field", row => row.Field).Text("value", row => row.Value).Number("number", row => row.Number)}
            """);
        var words = Rows.Of(documents, "l").Number("number", row => row.Number);
        if (database.IsEmbedded)
        {
            words.Text("a", row => row.Spaced(0)).Text("b", row => row.Spaced(1)).Text("c", row => row.Spaced(2)).Text("d", row => row.Spaced(3));
            commit.Add($"INSERT INTO search_words (rowid, a, b, c, d) SELECT l.number, l.a, l.b, l.c, l.d FROM {words}");
        }
        else commit.Add($"INSERT INTO search_words (document, words) SELECT l.number, CAST(l.words AS tsvector) FROM {words.Text("words", row => row.Vector())}");
    }

    /// <summary>How many documents have each word, as the difference to before.</summary>
    private static void CountTerms(Commit commit, long generation, IEnumerable<string> before, IEnumerable<string> after)
    {
        var change = new Dictionary<string, long>();
        foreach (var word in after) change[word] = change.GetValueOrDefault(word) + 1;
        foreach (var word in before) if (word.Length > 0) change[word] = change.GetValueOrDefault(word) - 1;
        var terms = change.Where(pair => pair.Value != 0).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        if (terms.Count == 0) return;
        commit.Add($"""
            INSERT INTO search_terms (generation, term, documents) SELECT {generation}, l.term, l.documents
            FROM {Rows.Of(terms, "l").Text("term", row => row.Key).Number("documents", row => row.Value)} WHERE 1 = 1
            ON CONFLICT (generation, term) DO UPDATE SET documents = search_terms.documents + excluded.documents
            """);
        var grams = terms.Where(row => row.Value > 0 && Spelling.IsLearned(row.Key)).SelectMany(row => Spelling.GramsOf(row.Key).Select(gram => (gram, row.Key))).ToList();
        if (grams.Count == 0) return;
        commit.Add($"""
            INSERT INTO search_grams (generation, gram, term) SELECT {generation}, l.gram, l.term
            FROM {Rows.Of(grams, "l").Text("gram", row => row.gram).Text("term", row => row.Key)} WHERE 1 = 1
            ON CONFLICT (generation, gram, term) DO NOTHING
            """);
    }

    /// <summary>A document as the tables have it.</summary>
    private sealed record Analyzed(long Number, string Id, long Version, string Title, IReadOnlyCollection<string> Words, IReadOnlyList<(long Document, long Field, string Value, long? Number)> Values, List<string>[] Roots)
    {
        public static Analyzed Of(SearchDocument document, long number, Schema schema)
        {
            var (seen, roots, values, title) = (new HashSet<string>(), new List<string>[Schema.Classes], new HashSet<(long, long, string, long?)>(), "");
            for (var place = 0; place < roots.Length; place++) roots[place] = [];
            foreach (var (name, value) in document.Fields)
            {
                if (schema.PlaceOf(name) is not { } place) continue;
                var field = schema.Fields[place];
                foreach (var text in Schema.TextsOf(value).Select(Embedded.Words.Clean))
                {
                    if (place == schema.Title && title.Length == 0) title = text;
                    if (field.Facet || field.Sort) values.Add((number, place, text.Length > MaxValue ? text[..MaxValue] : text, Schema.NumberOf(value)));
                    if (field.Weight <= 0) continue;
                    var words = Embedded.Words.Of(text, MaxWords);
                    seen.UnionWith(words.Select(word => word.Text));
                    roots[schema.ClassOf(field)].AddRange(words.Select(word => word.Root));
                }
            }

            return new(number, document.Id, document.Version, title, seen, [.. values], roots);
        }

        public string Spaced(int place) => string.Join(' ', Roots[place]);

        /// <summary>As PostgreSQL writes it: <c>'lantern':1A,7D</c>.</summary>
        public string Vector()
        {
            const int MaxPosition = 16_000, MaxPositions = 200;
            var (places, at) = (new Dictionary<string, List<string>>(), 0);
            for (var place = 0; place < Roots.Length; place++)
            {
                foreach (var root in Roots[place])
                {
                    if (!places.TryGetValue(root, out var list)) places[root] = list = [];
                    if (list.Count < MaxPositions) list.Add(string.Create(CultureInfo.InvariantCulture, $"{Math.Min(++at, MaxPosition)}{(char)('A' + place)}"));
                }
            }

            var vector = new StringBuilder();
            foreach (var (root, list) in places) vector.Append('\'').Append(root).Append("':").AppendJoin(',', list).Append(' ');
            return vector.ToString();
        }
    }
}
