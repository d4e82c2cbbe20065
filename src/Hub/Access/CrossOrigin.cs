using Composable.Hub.Http;
using Microsoft.Extensions.Primitives;

namespace Composable.Hub.Access;

/// <summary>Lets pages of other origins read answers: those that the publishable key of the request allows.</summary>
internal static class CrossOrigin
{
    private static readonly StringValues True = "true",
        Methods = "GET, HEAD, POST, PUT, PATCH, DELETE", TwoHours = "7200", VaryOfAsking = "Access-Control-Request-Method, Access-Control-Request-Headers",
        Sent = "Hub-Key, Hub-Cart-Token, Hub-Market, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, traceparent, tracestate",
        Shown = "ETag, Trace-Id, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed, Location, Server-Timing, Hub-Degraded";

    public static void UseCrossOrigin(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<AccessKeys>();
        app.Use((context, next) =>
        {
            if (context.Request.Headers.Origin is not [{ } origin]) return next(context);
            if (IsAsking(context.Request)) return Ask(context, origin, keys) ? Task.CompletedTask : next(context);
            if (KeyOf(context.Request) is { } key && keys.Find(key)?.Allows(origin) == true) Allow(context.Response.Headers, origin);
            return next(context);
        });
    }

    private static bool IsAsking(HttpRequest request) => HttpMethods.IsOptions(request.Method) && request.Headers.AccessControlRequestMethod.Count > 0;

    /// <summary>A browser asks before it sends the key, so that any key's origins are told yes.</summary>
    private static bool Ask(HttpContext context, string origin, AccessKeys keys)
    {
        if (!keys.AnyAllows(origin)) return false;
        var headers = context.Response.Headers;
        Allow(headers, origin);
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = Sent;
        headers.AccessControlMaxAge = TwoHours;
        headers.Vary = VaryOfAsking;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    private static void Allow(IHeaderDictionary headers, string origin)
    {
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = True;
        headers.AccessControlExposeHeaders = Shown;
    }

    private static string? KeyOf(HttpRequest request) => request.Headers["Hub-Key"] is [{ } key] ? key : null;
}
