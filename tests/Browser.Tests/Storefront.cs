using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Browser.Tests;

/// <summary>Serves the account page, and nothing else, on ports of this machine that were free.</summary>
internal sealed class Storefront : IAsyncDisposable
{
    private readonly WebApplication app;

    private Storefront(WebApplication app) => this.app = app;

    /// <summary>As browsers call it: a name, because passkeys belong to names.</summary>
    public string Origin => $"http://localhost:{Port}";

    /// <summary>The same pages under an address that is no name.</summary>
    public string Unnamed => $"http://127.0.0.1:{Port}";

    private int Port => new Uri(app.Urls.First()).Port;

    public static async Task<Storefront> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Storefront", "account.html"));
        app.MapGet("/account", () => Results.Text(page, "text/html; charset=utf-8"));
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
