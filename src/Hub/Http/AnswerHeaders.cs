using Microsoft.Extensions.Primitives;

namespace Composable.Hub.Http;

/// <summary>Headers that every answer has, also when it is a refusal. The hub serves no HTML, so that nothing of what it answers may run or be framed.</summary>
internal static class AnswerHeaders
{
    private static readonly StringValues NoSniff = "nosniff", Deny = "DENY", NoReferrer = "no-referrer", SameOrigin = "same-origin", NoStore = "no-store", Origin = "Origin",
        Nothing = "default-src 'none'; frame-ancestors 'none'", OneYear = "max-age=31536000; includeSubDomains";

    public static void UseAnswerHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers.XFrameOptions = Deny;
        headers.ContentSecurityPolicy = Nothing;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        if (context.Request.IsHttps) headers.StrictTransportSecurity = OneYear;
        context.Response.OnStarting(Last, context);
        return next(context);
    });

    /// <summary>What depends on the answer: whose it is, and whether the route has said something else.</summary>
    private static Task Last(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        if (headers.CacheControl.Count == 0 && (context.Response.StatusCode >= 400 || IsPrivate(context.Request.Path))) headers.CacheControl = NoStore;
        headers.Vary = headers.Vary.Count == 0 ? Origin : StringValues.Concat(headers.Vary, Origin);
        return Task.CompletedTask;
    }

    /// <summary>All but the catalogue and what is there for everybody.</summary>
    private static bool IsPrivate(PathString path) =>
        path.StartsWithSegments("/admin") || path.StartsWithSegments("/webhooks")
        || (path.StartsWithSegments("/v1", out var rest) && !IsShared(rest));

    private static bool IsShared(PathString path) =>
        path.StartsWithSegments("/products") || path.StartsWithSegments("/categories") || path.StartsWithSegments("/search") || path.StartsWithSegments("/pages");
}
