using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Durability;
using Composable.Hub.Http;
using Composable.Hub.Markets;

namespace Composable.Hub.Connections.Routing;

/// <param name="Usual">Who serves when no rule holds: the market's own list in the settings file.</param>
internal sealed record RouteView(string Market, string Port, IReadOnlyList<RouteRule> Rules, RouteCanary? Canary, RouteShadow? Shadow, IReadOnlyList<string> Usual, long Version);

/// <summary>Which connections serve which market, and what shadows saw.</summary>
internal static class RouteRoutes
{
    public static void MapRoutes(this IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/admin/routes").ForAdmin("connections:write").WithTags("Connections");
        staff.MapGet("", List).Produces<Page<RouteView>>();
        staff.MapGet("{market}/{port}", Read).Produces<RouteView>();
        staff.MapPut("{market}/{port}", PutAsync).Produces<RouteView>().Produces<RouteView>(201);
        staff.MapGet("{market}/{port}/differences", DifferencesAsync).Produces<Page<ShadowDifference>>();
    }

    private static IResult List(PageRequest page, MarketList markets, RouteTable table)
    {
        var after = page.Keys(2) is [var market, var port] ? (market, port) : ("", "");
        var rows = markets.All.SelectMany(each => RouteDesk.Ports.Keys.Select(port => (each, port)))
            .Where(row => (string.CompareOrdinal(row.each.Code, after.Item1), string.CompareOrdinal(row.port, after.Item2)) is ( > 0, _) or (0, > 0))
            .OrderBy(row => row.each.Code, StringComparer.Ordinal).ThenBy(row => row.port, StringComparer.Ordinal).Take(page.Limit + 1).ToList();
        return Results.Json(page.Of(rows, row => View(table.Find(row.each.Code, row.port), row.each), row => [row.each.Code, row.port]), Json.Options);
    }

    private static IResult Read(string market, string port, HttpContext context, MarketList markets, RouteTable table) =>
        Find(market, port, markets) is { } found ? ETags.Answer(context, table.Find(market, port).Version, View(table.Find(market, port), found)) : Refusal.NotFound("route").ToResult();

    private static async Task<IResult> PutAsync(string market, string port, Body<RoutePlan> body, HttpContext context, MarketList markets, RouteDesk desk, CancellationToken cancellationToken) =>
        Find(market, port, markets) is not { } found
            ? Refusal.NotFound("route").ToResult()
            : await desk.PutAsync(market, port, body.Value, version => version == 0 ? ETags.Check(context, 0) : ETags.Require(context, version),
                stored => new(stored.Version == 1 ? 201 : 200, Json.Write(View(stored, found))) { ETag = ETags.Of(stored.Version) }, IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);

    private static async Task<IResult> DifferencesAsync(string market, string port, PageRequest page, MarketList markets, Shadows shadows, CancellationToken cancellationToken) =>
        Find(market, port, markets) is null ? Refusal.NotFound("route").ToResult() : Results.Json(await shadows.PageAsync(market, port, page, cancellationToken), Json.Options);

    private static Market? Find(string market, string port, MarketList markets) => RouteDesk.Ports.ContainsKey(port) ? markets.Find(market) : null;

    private static RouteView View(StoredRoute stored, Market market) =>
        new(stored.Market, stored.Port, stored.Route.Rules, stored.Route.Canary, stored.Route.Shadow, market.Usual(stored.Port), stored.Version);
}
