using System.Text.Json.Nodes;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

internal sealed class RemoteSearchClient(RemoteSearchSettings settings, RemoteCalls calls) : RemoteClient("search", settings, calls), ISearch
{
    public SearchLimits Limits { get; } = settings.Limits;

    protected override (string Name, JsonNode? Limits)? Agreed => ("search", Node(Limits));

    public async Task<string?> CurrentAsync(string index, CancellationToken cancellationToken) =>
        (await Calls.AskAsync(RemoteOperations.CurrentGeneration, new RemoteIndex(index), cancellationToken)).Generation;

    public Task PrepareAsync(string index, string generation, IReadOnlyList<SearchField> fields, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.PrepareGeneration, new RemotePreparation(index, generation, fields), cancellationToken);

    public async Task<IReadOnlyList<RefusedWrite>> WriteAsync(string index, string generation, IReadOnlyList<SearchWrite> writes, CancellationToken cancellationToken) =>
        (await Calls.AskAsync(RemoteOperations.WriteDocuments, new RemoteWrites(index, generation, writes), cancellationToken)).Refused;

    public Task SwitchAsync(string index, string generation, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.SwitchGeneration, new RemoteSwitch(index, generation), cancellationToken);

    public async Task<IReadOnlyDictionary<string, long>> VersionsAsync(string index, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        (await Calls.AskAsync(RemoteOperations.Versions, new RemoteIds(index, ids), cancellationToken)).Versions;

    public Task<SearchPage> QueryAsync(SearchQuery query, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.Query, query, null, page => page.Hits.Count > query.Limit ? "it holds more hits than were asked for" : null, cancellationToken);

    public async Task<IReadOnlyList<string>> SuggestAsync(string index, string typed, int limit, CancellationToken cancellationToken) =>
        [.. (await Calls.AskAsync(RemoteOperations.Suggest, new RemoteTyped(index, typed, limit), cancellationToken)).Suggestions.Take(limit)];

    public Task RecordAsync(string index, IReadOnlyList<ShopperAction> actions, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.RecordActions, new RemoteActions(index, actions), cancellationToken);
}
