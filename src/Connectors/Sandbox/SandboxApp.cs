using System.Net;
using Composable.Sandbox.Adyen;
using Composable.Sandbox.Cloudflare;
using Composable.Sandbox.Contentful;
using Composable.Sandbox.Faults;
using Composable.Sandbox.Stripe;
using Composable.Sandbox.Stripe.Webhooks;
using Composable.Sandbox.TaxJar;
using Composable.Sandbox.Typesense;
using Composable.Sandbox.Webhooks;
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
        var adyenBooks = new AdyenBooks(options.DataDirectory, options.TimeProvider);
        var taxBooks = new TaxJarBooks(options.DataDirectory);
        var searchBooks = new TypesenseBooks(options.DataDirectory, options.TimeProvider);
        var edgeBooks = new CloudflareBooks(options.DataDirectory, options.TimeProvider);
        var contentBooks = new ContentfulBooks(options.DataDirectory, options.TimeProvider);
        builder.Services.AddSingleton(_ => books);
        builder.Services.AddSingleton(_ => adyenBooks);
        builder.Services.AddSingleton(_ => taxBooks);
        builder.Services.AddSingleton(_ => searchBooks);
        builder.Services.AddSingleton(_ => edgeBooks);
        builder.Services.AddSingleton(_ => contentBooks);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<FaultBoard>();
        builder.Services.AddSingleton<DeliveryManners>();
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
        var manners = app.Services.GetRequiredService<DeliveryManners>();
        new FaultRoutes(faults).Map(app);
        new DeliveryRoutes(manners).Map(app);
        MapStripe(app, faults, manners);
        MapAdyen(app, faults, manners);
        new TaxJarRoutes(app.Services.GetRequiredService<TaxJarBooks>(), new TaxJarPipeline(faults)).Map(app);
        new TypesenseRoutes(app.Services.GetRequiredService<TypesenseBooks>(), new TypesensePipeline(faults)).Map(app);
        new CloudflareRoutes(app.Services.GetRequiredService<CloudflareBooks>(), new CloudflarePipeline(faults)).Map(app);
        var contents = app.Services.GetRequiredService<ContentfulBooks>();
        new ContentfulRoutes(contents, new ContentfulPipeline(faults, contents)).Map(app);
        new ContentfulControls(contents, app.Services.GetRequiredService<ContentfulNotices>()).Map(app);
    }

    private static void MapStripe(WebApplication app, FaultBoard faults, DeliveryManners manners)
    {
        var books = app.Services.GetRequiredService<StripeBooks>();
        var sender = new StripeSender(app.Services.GetRequiredService<SandboxOptions>(), books, app.Services.GetRequiredService<WebhookSender>(), manners);
        var pipeline = new StripePipeline(books, faults, sender.Notify);
        new StripeRoutes(books, pipeline).Map(app);
        new StripeLedger(books, pipeline).Map(app);
        new StripeControls(books, sender).Map(app);
        new ConfirmationPage(books, sender).Map(app);
    }

    private static void MapAdyen(WebApplication app, FaultBoard faults, DeliveryManners manners)
    {
        var options = app.Services.GetRequiredService<SandboxOptions>();
        var books = app.Services.GetRequiredService<AdyenBooks>();
        var sender = new AdyenSender(options, books, app.Services.GetRequiredService<WebhookSender>(), manners);
        var pipeline = new AdyenPipeline(books, faults, options, sender);
        var endings = new Endings();
        new AdyenRoutes(books, endings, pipeline).Map(app);
        new AdyenLedger(books, pipeline).Map(app);
        new AdyenControls(books, endings, sender).Map(app);
        new RedirectPage(books, endings, sender).Map(app);
        sender.Resume();
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
