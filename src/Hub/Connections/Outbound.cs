using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Composable.Connectors.Sdk;
using Composable.Hub.Durability;
using Composable.Hub.Observability;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Composable.Hub.Connections;

/// <summary>The one way out: every vendor call of every connection takes it. It follows no redirects, keeps no cookies, has an end, and leaves a failing vendor alone.</summary>
internal sealed partial class Outbound : IDisposable
{
    /// <summary>Two calls in a row fit into a process's lease.</summary>
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(6), PerTry = TimeSpan.FromSeconds(5);

    private const int Repeats = 2;

    private readonly CallLog log;
    private readonly TimeProvider clock;
    private readonly RetryBudget budget = new();
    private readonly HttpMessageHandler wire;

    public Outbound(EgressGuard guard, CallLog log, TimeProvider clock)
        : this(Sockets(guard), log, clock)
    {
    }

    /// <param name="wire">What sends in the end.</param>
    internal Outbound(HttpMessageHandler wire, CallLog log, TimeProvider clock) => (this.wire, this.log, this.clock) = (wire, log, clock);

    public (HttpClient Http, CallHealth Health) For(string connection, ConnectionTerms terms)
    {
        var health = new CallHealth(clock);
        return (new(new Guarded(connection, terms, Pipeline(health), new CallSlots(terms.AtOnce ?? ConnectionTerms.UsuallyAtOnce, terms.PerSecond, clock), new Embargo(clock), new Hedge(budget), budget, log, wire), disposeHandler: false) { Timeout = Total }, health);
    }

    public void Dispose() => wire.Dispose();

    private static SocketsHttpHandler Sockets(EgressGuard guard) => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 64,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = guard.ConnectAsync,
    };

    /// <summary>
    /// Repeats at once what is certain to have had no effect: reads, and requests that never reached the vendor. Whatever may have had an
    /// effect goes back to the process, which asks before it repeats. Inside the repeats stands the breaker: while it is open, calls fail
    /// before they leave, which is a certain "nothing happened".
    /// </summary>
    private ResiliencePipeline<HttpResponseMessage> Pipeline(CallHealth health) => new ResiliencePipelineBuilder<HttpResponseMessage>()
        .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
        {
            MaxRetryAttempts = Repeats,
            Delay = TimeSpan.FromMilliseconds(50),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => ValueTask.FromResult(arguments.AttemptNumber < Repeats && HadNoEffect(arguments.Outcome, arguments.Context) && budget.TrySpend()),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            FailureRatio = 0.5,
            MinimumThroughput = 10,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDurationGenerator = _ => ValueTask.FromResult(health.NextBreak()),
            OnClosed = _ =>
            {
                health.Closed();
                return ValueTask.CompletedTask;
            },
            StateProvider = health.Circuit,
            ShouldHandle = arguments => ValueTask.FromResult(
                arguments.Outcome.Exception is HttpRequestException or TimeoutRejectedException || (int?)arguments.Outcome.Result?.StatusCode >= 500 || Guarded.WasSilent(arguments.Outcome.Exception, arguments.Context)),
        })
        .AddTimeout(PerTry)
        .Build();

    private static bool HadNoEffect(Outcome<HttpResponseMessage> outcome, ResilienceContext context) =>
        outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError, InnerException: not VendorException }
        || (Guarded.IsRead(context) && (outcome.Exception is HttpRequestException { InnerException: not VendorException } || (int?)outcome.Result?.StatusCode >= 500));

    private sealed partial class Guarded(
        string connection, ConnectionTerms terms, ResiliencePipeline<HttpResponseMessage> pipeline, CallSlots slots, Embargo embargo, Hedge hedge, RetryBudget budget, CallLog log, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private static readonly ResiliencePropertyKey<bool> Reads = new("reads");
        private static readonly ResiliencePropertyKey<long> Started = new("started");
        private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

        /// <summary>The caller gave up after waiting longer than a healthy vendor needs.</summary>
        public static bool WasSilent(Exception? exception, ResilienceContext context) =>
            exception is OperationCanceledException && Stopwatch.GetElapsedTime(context.Properties.GetValue(Started, Stopwatch.GetTimestamp())) > Silence;

        public static bool IsRead(ResilienceContext context) => context.Properties.GetValue(Reads, false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            var context = ResilienceContextPool.Shared.Get(cancellationToken);
            context.Properties.Set(Reads, IsRead(request));
            var outcome = "failed";
            budget.CountCall();
            var entered = false;
            try
            {
                await slots.EnterAsync(WorkPriority.Current, cancellationToken);
                entered = true;
                context.Properties.Set(Started, Stopwatch.GetTimestamp());
                var response = await pipeline.ExecuteAsync(async (inside, sending) => await OnceAsync(sending, inside.CancellationToken), context, request);
                outcome = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
                return response;
            }
            catch (BrokenCircuitException)
            {
                outcome = "circuit_open";
                throw;
            }
            catch (VendorException early) when (early.Failure == VendorFailure.RateLimited)
            {
                outcome = "left_alone";
                throw;
            }
            finally
            {
                if (entered) slots.Leave();
                ResilienceContextPool.Shared.Return(context);
                var took = Stopwatch.GetElapsedTime(started);
                HubTelemetry.VendorCalls.Record(took.TotalSeconds, new("connection", connection), new("outcome", outcome));
                log.Add(new(WorkSubject.Current, connection, $"{request.Method} {Redacted(request.RequestUri!)}", outcome, (long)took.TotalMilliseconds, Activity.Current?.TraceId.ToString(), DateTimeOffset.UtcNow - took, entered && outcome is not ("circuit_open" or "left_alone") ? terms.PerThousandCalls : null));
            }
        }

        private static bool IsRead(HttpRequestMessage request) => request.Options.TryGetValue(VendorHttp.Effect, out var effect) ? effect == VendorEffect.Reads : request.Method == HttpMethod.Get;

        /// <summary>The path with whatever may be an id, a postal code or a name of something left out: only words in lower case stay, and versions.</summary>
        private static string Redacted(Uri address) => string.Join('/', address.AbsolutePath.Split('/').Select(part => Word().IsMatch(part) ? part : "…"));

        [GeneratedRegex("^(?:[a-z_]{0,40}|v[0-9]{1,3})$")]
        private static partial Regex Word();

        private async Task<HttpResponseMessage> OnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            embargo.Respect();
            var answering = IsRead(request) ? hedge.SendAsync(request, base.SendAsync, cancellationToken) : base.SendAsync(request, cancellationToken);
            var moves = request.Headers.Contains("Idempotency-Key");
            if (moves) CrashPoint.Reach("C09");
            var response = await answering;
            if (moves) CrashPoint.Reach("C10");
            embargo.Hear(response);
            return response;
        }
    }
}
