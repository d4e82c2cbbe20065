using Composable.Hub.Access;
using Composable.Hub.Observability;

namespace Composable.Hub.Operations;

/// <summary>What those who run the hub look at: logs, traces, /metrics, /healthz and /readyz.</summary>
internal static class OperationsSlice
{
    /// <summary>
    /// Settings: <c>Logging:Level</c>, <c>Observability:OtlpEndpoint</c> (or <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>),
    /// <c>Observability:SampleRatio</c> and <c>Observability:MetricsForStaffOnly</c>.
    /// </summary>
    public static void AddOperations(this WebApplicationBuilder builder)
    {
        builder.AddJsonLog();
        builder.Services.AddSingleton<Tracing>().AddSingleton<MetricsPage>().AddSingleton<Backlog>();
        builder.Services.AddHostedService<BacklogGauges>();
        builder.Services.AddHubReadiness();
    }

    /// <summary>/healthz, /readyz and /metrics.</summary>
    public static void MapOperations(this WebApplication app)
    {
        app.Services.GetRequiredService<Tracing>();
        var metrics = app.Services.GetRequiredService<MetricsPage>();
        app.MapHealth().ForAnyone();
        var page = app.MapGet("/metrics", () => Results.Text(metrics.Render(), "text/plain; version=0.0.4", System.Text.Encoding.UTF8)).ExcludeFromDescription();
        if (app.Configuration.GetValue<bool>("Observability:MetricsForStaffOnly")) page.ForAdmin("metrics:read");
        else page.ForAnyone();
    }
}
