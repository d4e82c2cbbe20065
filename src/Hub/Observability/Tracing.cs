using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Composable.Hub.Observability;

/// <summary>
/// Gives every request a trace: an incoming <c>traceparent</c> is continued and calls to vendors carry it. Spans are recorded and exported
/// only when there is somewhere to send them.
/// </summary>
internal sealed class Tracing(IConfiguration configuration) : IDisposable
{
    private readonly IDisposable listening = EndpointIn(configuration) is { } endpoint ? Export(endpoint, RatioIn(configuration)) : Propagate();

    public void Dispose() => listening.Dispose();

    private static Uri? EndpointIn(IConfiguration configuration)
    {
        var text = configuration["Observability:OtlpEndpoint"] ?? Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT");
        if (string.IsNullOrEmpty(text)) return null;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/v1/traces", UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw new InvalidOperationException("Observability:OtlpEndpoint is not an http address such as http://collector:4318.");
        return endpoint;
    }

    private static double RatioIn(IConfiguration configuration)
    {
        var ratio = configuration.GetValue("Observability:SampleRatio", 1.0);
        return ratio is >= 0 and <= 1 ? ratio : throw new InvalidOperationException("Observability:SampleRatio is not between 0 and 1.");
    }

    private static TracerProvider Export(Uri endpoint, double ratio) => Sdk.CreateTracerProviderBuilder()
        .ConfigureResource(resource => resource.AddService("composable-hub"))
        .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", HubTelemetry.Name)
        .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)))
        .AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) = (endpoint, OtlpExportProtocol.HttpProtobuf))
        .Build();

    private static ActivityListener Propagate()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or HubTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
