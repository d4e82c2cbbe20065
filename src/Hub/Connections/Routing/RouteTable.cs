using System.Collections.Frozen;

namespace Composable.Hub.Connections.Routing;

/// <summary>The routes of this moment, as this hub has read them.</summary>
internal sealed class RouteTable(RouteStore store)
{
    private volatile FrozenDictionary<(string Market, string Port), StoredRoute> current = FrozenDictionary<(string, string), StoredRoute>.Empty;
    private long state;

    public StoredRoute Find(string market, string port) => current.GetValueOrDefault((market, port)) ?? new(market, port, RoutePlan.None, 0);

    /// <summary>Those that were stored.</summary>
    public IEnumerable<StoredRoute> All => current.Values;

    /// <summary>Takes in what was stored since, through this hub or another.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var now = await store.StateAsync(cancellationToken);
        if (now == Interlocked.Read(ref state)) return;
        current = (await store.AllAsync(cancellationToken)).ToFrozenDictionary(route => (route.Market, route.Port));
        Interlocked.Exchange(ref state, now);
    }
}
