using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Composable.Sandbox.Contentful;

/// <summary>Sends signed notices in the background, in order, and each again when it is not taken.</summary>
internal sealed partial class ContentfulNotices(TimeProvider clock, ILogger<ContentfulNotices> logger) : BackgroundService
{
    private const int Capacity = 10_000, Tries = 3;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private readonly Channel<(ContentfulResource Resource, string Action)> _queue = Channel.CreateBounded<(ContentfulResource, string)>(new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Where notices go and what signs them; nowhere until it is set.</summary>
    public (Uri Url, string Secret)? Address { get; set; }

    public void Queue(ContentfulResource resource, string action)
    {
        if (Address is not null)
        {
            _queue.Writer.TryWrite((resource, action));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (resource, action) in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            for (var attempt = 1; Address is { } to && !await TrySendAsync(to.Url, to.Secret, resource, action, stoppingToken); attempt++)
            {
                if (attempt == Tries)
                {
                    Log.GivenUp(logger, resource.Id, attempt);
                    break;
                }

                await Task.Delay(Wait, stoppingToken);
            }
        }
    }

    private async Task<bool> TrySendAsync(Uri url, string secret, ContentfulResource resource, string action, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        await using (var json = new Utf8JsonWriter(body, Reply.Json))
        {
            Write(json, resource);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        const string Type = "application/vnd.contentful.management.v1+json";
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(Type);
        var (topic, time) = ($"ContentManagement.{resource.Type}.{action}", clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        const string Signed = "content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic";
        var headers = $"content-type:{Type};x-contentful-signed-headers:{Signed};x-contentful-timestamp:{time};x-contentful-topic:{topic}";
        var canonical = (byte[])[.. Encoding.UTF8.GetBytes($"POST\n{url.PathAndQuery}\n{headers}\n"), .. body.WrittenSpan];
        request.Headers.TryAddWithoutValidation("X-Contentful-Topic", topic);
        request.Headers.TryAddWithoutValidation("x-contentful-timestamp", time);
        request.Headers.TryAddWithoutValidation("x-contentful-signed-headers", Signed);
        request.Headers.TryAddWithoutValidation("x-contentful-signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), canonical)));
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested;
        }
    }

    private static void Write(Utf8JsonWriter json, ContentfulResource resource)
    {
        if (resource.Fields is { } fields && resource.Published is not null)
        {
            ContentfulJson.Resource(json, resource, fields, "*");
        }
        else
        {
            ContentfulJson.Deleted(json, resource);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The notice about {Resource} was not taken after {Attempts} attempts")]
        public static partial void GivenUp(ILogger logger, string resource, int attempts);
    }
}
