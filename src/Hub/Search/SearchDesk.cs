using System.Collections.Frozen;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Markets;
using Composable.Hub.Search.Embedded;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Search;

/// <summary>An engine that can be asked.</summary>
internal sealed record SearchEngine(string Connection, ISearch Port);

/// <summary>Chooses the engine. An engine that was chosen newly is filled first; until then the one before it goes on answering.</summary>
internal sealed class SearchDesk(IOptions<SearchOptions> options, ConnectionList connections, EmbeddedSearch embedded, MarketList markets, SearchTargets targets)
{
    private readonly ISearch own = embedded.Connect();
    private volatile FrozenDictionary<string, SearchTarget> known = FrozenDictionary<string, SearchTarget>.Empty;

    public IReadOnlyCollection<SearchTarget> Targets => known.Values;

    /// <summary>The engines that are to be kept in step: those that any market is to be served by.</summary>
    public IEnumerable<string> Wanted => markets.All.Select(ConnectionFor).Distinct();

    /// <summary>The engine that answers in a market now; null when none is filled and can be called. The only place where that is decided.</summary>
    public SearchEngine? EngineFor(Market market)
    {
        var chosen = ConnectionFor(market);
        return Serving(chosen) ?? known.Values.Where(target => target.Connection != chosen && target.ServingSince is not null).OrderByDescending(target => target.ServingSince)
            .Select(target => Serving(target.Connection)).FirstOrDefault(engine => engine is not null);
    }

    /// <summary>An engine by name, if it answers.</summary>
    public SearchEngine? Serving(string connection) =>
        known.GetValueOrDefault(connection)?.Generation is not null && PortOf(connection) is { } port ? new(connection, port) : null;

    /// <summary>Null when the connection is switched off, not there, or does not search. The hub's own engine needs no configuration.</summary>
    public ISearch? PortOf(string connection) => connections.Offered<ISearch>(connection) ?? (IsOwn(connection) ? own : null);

    /// <summary>Takes in what the hubs have done since.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) =>
        known = (await targets.AllAsync(cancellationToken)).ToFrozenDictionary(target => target.Connection);

    /// <summary>Refuses to start with a connection that can never answer.</summary>
    public void RequireSense()
    {
        foreach (var connection in Wanted)
        {
            if (IsOwn(connection) || connections.Find(connection) is { } found && found.Definition.Connector.Ports.Contains(typeof(ISearch))) continue;
            throw new InvalidOperationException($"Search:Connection: there is no connection '{connection}' that can search.");
        }
    }

    private bool IsOwn(string connection) => connection == EmbeddedSearch.Key && connections.Find(connection) is null;

    private string ConnectionFor(Market market) => options.Value.Connection;
}
