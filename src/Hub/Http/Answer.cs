using System.Text;
using System.Text.Json.Nodes;
using Composable.Hub.Observability;

namespace Composable.Hub.Http;

/// <summary>A JSON answer that is already text, because it was also remembered under an idempotency key.</summary>
internal sealed record Answer(int Status, string Body) : IResult
{
    /// <summary>When it is not given, the body's <c>version</c> says it: processes and repeats know no more than the body.</summary>
    public string? ETag { get; init; }

    public string? Location { get; init; }

    /// <summary>A guest's token, set as a cookie that scripts cannot read.</summary>
    public string? CartToken { get; init; }

    /// <summary>The first answer to this key, given once more.</summary>
    public bool Replayed { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Replayed) response.Headers["Idempotent-Replayed"] = "true";
        if (Body.Length == 0) return;
        response.ContentType = Status >= 400 ? "application/problem+json" : "application/json; charset=utf-8";
        if (Status is 429 or 503) response.Headers.RetryAfter = "2";
        // A remembered problem tells of the request in which it happened; header and body say the same.
        if (Status >= 400 && JsonNode.Parse(Body)?["traceId"]?.GetValue<string>() is { } trace) response.Headers["Trace-Id"] = trace;
        if (Location is not null) response.Headers.Location = Location;
        if (CartToken is not null) response.Cookies.Append("hub_cart_token", CartToken, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/v1", Secure = httpContext.Request.IsHttps });
        var bytes = Encoding.UTF8.GetBytes(Body);
        if ((ETag ?? (Status < 300 ? ETags.In(bytes) : null)) is { } tag) response.Headers.ETag = tag;
        response.ContentLength = bytes.Length;
        if (CrashPoint.IsArmed("C16"))
        {
            await response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), httpContext.RequestAborted);
            await response.Body.FlushAsync(httpContext.RequestAborted);
            CrashPoint.Reach("C16");
        }

        await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
