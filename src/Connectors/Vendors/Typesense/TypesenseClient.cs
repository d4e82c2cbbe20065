using System.Net;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Search by Typesense: an alias that readers ask, and behind it one collection per generation.</summary>
internal sealed class TypesenseClient : ISearch
{
    private const int MostActions = 100;

    private readonly TypesenseSettings _settings;
    private readonly TypesenseApi _api;
    private readonly TypesenseShapes _shapes;
    private readonly TypesenseQueries _queries;
    private readonly TypesenseWrites _writes;

    public TypesenseClient(TypesenseSettings settings, HttpClient http)
    {
        _settings = settings;
        _api = new TypesenseApi(settings, http);
        _shapes = new TypesenseShapes(_api);
        _queries = new TypesenseQueries(_api, _shapes, Limits);
        _writes = new TypesenseWrites(_api, Limits);
    }

    public SearchLimits Limits { get; } = new(MaxBatch: 500, MaxDocumentBytes: 256 * 1024, MaxPage: 250, MaxDepth: 10_000);

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        // /health answers anybody; this takes the key.
        var answer = await _api.GetAsync("/collections?limit=1&exclude_fields=fields", cancellationToken);
        if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
        answer.Read(TypesenseJson.Default.IReadOnlyListTypesenseCollectionName);
    }

    public async Task<string?> CurrentAsync(string index, CancellationToken cancellationToken) => (await _shapes.OfAsync(index, afresh: true, cancellationToken))?.Generation;

    public async Task PrepareAsync(string index, string generation, IReadOnlyList<SearchField> fields, CancellationToken cancellationToken)
    {
        var answer = await _api.SendAsync(HttpMethod.Post, "/collections", TypesenseSchemas.For(index, generation, fields), TypesenseJson.Default.TypesenseSchema, cancellationToken);
        if (!answer.IsSuccess && !TypesenseErrors.Is(answer, HttpStatusCode.Conflict)) throw TypesenseErrors.Failure(answer);
    }

    public Task<IReadOnlyList<RefusedWrite>> WriteAsync(string index, string generation, IReadOnlyList<SearchWrite> writes, CancellationToken cancellationToken) =>
        _writes.WriteAsync(TypesenseNames.Collection(index, generation), writes, cancellationToken);

    public async Task SwitchAsync(string index, string generation, CancellationToken cancellationToken)
    {
        var collection = TypesenseNames.Collection(index, generation);
        // An alias may point to nothing, and Typesense would not object.
        var there = await _api.GetAsync($"/collections/{collection}", cancellationToken);
        if (!there.IsSuccess) throw TypesenseErrors.Failure(there);
        var answer = await _api.SendAsync(HttpMethod.Put, $"/aliases/{TypesenseNames.Alias(index)}", new TypesenseAlias(collection), TypesenseJson.Default.TypesenseAlias, cancellationToken);
        if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
        foreach (var old in await OthersAsync(index, collection, cancellationToken))
        {
            var dropped = await _api.DeleteAsync($"/collections/{old}", cancellationToken);
            if (!dropped.IsSuccess && !TypesenseErrors.Is(dropped, HttpStatusCode.NotFound)) throw TypesenseErrors.Failure(dropped);
        }
    }

    public Task<IReadOnlyDictionary<string, long>> VersionsAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) => _queries.VersionsAsync(index, ids, cancellationToken);

    public Task<SearchPage> QueryAsync(SearchQuery query, CancellationToken cancellationToken) => _queries.QueryAsync(query, cancellationToken);

    public Task<IReadOnlyList<string>> SuggestAsync(string index, string typed, int limit, CancellationToken cancellationToken) => _queries.SuggestAsync(index, typed, limit, cancellationToken);

    /// <summary>Typesense learns only through analytics rules; without them there is nobody to tell.</summary>
    public async Task RecordAsync(string index, IReadOnlyList<ShopperAction> actions, CancellationToken cancellationToken)
    {
        if (_settings.AnalyticsRules is not { } rules) return;
        foreach (var action in actions.Take(MostActions))
        {
            var type = action.Action switch { "view" => "visit", "click" => "click", _ => "conversion" };
            var sent = new TypesenseEvent($"{rules}_{action.Action}", type, new TypesenseEventData(action.Shopper, TypesenseNames.Id(action.DocumentId), action.Query));
            var answer = await _api.SendAsync(HttpMethod.Post, "/analytics/events", sent, TypesenseJson.Default.TypesenseEvent, cancellationToken);
            if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
        }
    }

    private async Task<IReadOnlyList<string>> OthersAsync(string index, string current, CancellationToken cancellationToken)
    {
        var answer = await _api.GetAsync("/collections?exclude_fields=fields", cancellationToken);
        if (!answer.IsSuccess) throw TypesenseErrors.Failure(answer);
        var all = answer.Read(TypesenseJson.Default.IReadOnlyListTypesenseCollectionName);
        return [.. all.Select(collection => collection?.Name ?? throw answer.Unusable("a collection has no name")).Where(name => name != current && TypesenseNames.IsOf(index, name))];
    }
}
