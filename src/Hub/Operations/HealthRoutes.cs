namespace Composable.Hub.Operations;

internal static class HealthRoutes
{
    /// <summary>/healthz: alive. /readyz: may take traffic, else 503 naming what is missing.</summary>
    public static RouteGroupBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").ExcludeFromDescription();
        group.MapGet("/healthz", () => Results.Json(new Health("alive", [])));
        group.MapGet("/readyz", async (IEnumerable<ReadinessCheck> checks, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        {
            var missing = await Readiness.MissingAsync(checks, loggers.CreateLogger("Composable.Hub.Observability.Readiness"), cancellationToken);
            return Results.Json(new Health(missing.Count == 0 ? "ready" : "not_ready", missing), statusCode: missing.Count == 0 ? 200 : 503);
        });
        return group;
    }

    private sealed record Health(string Status, IReadOnlyList<string> Missing);
}
