using Composable.Sandbox.Faults;
using Composable.Sandbox.Stripe;
using Composable.Sandbox.Stripe.Webhooks;
using Composable.Sandbox.TaxJar;

namespace Composable.Sandbox;

/// <summary>The vendors' APIs on loopback, with durable books and faults on demand.</summary>
public static class SandboxApp
{
    private const long LargestBody = 1 << 20;
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(3);

    /// <summary>Loads the journals and maps the vendors. The caller starts, stops and disposes the application.</summary>
    public static WebApplication Create(SandboxOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CallerLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            if (options.Port == 0)
            {
                kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            }
            else
            {
                kestrel.ListenLocalhost(options.Port);
            }
        });

        var faults = new FaultBoard();
        var books = new StripeBooks(options.DataDirectory, options.TimeProvider);
        var taxBooks = new TaxJarBooks(options.DataDirectory);
        builder.Services.AddSingleton(books);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WebhookSender>());

        var app = builder.Build();
        app.Use(AnswerBrokenRequestsAsync);
        app.Lifetime.ApplicationStopped.Register(books.Dispose);
        app.Lifetime.ApplicationStopped.Register(taxBooks.Dispose);
        new FaultRoutes(faults).Map(app);
        MapStripe(app, books, faults);
        new TaxJarRoutes(taxBooks, new TaxJarPipeline(faults)).Map(app);
        return app;
    }

    private static void MapStripe(WebApplication app, StripeBooks books, FaultBoard faults)
    {
        var sender = app.Services.GetRequiredService<WebhookSender>();
        var pipeline = new StripePipeline(books, faults, sender.Notify);
        new StripeRoutes(books, pipeline).Map(app);
        new StripeLedger(books, pipeline).Map(app);
        new StripeControls(books, sender).Map(app);
        new ConfirmationPage(books, sender).Map(app);
    }

    /// <summary>Bodies that are too large or cut short are the client's mistake, not a failure to be logged.</summary>
    private static async Task AnswerBrokenRequestsAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = exception.StatusCode;
        }
    }
}
