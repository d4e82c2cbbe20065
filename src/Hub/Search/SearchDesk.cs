using System.Collections.Frozen;
using Composable.Connectors.Sdk;
using Composable.Hub.Connections;
using Composable.Hub.Connections.Routing;
using Composable.Hub.Markets;
using Composable.Hub.Search.Embedded;
using Microsoft.Extensions.Options;

namespace Composable.Hub.Search;

/// <summary>An engine that can be asked.</summary>
internal sealed record SearchEngine(string Connection, ISearch Port);

/// <summary>Chooses the engine. An engine that was chosen newly is filled first; until then the one before it goes on answering.</summary>
internal sealed class SearchDesk(IOptions<SearchOptions> options, Router router, ConnectionList connections, EmbeddedSearch embedded, MarketList markets, SearchTargets targets)
{
    private readonly ISearch own = embedded.Connect();
    private volatile FrozenDictionary<string, SearchTarget> known = FrozenDictionary<string, SearchTarget>.Empty;

    public IReadOnlyCollection<SearchTarget> Targets => known.Values;

    /// <summary>The engines that are to be kept in step: those that any market is to be served by.</summary>
    public IEnumerable<string> Wanted => markets.All.SelectMany(market => router.ShadowOf(Port(market)) is { } shadow ? Chosen(market).Append(shadow.Connection) : Chosen(market)).Distinct();

    /// <summary>The engine that answers in a market now; null when none is filled and can be called. The only place where that is decided.</summary>
    public SearchEngine? EngineFor(Market market)
    {
        var chosen = Chosen(market);
        return chosen.OrderBy(connection => router.IsWell(connection) ? 0 : 1).Select(Serving).FirstOrDefault(engine => engine is not null)
            ?? known.Values.Where(target => !chosen.Contains(target.Connection) && target.ServingSince is not null).OrderByDescending(target => target.ServingSince)
                .Select(target => Serving(target.Connection)).FirstOrDefault(engine => engine is not null);
    }

    /// <summary>The engine whose answers are only compared; null when there is none that is filled.</summary>
    public SearchEngine? ShadowFor(Market market, string shopper) =>
        router.ShadowOf(Port(market)) is { } shadow && Router.IsDrawn(shopper, "shadow", shadow.Percent) ? Serving(shadow.Connection) : null;


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
        foreach (var connection in (string[])[options.Value.Connection])
        {
            if (IsOwn(connection) || connections.Find(connection) is { } found && found.Definition.Connector.Ports.Contains(typeof(ISearch))) continue;
            throw new InvalidOperationException($"Search:Connection: there is no connection '{connection}' that can search.");
        }
    }

    private bool IsOwn(string connection) => connection == EmbeddedSearch.Key && connections.Find(connection) is null;

    /// <summary>An index serves a market as a whole, so the market is what rules and shares decide by.</summary>
    private IReadOnlyList<string> Chosen(Market market) => router.Chosen(Port(market), new(market.Code, market.Currency, market.Countries[0]));

    public PortOfMarket Port(Market market) => new(market.Code, PortOfMarket.Search, [options.Value.Connection]);
}
