using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Composable.Sandbox.Stripe.Webhooks;

/// <summary>Sends signed notices in the background, again and ever later when they are not taken.</summary>
internal sealed partial class WebhookSender(SandboxOptions options, StripeBooks books, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int AtOnce = 8;
    private const int ShuffleWindowMs = 500;
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(64)];

    private readonly Uri? _address = options.StripeWebhookUrl is { } url ? new Uri(url) : null;
    private readonly DeliveryQueue _queue = new(options.TimeProvider);
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public DeliveryManner Manner { get; set; } = new();

    /// <summary>Queues the entry's notices. Called under the books' gate, so that they queue in the order of the effects.</summary>
    public void Notify(StripeEntry entry, string? traceParent)
    {
        foreach (var notice in entry.Events)
        {
            Queue(notice, entry, traceParent, Manner);
        }
    }

    /// <summary>Sends a notice once more, now.</summary>
    public void Redeliver(StripeEvent notice, StripeEntry entry, string? traceParent) => Queue(notice, entry, traceParent, new DeliveryManner());

    public override void Dispose()
    {
        base.Dispose();
        _http.Dispose();
        _queue.Dispose();
        _places.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _places.WaitAsync(stoppingToken);
            var delivery = await _queue.TakeAsync(stoppingToken);
            _ = SendThenReleaseAsync(delivery, stoppingToken);
        }
    }

    private static string Sign(ReadOnlySpan<byte> body, string secret, long now)
    {
        var time = now.ToString(CultureInfo.InvariantCulture);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes(time + "."));
        hash.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    [SuppressMessage("Security", "CA5394", Justification = "Shuffling notices needs no secrecy.")]
    private void Queue(StripeEvent notice, StripeEntry entry, string? traceParent, DeliveryManner manner)
    {
        if (manner.Drop)
        {
            return;
        }

        foreach (var (address, secret) in Addresses(notice.Type))
        {
            for (var copy = 0; copy < manner.Copies; copy++)
            {
                var wait = manner.DelayMs + (manner.Shuffle ? Random.Shared.Next(ShuffleWindowMs) : 0);
                if (!_queue.TryAdd(new Delivery(notice, entry, address, secret, traceParent), TimeSpan.FromMilliseconds(wait)))
                {
                    Log.QueueFull(logger, notice.Id);
                }
            }
        }
    }

    private IEnumerable<(Uri Address, string Secret)> Addresses(string type)
    {
        if (_address is not null)
        {
            yield return (_address, options.StripeWebhookSecret);
        }

        foreach (var endpoint in books.Endpoints.OldestFirst)
        {
            if (!endpoint.Removed && (endpoint.Events.Contains(type) || endpoint.Events.Contains("*")))
            {
                yield return (new Uri(endpoint.Url), endpoint.Secret);
            }
        }
    }

    private async Task SendThenReleaseAsync(Delivery delivery, CancellationToken stoppingToken)
    {
        string? outcome;
        try
        {
            outcome = await SendAsync(delivery, stoppingToken);
        }
        finally
        {
            _places.Release();
        }

        if (outcome is null)
        {
            return;
        }

        if (delivery.Attempt > Waits.Length || !_queue.TryAdd(delivery with { Attempt = delivery.Attempt + 1 }, Waits[delivery.Attempt - 1]))
        {
            Log.GivenUp(logger, delivery.Event.Id, delivery.Attempt, outcome);
        }
    }

    /// <summary>Null when the notice was taken, else why not.</summary>
    private async Task<string?> SendAsync(Delivery delivery, CancellationToken stoppingToken)
    {
        var body = new ArrayBufferWriter<byte>(2048);
        await using (var json = new Utf8JsonWriter(body, Reply.Json))
        {
            StripeJson.Event(json, delivery.Event, delivery.Entry);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Address) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.TryAddWithoutValidation("Stripe-Signature", Sign(body.WrittenSpan, delivery.Secret, books.Now));
        request.Headers.TryAddWithoutValidation("traceparent", delivery.TraceParent);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stoppingToken);
            return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return stoppingToken.IsCancellationRequested ? null : exception.Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Notice {Notice} was not taken after {Attempts} attempts: {Reason}")]
        public static partial void GivenUp(ILogger logger, string notice, int attempts, string reason);

        [LoggerMessage(LogLevel.Warning, "Notice {Notice} is not sent: too many are waiting")]
        public static partial void QueueFull(ILogger logger, string notice);
    }
}
