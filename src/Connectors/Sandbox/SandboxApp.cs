using System.Net;
using Composable.Sandbox.Contentful;
using Composable.Sandbox.Faults;
using Composable.Sandbox.Stripe;
using Composable.Sandbox.Stripe.Webhooks;
using Composable.Sandbox.TaxJar;
using KestrelServerOptions = Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions;

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
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options.Port));

        // By factories: a container disposes only what it was asked to make.
        var books = new StripeBooks(options.DataDirectory, options.TimeProvider);
        var taxBooks = new TaxJarBooks(options.DataDirectory);
        var contentBooks = new ContentfulBooks(options.DataDirectory, options.TimeProvider);
        builder.Services.AddSingleton(_ => books);
        builder.Services.AddSingleton(_ => taxBooks);
        builder.Services.AddSingleton(_ => contentBooks);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<FaultBoard>();
        builder.Services.AddSingleton<WebhookSender>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WebhookSender>());
        builder.Services.AddSingleton(options.TimeProvider);
        builder.Services.AddSingleton<ContentfulNotices>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ContentfulNotices>());

        var app = builder.Build();
        app.Use(AnswerBrokenRequestsAsync);
        Map(app);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, int port)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        if (port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0);
        }
        else
        {
            kestrel.ListenLocalhost(port);
        }
    }

    private static void Map(WebApplication app)
    {
        var faults = app.Services.GetRequiredService<FaultBoard>();
        var books = app.Services.GetRequiredService<StripeBooks>();
        var sender = app.Services.GetRequiredService<WebhookSender>();
        var stripe = new StripePipeline(books, faults, sender.Notify);
        new FaultRoutes(faults).Map(app);
        new StripeRoutes(books, stripe).Map(app);
        new StripeLedger(books, stripe).Map(app);
        new StripeControls(books, sender).Map(app);
        new ConfirmationPage(books, sender).Map(app);
        new TaxJarRoutes(app.Services.GetRequiredService<TaxJarBooks>(), new TaxJarPipeline(faults)).Map(app);
        var contents = app.Services.GetRequiredService<ContentfulBooks>();
        new ContentfulRoutes(contents, new ContentfulPipeline(faults, contents)).Map(app);
        new ContentfulControls(contents, app.Services.GetRequiredService<ContentfulNotices>()).Map(app);
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
