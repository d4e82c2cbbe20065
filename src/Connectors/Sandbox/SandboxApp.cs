using Composable.Sandbox.Faults;
using Composable.Sandbox.Stripe;

namespace Composable.Sandbox;

/// <summary>The vendors' APIs on loopback, with durable books and faults on demand.</summary>
public static class SandboxApp
{
    private const long LargestBody = 1 << 20;

    /// <summary>Loads the journals and maps the vendors. The caller starts, stops and disposes the application.</summary>
    public static WebApplication Create(SandboxOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
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
        var stripe = new StripePipeline(books, faults, (_, _) => { });
        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(books.Dispose);
        new StripeRoutes(books, stripe).Map(app);
        new StripeLedger(books, stripe).Map(app);
        return app;
    }
}
