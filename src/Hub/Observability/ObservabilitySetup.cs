using Composable.Hub.Access;

namespace Composable.Hub.Observability;

internal static class ObservabilitySetup
{
    /// <summary>
    /// Settings: <c>Logging:Level</c>, <c>Observability:OtlpEndpoint</c> (or <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>),
    /// <c>Observability:SampleRatio</c> and <c>Observability:MetricsForStaffOnly</c>.
    /// </summary>
    public static void AddObservability(this WebApplicationBuilder builder)
    {
        builder.AddJsonLog();
        builder.Services.AddSingleton<Tracing>().AddSingleton<MetricsPage>().AddSingleton<Backlog>();
        builder.Services.AddHostedService<BacklogGauges>();
        builder.Services.AddHubReadiness();
    }

    /// <summary>/healthz, /readyz and /metrics.</summary>
    public static void MapObservability(this WebApplication app)
    {
        app.Services.GetRequiredService<Tracing>();
        var metrics = app.Services.GetRequiredService<MetricsPage>();
        app.MapHealth().ForAnyone();
        var page = app.MapGet("/metrics", () => Results.Text(metrics.Render(), "text/plain; version=0.0.4", System.Text.Encoding.UTF8)).ExcludeFromDescription();
        if (app.Configuration.GetValue<bool>("Observability:MetricsForStaffOnly")) page.ForAdmin("metrics:read");
        else page.ForAnyone();
    }
}
