using Composable.Contracts;
using Composable.Hub.Access;
using Composable.Hub.Durability;
using Composable.Hub.Http;

namespace Composable.Hub.Connections;

/// <summary>What staff do with connections while the shop is open.</summary>
internal static class ConnectionRoutes
{
    private const string Scope = "connections:write";

    public static void MapConnections(this IEndpointRouteBuilder routes)
    {
        var some = routes.MapGroup("/admin").ForAdmin(Scope, Doors.Reach.Some).WithTags("Connections");
        some.MapGet("connectors", Connectors).Produces<Page<ConnectorView>>();
        some.MapGet("connections", List).Produces<Page<ConnectionView>>();
        var one = routes.MapGroup("/admin/connections/{id}").ForAdmin(Scope, Doors.Reach.One).WithTags("Connections");
        one.MapGet("", Read).Produces<ConnectionView>();
        one.MapPut("", PutAsync).WithMetadata(new HiddenFields.Fills()).Produces<ConnectionView>().Produces<ConnectionView>(201);
        one.MapPost("test", TestAsync).Produces<ConnectionCheck>();
        var all = routes.MapGroup("/admin/configuration").ForAdmin(Scope, Doors.Reach.Everything).WithTags("Connections");
        all.MapGet("", (HttpContext context, ConnectionsAsCode code) => ETags.AnswerByContent(context, code.Export())).Produces<ConnectionFile>();
        all.MapPost("plan", PlanAsync).Produces<ConnectionPlan>();
        all.MapPost("apply", ApplyAsync).Produces<ConnectionPlan>();
    }

    private static IResult Connectors(PageRequest page, ConnectionList connections, ConnectorPackages packages) => PageBy(
        page, [.. connections.Connectors.Select(connector => ConnectorView.Of(connector, packages.PackageOf(connector))), .. ConnectorView.Of(packages.Broken)], view => view.Id, view => view);

    private static IResult List(PageRequest page, HttpContext context, ConnectionList connections) =>
        PageBy(page, connections.All.Where(connection => Caller.Of(context).Rights.May(Scope, connection.Definition.Id)), connection => connection.Definition.Id, ConnectionView.Of);

    private static IResult Read(string id, HttpContext context, ConnectionList connections) => connections.Find(id) is { } connection
        ? ETags.Answer(context, connection.Version, ConnectionView.Of(connection))
        : Refusal.NotFound("connection").ToResult();

    private static async Task<IResult> PutAsync(string id, Body<ConnectionInput> body, HttpContext context, ConnectionDesk desk, CancellationToken cancellationToken) =>
        await desk.PutAsync(id, body.Value, Caller.Of(context).Rights.HiddenBy(Scope, id), version => ETags.RequireOrAbsent(context, version), IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);

    private static async Task<IResult> TestAsync(string id, ConnectionDesk desk, CancellationToken cancellationToken) =>
        await desk.TestAsync(id, cancellationToken) is { } check ? Results.Json(check, Json.Options) : Refusal.NotFound("connection").ToResult();

    private static async Task<IResult> PlanAsync(Body<ConnectionFile> body, ConnectionsAsCode code, CancellationToken cancellationToken) =>
        Results.Json(await code.PlanAsync(body.Value, cancellationToken), Json.Options);

    private static Task<IResult> ApplyAsync(Body<ConnectionFile> body, HttpContext context, ConnectionsAsCode code, CancellationToken cancellationToken) =>
        code.ApplyAsync(body.Value, tag => ETags.Require(context, tag), IdempotencyKeys.Of(context, body.Fingerprint), cancellationToken);

    private static IResult PageBy<TRow, TView>(PageRequest page, IEnumerable<TRow> all, Func<TRow, string> id, Func<TRow, TView> view)
    {
        var after = page.Keys(1) is [var last] ? last : "";
        var rows = all.Where(row => string.CompareOrdinal(id(row), after) > 0).OrderBy(id, StringComparer.Ordinal).Take(page.Limit + 1).ToList();
        return Results.Json(page.Of(rows, view, row => [id(row)]), Json.Options);
    }
}
