namespace Connectors.Tests.Remote;

/// <summary>Search, content and edge in memory: as little as shows that the protocol carries what the ports say.</summary>
internal sealed class MemoryPorts : ISearch, IContent, IEdge
{
    public static readonly DateTimeOffset Day = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public List<object> Heard { get; } = [];

    public Dictionary<string, SearchDocument> Documents { get; } = [];

    public Dictionary<string, ReadOnlyMemory<byte>?> Values { get; } = [];

    SearchLimits ISearch.Limits { get; } = new(10, 1000, 10, 100);

    EdgeLimits IEdge.Limits { get; } = new(10, 1000, 10, 10, TimeSpan.FromMinutes(1));

    public Task CheckAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> CurrentAsync(string index, CancellationToken cancellationToken) => Task.FromResult(index == "goods" ? "g1" : null);

    public Task PrepareAsync(string index, string generation, IReadOnlyList<SearchField> fields, CancellationToken cancellationToken) => Hear(index, generation, fields[0]);

    public Task<IReadOnlyList<RefusedWrite>> WriteAsync(string index, string generation, IReadOnlyList<SearchWrite> writes, CancellationToken cancellationToken)
    {
        foreach (var write in writes)
        {
            if (write is SearchWrite.Upsert put) Documents[put.Document.Id] = put.Document;
            else Documents.Remove(write.Id);
        }

        return Task.FromResult<IReadOnlyList<RefusedWrite>>([new("x", true, "too_large")]);
    }

    public Task SwitchAsync(string index, string generation, CancellationToken cancellationToken) => Hear(index, generation);

    public Task<IReadOnlyDictionary<string, long>> VersionsAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(ids.Where(Documents.ContainsKey).ToDictionary(id => id, id => Documents[id].Version));

    public Task<SearchPage> QueryAsync(SearchQuery query, CancellationToken cancellationToken)
    {
        Heard.AddRange(query.Filters);
        var facets = new Dictionary<string, IReadOnlyList<FacetCount>> { ["brand"] = [new("Acme", 2)] };
        return Task.FromResult(new SearchPage([new("1", 1.5, ["red"])], 3, facets, "next"));
    }

    public Task<IReadOnlyList<string>> SuggestAsync(string index, string typed, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([$"{typed}n", $"{typed}d"]);

    public Task RecordAsync(string index, IReadOnlyList<ShopperAction> actions, CancellationToken cancellationToken) => Hear(actions[0]);

    public Task<ContentPage?> PageAsync(string route, string locale, bool preview, CancellationToken cancellationToken) => Task.FromResult(route == "/"
        ? new ContentPage("p1", route, locale, "Home", "7", [new("b1", "text", new() { ["markdown"] = "# Hi" })], ["p1", "b1"]) { Description = preview ? "draft" : null }
        : null);

    public Task<ContentList> EntriesAsync(ContentQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(new ContentList([new("e1", query.Type, query.Locale, "1", new() { ["n"] = 1 })], "more"));

    public Task<ContentAsset?> AssetAsync(string id, string locale, CancellationToken cancellationToken) =>
        Task.FromResult(id == "a1" ? new ContentAsset(id, "https://cdn.example/a1.png", "image/png", "A", 5) : null);

    public Task<ContentChanges> ChangesAsync(string? cursor, CancellationToken cancellationToken) => Task.FromResult(new ContentChanges(["p1"], cursor is null, $"{cursor}+1"));

    public Task DeployAsync(EdgeFunction program, CancellationToken cancellationToken) => Hear(program.Name, program.Source, program.Variables["HUB"]);

    public Task WriteAsync(IReadOnlyList<EdgeEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries) Values[entry.Key] = entry.Value;
        return Hear([.. entries.Select(entry => (object?)entry.Lives ?? "for ever")]);
    }

    public Task<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken cancellationToken) => Task.FromResult(Values.GetValueOrDefault(key));

    public Task PurgeAsync(IReadOnlyCollection<string> tags, IReadOnlyCollection<Uri> addresses, CancellationToken cancellationToken) => Hear([.. tags, .. addresses.Select(address => address.AbsoluteUri)]);

    private Task Hear(params object[] what)
    {
        Heard.AddRange(what);
        return Task.CompletedTask;
    }
}
