using System.Collections.Concurrent;
using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.Contentful;

/// <summary>What every request to the simulated Contentful goes through: token, space, faults, answer.</summary>
internal sealed class ContentfulPipeline(FaultBoard faults, ContentfulBooks books)
{
    private readonly ConcurrentDictionary<string, long> _requests = new();

    /// <summary>How often each operation was asked, refused ones included.</summary>
    public IReadOnlyDictionary<string, long> Requests => _requests;

    /// <summary>Tokens of the one API are not accepted by the other: those of the preview contain <c>preview</c>.</summary>
    public RequestDelegate Handle(string operation, bool preview, Func<HttpContext, Action<Utf8JsonWriter>> execute) => async http =>
    {
        _requests.AddOrUpdate(operation, 1, (_, count) => count + 1);
        var plan = faults.Take("contentful", operation);
        if (plan.Hang)
        {
            await FaultPlan.HangAsync(http);
            return;
        }

        await Task.Delay(plan.Delay, CancellationToken.None);
        try
        {
            Check(http, plan, preview);
            Action<Utf8JsonWriter> answer;
            lock (books.Gate)
            {
                answer = execute(http);
            }

            await Reply.SendAsync(http, 200, answer, plan);
        }
        catch (ContentfulRefusal refusal)
        {
            await Reply.SendAsync(http, refusal.Status, refusal.Write, plan);
        }
    };

    private static void Check(HttpContext http, FaultPlan plan, bool preview)
    {
        if (plan.Status is { } status)
        {
            if (status == 429)
            {
                http.Response.Headers["X-Contentful-RateLimit-Reset"] = "1";
            }

            throw ContentfulRefusal.Of(status);
        }

        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization.Length < 8 || authorization.Contains("invalid", StringComparison.OrdinalIgnoreCase)
            || authorization.Contains("preview", StringComparison.OrdinalIgnoreCase) != preview)
        {
            throw ContentfulRefusal.Of(401);
        }

        if (plan.Refuse)
        {
            throw ContentfulRefusal.Of(403);
        }

        if ((http.Request.RouteValues["space"] as string ?? "").Contains("missing", StringComparison.Ordinal) || (http.Request.RouteValues["environment"] as string ?? "").Contains("missing", StringComparison.Ordinal))
        {
            throw ContentfulRefusal.NotFound();
        }
    }
}
