using Composable.Hub.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Composable.Hub.Http;

internal static class HttpSetup
{
    private const int MaxBody = 1 << 20;

    public static void AddHubHttp(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = Json.Options.PropertyNamingPolicy;
            options.SerializerOptions.Encoder = Json.Options.Encoder;
            foreach (var converter in Json.Options.Converters) options.SerializerOptions.Converters.Add(converter);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(25));
        foreach (var (name, prefix) in new[] { ("storefront", "v1/"), ("admin", "admin/") })
        {
            builder.Services.AddOpenApi(name, options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.ShouldInclude = description => description.RelativePath?.StartsWith(prefix, StringComparison.Ordinal) == true;
                options.AddDocumentTransformer((document, _, _) =>
                {
                    document.Info = new() { Title = $"Composable {name}", Version = "1" };
                    document.Servers?.Clear();
                    return Task.CompletedTask;
                });
            });
        }
    }

    public static void MapOpenApiDocuments(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi/{documentName}.json").ForAnyone();
}
