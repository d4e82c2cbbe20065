using Composable.Connectors.Sdk;

namespace Composable.Connectors.Remote;

internal sealed class RemoteContentClient(RemoteSettings settings, RemoteCalls calls) : RemoteClient("content", settings, calls), IContent
{
    public async Task<ContentPage?> PageAsync(string route, string locale, bool preview, CancellationToken cancellationToken) =>
        (await Calls.AskAsync(RemoteOperations.Page, new RemoteRoute(route, locale, preview), cancellationToken)).Page;

    public Task<ContentList> EntriesAsync(ContentQuery query, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.Entries, query, null, list => list.Items.Count > query.Limit ? "it holds more entries than were asked for" : null, cancellationToken);

    public async Task<ContentAsset?> AssetAsync(string id, string locale, CancellationToken cancellationToken) =>
        (await Calls.AskAsync(RemoteOperations.Asset, new RemoteAssetId(id, locale), cancellationToken)).Asset;

    public Task<ContentChanges> ChangesAsync(string? cursor, CancellationToken cancellationToken) =>
        Calls.AskAsync(RemoteOperations.ContentChanges, new RemoteCursor(cursor), cancellationToken);
}
