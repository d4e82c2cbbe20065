using System.Diagnostics;

namespace Composable.Hub.Observability;

/// <summary>One line per request, and a name for its span. Both show the route's template and never the address itself, which may hold a secret.</summary>
internal static partial class RequestLog
{
    private static readonly HashSet<string> Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void UseRequestLog(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Composable.Hub.Requests");
        app.Use((context, next) => logger.IsEnabled(LogLevel.Information) || Activity.Current is { IsAllDataRequested: true } ? WatchAsync(context, next, logger) : next(context));
    }

    private static async Task WatchAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        var started = Stopwatch.GetTimestamp();
        var span = Activity.Current;
        try
        {
            await next(context);
        }
        finally
        {
            var method = Methods.Contains(context.Request.Method) ? context.Request.Method : "(other)"; // a method may be any text
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            var status = context.Response.StatusCode;
            var milliseconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2);
            Log.Answered(logger, method, route, status, milliseconds);
            if (span is { IsAllDataRequested: true }) Describe(span, method, route, status);
        }
    }

    private static void Describe(Activity span, string method, string route, int status)
    {
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", status);
        if (status >= 500) span.SetStatus(ActivityStatusCode.Error);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Route} {Status} in {Milliseconds} ms")]
        public static partial void Answered(ILogger logger, string method, string route, int status, double milliseconds);
    }
}
