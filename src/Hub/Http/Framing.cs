using Microsoft.Extensions.Primitives;

namespace Composable.Hub.Http;

/// <summary>Refuses requests of which a proxy in front could think that they end elsewhere. What is malformed the server refuses before the hub sees it.</summary>
internal static class Framing
{
    private static readonly StringValues Close = "close";

    public static void UseStrictFraming(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Request.Headers;
        // The server lets a Transfer-Encoding win over a Content-Length, which it then calls by another name.
        if (headers.TransferEncoding.Count == 0 || (headers.ContentLength is null && !headers.ContainsKey("X-Content-Length"))) return next(context);
        context.Response.Headers.Connection = Close;
        return ProblemAnswers.WriteAsync(context, new(400, "invalid_request", "A request has a Content-Length or a Transfer-Encoding, not both."));
    });
}
