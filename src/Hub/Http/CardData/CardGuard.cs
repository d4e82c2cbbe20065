using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Composable.Contracts;
using Microsoft.AspNetCore.Http.Features;

namespace Composable.Hub.Http.CardData;

/// <summary>The body is read as it comes, and looked through by whoever reads it.</summary>
internal sealed class StreamedBody;

/// <summary>Refuses card numbers and security codes wherever they stand in a request, before anything of it is kept.</summary>
internal static class CardGuard
{
    public const string Code = "pan_not_accepted";

    private const string Why = "Card numbers and security codes are not accepted; send the payment provider's token.";

    /// <summary>Headers in which proxies and tracing tools put random numbers. Some of these look like a card's, and nothing of them is kept.</summary>
    private static readonly HashSet<string> Random = new(StringComparer.OrdinalIgnoreCase)
    {
        "tracestate", "CF-Ray", "b3", "X-B3-TraceId", "X-B3-SpanId", "X-B3-ParentSpanId", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "X-Datadog-Trace-Id", "X-Datadog-Parent-Id",
    };

    /// <summary>The reason of a rejected row of an import.</summary>
    public const string RowReason = $"{Code}: the row holds a card number or security code.";

    public static void UseCardGuard(this WebApplication app) => app.Use((context, next) =>
    {
        if (Outside(context.Request) is { } where) return ProblemAnswers.WriteAsync(context, Refuse(where));
        return context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true && context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<StreamedBody>() is null
            ? LookIntoAsync(context, next)
            : next(context);
    });

    private static Refusal Refuse(string where) => new(422, "pan_not_accepted", Why) { Errors = [new FieldError(where, Code, Why)] };

    private static async Task LookIntoAsync(HttpContext context, RequestDelegate next)
    {
        if (await RawBody.TakeAsync(context) is { Length: > 0 } body && Inside(context.Request, body) is { } where)
        {
            await ProblemAnswers.WriteAsync(context, Refuse(where));
            return;
        }

        await next(context);
    }

    /// <summary>Method, path, query and headers.</summary>
    private static string? Outside(HttpRequest request)
    {
        if (CardNumbers.IsIn(request.Method) || CardScan.InText(request.Path.Value ?? "")) return "path";
        foreach (var (name, values) in request.Query)
            foreach (var value in values)
                if (CardScan.Named(name, value ?? "") is { } where) return where.Length == 0 ? "query" : where;
        foreach (var (name, values) in request.Headers)
            foreach (var value in values)
                if (value is not null && InHeader(name, value) is { } where) return where.Length == 0 ? "header" : where;
        return null;
    }

    private static string? InHeader(string name, string value) => name switch
    {
        _ when name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) => InCookies(value) ? name : null,
        _ when name.Equals("traceparent", StringComparison.OrdinalIgnoreCase) && ActivityContext.TryParse(value, null, out _) => null,
        _ when Random.Contains(name) => Forget(name, value),
        _ => CardScan.Named(name, value),
    };

    /// <summary>Cookies of others are neither read nor kept, and a shopper cannot help what is in them.</summary>
    private static bool InCookies(string value)
    {
        foreach (var cookie in value.Split(';', StringSplitOptions.TrimEntries))
            if (cookie.StartsWith("hub_", StringComparison.Ordinal) && CardScan.InText(cookie)) return true;
        return false;
    }

    /// <summary>The trace's state is the one thing of these that would be passed on.</summary>
    private static string? Forget(string name, string value)
    {
        if (name.Equals("tracestate", StringComparison.OrdinalIgnoreCase) && Activity.Current is { } span && CardScan.InText(value)) span.TraceStateString = null;
        return null;
    }

    private static string? Inside(HttpRequest request, byte[] body)
    {
        if (IsForm(request)) return CardScan.InForm(Encoding.UTF8.GetString(body));
        return CardScan.InJson(body);
    }

    private static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && "application/x-www-form-urlencoded".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase);
}
