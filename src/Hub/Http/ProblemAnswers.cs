using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Composable.Contracts;
using Composable.Hub.Storage;

namespace Composable.Hub.Http;

/// <summary>Turns every refusal and every failure into problem+json. Nothing of the inside is told.</summary>
internal static partial class ProblemAnswers
{
    /// <summary>Headers that a success may have set before it failed.</summary>
    private static readonly string[] OfSuccess = ["ETag", "Location", "Set-Cookie", "Idempotent-Replayed", "Last-Modified", "Cache-Control", "Content-Length", "Content-Encoding"];

    /// <summary>For work outside of a request.</summary>
    public static string TraceId() => Activity.Current?.TraceId.ToHexString() ?? ActivityTraceId.CreateRandom().ToHexString();

    /// <summary>The trace this request belongs to: the caller's when it sent a <c>traceparent</c>.</summary>
    public static string TraceId(HttpContext context) => context.TraceIdentifier;

    public static Problem ToProblem(this Refusal refusal, string traceId) => new()
    {
        Type = $"https://composable.dev/problems/{refusal.Code}",
        Title = char.ToUpperInvariant(refusal.Code[0]) + refusal.Code[1..].Replace('_', ' '),
        Status = refusal.Status,
        Code = refusal.Code,
        Detail = refusal.Detail,
        Errors = refusal.Errors,
        Retryable = refusal.Retryable,
        TraceId = traceId,
        Upstream = refusal.Upstream,
        OldQuote = refusal.OldQuote,
        NewQuote = refusal.NewQuote,
        Shortages = refusal.Shortages,
    };

    public static IResult ToResult(this Refusal refusal) => new RefusalResult(refusal);

    public static void UseProblemAnswers(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Composable.Hub.Http.ProblemAnswers");
        app.Use(async (context, next) =>
        {
            context.TraceIdentifier = Begin(context.Request);
            context.Response.Headers["Trace-Id"] = context.TraceIdentifier;
            try
            {
                RefuseNul(context.Request.Query);
                await next(context);
                if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }) await WriteAsync(context, Empty(context.Response.StatusCode));
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The caller has gone; there is nobody to answer.
            }
            catch (Exception error) when (!context.Response.HasStarted)
            {
                if (Known(error) is { } refusal)
                {
                    await WriteAsync(context, refusal);
                    return;
                }

                Log.Failed(logger, error);
                await WriteAsync(context, new(500, "internal_error", "Something went wrong on our side; the trace id helps to find it.") { Retryable = true });
            }
        });
    }

    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        var response = context.Response;
        foreach (var header in OfSuccess) response.Headers.Remove(header);
        response.StatusCode = refusal.Status;
        response.ContentType = "application/problem+json";
        if (refusal.RetryAfter is { } after) response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (refusal.ETag is not null) response.Headers.ETag = refusal.ETag;
        if (refusal.Status == 401) response.Headers.WWWAuthenticate = "Bearer";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : JsonSerializer.SerializeAsync(response.Body, refusal.ToProblem(TraceId(context)), Json.Options, context.RequestAborted);
    }

    private static string Begin(HttpRequest request)
    {
        if (Activity.Current is { } activity) return activity.TraceId.ToHexString();
        return ActivityContext.TryParse(request.Headers.TraceParent, null, out var parent) ? parent.TraceId.ToHexString() : ActivityTraceId.CreateRandom().ToHexString();
    }

    /// <summary>No name or value of ours contains NUL, and PostgreSQL refuses it in any text.</summary>
    private static void RefuseNul(IQueryCollection query)
    {
        foreach (var (name, values) in query)
            if (name.Contains('\0') || values.ToString().Contains('\0')) throw new RefusedException(Refusal.Invalid("", "invalid", "A query cannot contain NUL."));
    }

    private static Refusal? Known(Exception error) => error switch
    {
        RefusedException refused => refused.Refusal,
        BadHttpRequestException { StatusCode: 413 } => new(413, "payload_too_large", "A body has at most 1 MiB."),
        BadHttpRequestException bad => new(bad.StatusCode is >= 400 and < 500 ? bad.StatusCode : 400, "invalid_request", "The request cannot be read."),
        // Every write tries again by itself for a while before it comes to this.
        GuardFailedException { Code: "stale" } or DuplicateException { Table: "events" } => new(409, "conflict", "Others are changing this at the same time. Try again.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) },
        DatabaseUnavailableException => new(503, "service_unavailable", "The shop cannot be reached for a moment.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) },
        _ => null,
    };

    private static Refusal Empty(int status) => status switch
    {
        401 => new(401, "unauthenticated", "A key is needed."),
        403 => new(403, "forbidden", "This key may not do that."),
        404 => new(404, "not_found", "There is nothing at this address."),
        405 => new(405, "method_not_allowed", "This address does not take that method."),
        413 => new(413, "payload_too_large", "A body has at most 1 MiB."),
        415 => new(415, "unsupported_media_type", "Send application/json in UTF-8."),
        429 => new(429, "rate_limited", "Too many requests.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) },
        503 => new(503, "service_unavailable", "The shop cannot be reached for a moment.") { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) },
        _ => new(status, status < 500 ? "invalid_request" : "internal_error", "The request cannot be answered."),
    };

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A request failed")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
