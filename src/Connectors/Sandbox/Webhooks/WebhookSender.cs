using System.Diagnostics.CodeAnalysis;

namespace Composable.Sandbox.Webhooks;

/// <summary>Sends notices in the background, again and ever later when they are not taken.</summary>
internal sealed partial class WebhookSender(SandboxOptions options, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int AtOnce = 8;
    private const int ShuffleWindowMs = 500;
    private static readonly TimeSpan[] Waits = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(16), TimeSpan.FromSeconds(64)];

    private readonly DeliveryQueue _queue = new(options.TimeProvider);
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    [SuppressMessage("Security", "CA5394", Justification = "Shuffling notices needs no secrecy.")]
    public void Send(Delivery delivery, DeliveryManner manner)
    {
        for (var copy = 0; copy < manner.Copies && !manner.Drop; copy++)
        {
            var wait = manner.DelayMs + (manner.Shuffle ? Random.Shared.Next(ShuffleWindowMs) : 0);
            if (!_queue.TryAdd(delivery, TimeSpan.FromMilliseconds(wait)))
            {
                Log.QueueFull(logger, delivery.Notice);
            }
        }
    }

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
            Log.GivenUp(logger, delivery.Notice, delivery.Attempt, outcome);
        }
    }

    /// <summary>Null when the notice was taken, else why not.</summary>
    private async Task<string?> SendAsync(Delivery delivery, CancellationToken stoppingToken)
    {
        using var request = delivery.Compose();
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stoppingToken);
            if (!response.IsSuccessStatusCode)
            {
                return $"status {(int)response.StatusCode}";
            }

            delivery.Taken?.Invoke();
            return null;
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
