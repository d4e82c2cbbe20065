using System.Globalization;
using Composable.Connectors.Sdk;
using Composable.Hub.Storage;

namespace Composable.Hub.Search.Embedded;

/// <summary>Answers a question with one statement: the page, how many there are, and the facets, all of the same moment.</summary>
internal sealed class DocumentFinder(Database database)
{
    private const int Page = 0, Total = 1, Facet = 2;

    public async Task<IReadOnlyDictionary<string, long>> VersionsAsync(Generation generation, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        (await database.QueryAsync<(string Id, long Version)>($"SELECT id, version FROM search_documents WHERE generation = {generation.Number} AND id {Sql.In(ids)}", cancellationToken))
        .ToDictionary(row => row.Id, row => row.Version);

    public async Task<SearchPage> FindAsync(Generation generation, SearchQuery query, SearchLimits limits, CancellationToken cancellationToken)
    {
        var cursor = Cursor.Read(query, generation.Seal);
        var filters = FiltersOf(generation, query.Filters);
        var facets = query.Facets.Distinct().Select(name => (long)generation.Schema.Require(name, field => field.Facet)).ToList();
        var order = OrderOf(generation, query.Sort);
        var reading = await Reading.OfAsync(database, generation.Number, query.Text, cancellationToken);
        if (reading.Nothing) return new([], 0, facets.ToDictionary(place => generation.Schema.Fields[(int)place].Name, _ => (IReadOnlyList<FacetCount>)[]), null);

        var rows = await RowsAsync(generation, query, reading, cursor, filters, facets, order, cancellationToken);
        var hits = rows.Where(row => row.Kind == Page).OrderBy(row => row.Place).Select(row => new SearchHit(row.Name, row.Score, MatchedIn(row.Words, reading))).ToList();
        var (total, end) = (rows[0].Number, cursor.Offset + hits.Count);
        return new(hits, total, FacetsOf(generation, facets, rows), hits.Count > 0 && end < Math.Min(total, limits.MaxDepth) ? new Cursor(end).Write(query, generation.Seal) : null);
    }

    /// <summary>The row with the total comes first.</summary>
    private async Task<List<Row>> RowsAsync(Generation generation, SearchQuery query, Reading reading, Cursor cursor, Sql filters, List<long> facets, Sql order, CancellationToken cancellationToken)
    {
        Sql counts = facets.Count == 0 ? (Sql)$"" : $"""
            UNION ALL SELECT {(long)Facet}, f.field, f.value, '', f.documents, CAST(0 AS double precision) FROM (
                SELECT v.field, v.value, count(*) AS documents, row_number() OVER (PARTITION BY v.field ORDER BY count(*) DESC, v.value) AS place
                FROM {ValuesOf(generation, query, reading)} v.field IN (SELECT l.field FROM {Rows.Of(facets, "l").Number("field", place => place)}) GROUP BY v.field, v.value) f
            WHERE f.place <= {(long)query.FacetValues}
            """;
        Sql sorted = query.Sort is null ? (Sql)$"" : $"LEFT JOIN search_values s ON s.document = h.number AND s.field = {(long)generation.Schema.Require(query.Sort.Field, field => field.Sort)}";
        var rows = await database.QueryAsync<Row>($"""
            WITH hits AS MATERIALIZED ({HitsOf(generation, reading, filters)}),
            page AS (SELECT h.number, h.id, h.score, row_number() OVER (ORDER BY {order}) AS place FROM hits h {sorted} ORDER BY place LIMIT {(long)query.Limit} OFFSET {(long)cursor.Offset})
            SELECT {(long)Total} AS kind, 0 AS place, '' AS name, '' AS words, count(*) AS number, CAST(0 AS double precision) AS score FROM hits
            UNION ALL SELECT {(long)Page}, p.place, p.id, d.words, 0, p.score FROM page p JOIN search_documents d ON d.number = p.number
            {counts}
            """, cancellationToken);
        var total = rows.FindIndex(row => row.Kind == Total);
        (rows[0], rows[total]) = (rows[total], rows[0]);
        return rows;
    }

    /// <summary>
    /// The values of the hits: looked up hit by hit, which CROSS JOIN tells SQLite to do; or, when everything is a hit, read in the order in which they are counted.
    /// </summary>
    private static Sql ValuesOf(Generation generation, SearchQuery query, Reading reading) => reading.Sought.Count == 0 && query.Filters.Count == 0
        ? (Sql)$"search_values v WHERE v.generation = {generation.Number} AND"
        : $"hits h CROSS JOIN search_values v WHERE v.document = h.number AND";

    private Sql HitsOf(Generation generation, Reading reading, Sql filters)
    {
        if (reading.Sought.Count == 0) return $"SELECT d.number, d.id, CAST(0 AS double precision) AS score FROM search_documents d WHERE d.generation = {generation.Number}{filters}";
        var weights = generation.Schema.Weights();
        // In SQLite CROSS JOIN is the word of command that the words are looked up first.
        if (database.IsEmbedded) return $"""
            SELECT d.number, d.id, -bm25(search_words, {weights[0]}, {weights[1]}, {weights[2]}, {weights[3]}) AS score
            FROM search_words CROSS JOIN search_documents d
            WHERE search_words MATCH {reading.ForSqlite()} AND d.number = search_words.rowid AND d.generation = {generation.Number}{filters}
            """;
        var query = reading.ForPostgres();
        var array = $"{{{string.Join(',', weights.Reverse().Select(weight => weight.ToString("0.####", CultureInfo.InvariantCulture)))}}}";
        return $"""
            SELECT d.number, d.id, CAST(ts_rank(CAST({array} AS real[]), w.words, CAST({query} AS tsquery), 1) AS double precision) AS score
            FROM search_words w JOIN search_documents d ON d.number = w.document
            WHERE w.words @@ CAST({query} AS tsquery) AND d.generation = {generation.Number}{filters}
            """;
    }

    private static Sql OrderOf(Generation generation, SearchSort? sort)
    {
        if (sort is null) return $"h.score DESC, h.id";
        var number = generation.Schema.Fields[generation.Schema.Require(sort.Field, field => field.Sort)].Kind is SearchFieldKind.Number or SearchFieldKind.Flag;
        // A document without the value comes last, whichever way it goes.
        return (number, sort.Descending) switch
        {
            (true, true) => $"CASE WHEN s.document IS NULL THEN 1 ELSE 0 END, s.number DESC, h.id",
            (true, false) => $"CASE WHEN s.document IS NULL THEN 1 ELSE 0 END, s.number, h.id",
            (false, true) => $"CASE WHEN s.document IS NULL THEN 1 ELSE 0 END, s.value DESC, h.id",
            (false, false) => $"CASE WHEN s.document IS NULL THEN 1 ELSE 0 END, s.value, h.id",
        };
    }

    private static Sql FiltersOf(Generation generation, IReadOnlyList<SearchFilter> filters)
    {
        Sql all = $"";
        foreach (var filter in filters)
        {
            var place = (long)generation.Schema.Require(filter.Field, field => field.Facet);
            Sql of = $"SELECT v.document FROM search_values v WHERE v.generation = {generation.Number} AND v.field = {place}";
            all = filter switch
            {
                SearchFilter.OneOf { Not: true } none => $"{all} AND d.number NOT IN ({of} AND v.value {Sql.In(none.Values.Select(Words.Clean))})",
                SearchFilter.OneOf any => $"{all} AND d.number IN ({of} AND v.value {Sql.In(any.Values.Select(Words.Clean))})",
                SearchFilter.Between range => $"{all} AND d.number IN ({of} AND v.number BETWEEN {range.From ?? long.MinValue} AND {range.To ?? long.MaxValue})",
                SearchFilter.Flag flag => $"{all} AND d.number IN ({of} AND v.number = {(flag.Value ? 1L : 0L)})",
                _ => throw EmbeddedSearchClient.Rejected("This engine does not know this filter."),
            };
        }

        return all;
    }

    private static List<string> MatchedIn(string words, Reading reading) =>
        reading.Sought.Count == 0 ? [] : [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => reading.Sought.Any(sought => sought.Finds(word))).Take(20)];

    private static Dictionary<string, IReadOnlyList<FacetCount>> FacetsOf(Generation generation, List<long> facets, List<Row> rows) => facets.ToDictionary(
        place => generation.Schema.Fields[(int)place].Name,
        place => (IReadOnlyList<FacetCount>)[.. rows.Where(row => row.Kind == Facet && row.Place == place).OrderByDescending(row => row.Number).ThenBy(row => row.Name, StringComparer.Ordinal).Select(row => new FacetCount(row.Name, row.Number))]);

    private sealed class Row
    {
        public long Kind { get; set; }
        public long Place { get; set; }
        public string Name { get; set; } = "";
        public string Words { get; set; } = "";
        public long Number { get; set; }
        public double Score { get; set; }
    }
}
