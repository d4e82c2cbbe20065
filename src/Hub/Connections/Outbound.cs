using System.Diagnostics;
using System.Net;
using Composable.Hub.Durability;
using Polly;
using Polly.Retry;

using Composable.Hub.Observability;

namespace Composable.Hub.Connections;

/// <summary>The one way out: every vendor call of every connection takes it. It follows no redirects, keeps no cookies and has an end.</summary>
internal sealed class Outbound : IDisposable
{
    /// <summary>Two calls in a row fit into a process's lease.</summary>
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(6);

    private readonly SocketsHttpHandler sockets = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 64,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
    };

    public HttpClient For(string connection) => new(new Retrying(connection, sockets), disposeHandler: false) { Timeout = Total };

    public void Dispose() => sockets.Dispose();

    /// <summary>
    /// Repeats at once what is certain to have had no effect: reads, and requests that never reached the vendor. Whatever may have had an
    /// effect goes back to the process, which asks before it repeats.
    /// </summary>
    private sealed class Retrying(string connection, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private static readonly ResiliencePropertyKey<HttpMethod> Method = new("method");

        private static readonly ResiliencePipeline<HttpResponseMessage> Retry = new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(50),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
                || (IsRead(arguments.Context) && (arguments.Outcome.Exception is HttpRequestException || (int?)arguments.Outcome.Result?.StatusCode >= 500))),
        }).Build();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            var context = ResilienceContextPool.Shared.Get(cancellationToken);
            context.Properties.Set(Method, request.Method);
            var outcome = "failed";
            try
            {
                var response = await Retry.ExecuteAsync(async (inside, sending) => await OnceAsync(sending, inside.CancellationToken), context, request);
                outcome = ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
                return response;
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
                HubTelemetry.VendorCalls.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("connection", connection), new("outcome", outcome));
            }
        }

        private async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answering = base.SendAsync(request, cancellationToken);
            var moves = request.Headers.Contains("Idempotency-Key");
            if (moves) CrashPoint.Reach("C09");
            var response = await answering;
            if (moves) CrashPoint.Reach("C10");
            return response;
        }

        private static bool IsRead(ResilienceContext context) => context.Properties.GetValue(Method, HttpMethod.Post) == HttpMethod.Get;
    }
}
