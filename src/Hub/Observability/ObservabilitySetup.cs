using Composable.Hub.Access;
using Composable.Hub.Storage;

namespace Composable.Hub.Observability;

internal static class ObservabilitySetup
{
    public static void AddObservability(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
    }

    public static void MapObservability(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("alive")).ForAnyone().ExcludeFromDescription();
        routes.MapGet("/readyz", async (Database database, CancellationToken cancellationToken) =>
        {
            await database.CountAsync($"SELECT count(*) FROM migrations", cancellationToken);
            return Results.Json(new { ready = true });
        }).ForAnyone().ExcludeFromDescription();
    }
}
