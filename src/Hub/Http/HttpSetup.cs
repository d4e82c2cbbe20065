using System.Security.Authentication;

namespace Composable.Hub.Http;

internal static class HttpSetup
{
    private const int MaxBody = 1 << 20;

    public static void AddHubHttp(this WebApplicationBuilder builder)
    {
        // A line ends with CRLF: a proxy in front may not take a lone LF for an end.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.WebHost.UseSockets(sockets => { sockets.IOQueueCount = 0; sockets.UnsafePreferInlineScheduling = true; });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 2_000, gracePeriod: TimeSpan.FromSeconds(10));
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.ConfigureHttpsDefaults(https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        });
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = Json.Options.PropertyNamingPolicy;
            options.SerializerOptions.NumberHandling = Json.Options.NumberHandling;
            options.SerializerOptions.Encoder = Json.Options.Encoder;
            foreach (var converter in Json.Options.Converters) options.SerializerOptions.Converters.Add(converter);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.Services.AddOpenApiDocuments();
    }
}
