using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectors.Tests.Kit;

/// <summary>An address for a vendor's notices, which keeps them as they came.</summary>
public sealed class NoticeBox
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<(IReadOnlyDictionary<string, string> Headers, byte[] Body)> _notices = Channel.CreateUnbounded<(IReadOnlyDictionary<string, string>, byte[])>();
    private WebApplication? _app;

    public string Address => $"{_app!.Urls.First()}/notices";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/notices", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            await _notices.Writer.WriteAsync((headers, body.ToArray()), http.RequestAborted);
        });
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Reads notices until one is what is looked for; every one must be genuine to the reader.</summary>
    public async Task<WebhookReading.Verified> FirstAsync(IWebhooks reader, Predicate<WebhookReading.Verified> wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (headers, body) = await _notices.Reader.ReadAsync(patience.Token);
            var read = (await reader.ReadAsync(new WebhookRequest(headers.GetValueOrDefault, body, TimeProvider.System.GetUtcNow()), patience.Token)).ShouldBeOfType<WebhookReading.Verified>();
            if (wanted(read)) return read;
        }
    }
}
