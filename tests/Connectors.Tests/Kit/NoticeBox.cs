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

    private readonly Channel<(IReadOnlyDictionary<string, string> Headers, byte[] Body, string Path)> _notices = Channel.CreateUnbounded<(IReadOnlyDictionary<string, string>, byte[], string)>();
    private readonly List<WebhookReading.Verified> _read = [];
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
            await _notices.Writer.WriteAsync((headers, body.ToArray(), http.Request.Path + http.Request.QueryString), http.RequestAborted);
        });
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>From here on only what has not been read yet counts.</summary>
    public void ForgetRead() => _read.Clear();

    /// <summary>
    /// The first notice that is what is looked for, among those that came and those that will; every one must be genuine to the reader.
    /// Several may travel in one request.
    /// </summary>
    public async Task<WebhookReading.Verified> FirstAsync(IWebhooks reader, Predicate<WebhookReading.Verified> wanted)
    {
        if (_read.Find(wanted) is { } known) return known;
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var (headers, body, path) = await _notices.Reader.ReadAsync(patience.Token);
            List<WebhookReading.Verified> came = await reader.ReadAsync(new WebhookRequest(headers.GetValueOrDefault, body, TimeProvider.System.GetUtcNow()) { Path = path }, patience.Token) switch
            {
                WebhookReading.Verified one => [one],
                WebhookReading.Batch several => [.. several.Events],
                var refused => throw new InvalidOperationException($"A notice of the vendor's own was not believed: {refused}"),
            };
            _read.AddRange(came);
            if (came.Find(wanted) is { } found) return found;
        }
    }
}
