using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Sandbox.Faults;
using Microsoft.AspNetCore.Http.Features;

namespace Composable.Sandbox.Cloudflare;

/// <summary>What every request to the simulated Cloudflare goes through: token, body, faults, envelope.</summary>
internal sealed class CloudflarePipeline(FaultBoard faults)
{
    private const long LargestBody = 100_000_000;

    private long _requests;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>A request with a JSON body. The work is done even when the client has hung up meanwhile.</summary>
    public RequestDelegate WithBody<T>(string operation, JsonTypeInfo<T> type, Func<HttpContext, T, Action<Utf8JsonWriter>> execute) =>
        Handle(operation, async http => execute(http, await ReadAsync(http, type)));

    public RequestDelegate With(string operation, Func<HttpContext, Task<Action<Utf8JsonWriter>>> execute) => Handle(operation, execute);

    public RequestDelegate Without(string operation, Func<HttpContext, Action<Utf8JsonWriter>> execute) => Handle(operation, http => Task.FromResult(execute(http)));

    /// <summary>A request that is answered with bytes and no envelope.</summary>
    public RequestDelegate Raw(string operation, Func<HttpContext, (string Type, byte[] Body)> execute) => http => RunAsync(http, operation, async plan =>
    {
        var (type, body) = execute(http);
        if (plan.DropAnswer)
        {
            http.Abort();
            return;
        }

        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    });

    private static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted) ?? throw CloudflareRefusal.Bad(6007, "Malformed JSON in request body");
        }
        catch (JsonException)
        {
            throw CloudflareRefusal.Bad(6007, "Malformed JSON in request body");
        }
    }

    private RequestDelegate Handle(string operation, Func<HttpContext, Task<Action<Utf8JsonWriter>>> execute) => http => RunAsync(http, operation, async plan =>
    {
        var result = await execute(http);
        await Reply.SendAsync(http, 200, json => Succeed(json, result), plan);
    });

    private async Task RunAsync(HttpContext http, string operation, Func<FaultPlan, Task> work)
    {
        Interlocked.Increment(ref _requests);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestBody;
        }

        var plan = faults.Take("cloudflare", operation);
        if (plan.Hang)
        {
            await FaultPlan.HangAsync(http);
            return;
        }

        await Task.Delay(plan.Delay, CancellationToken.None);
        try
        {
            Check(http, plan);
            await work(plan);
        }
        catch (CloudflareRefusal refusal)
        {
            await Reply.SendAsync(http, refusal.Status, json => Refuse(json, refusal), plan);
        }
    }

    private static void Check(HttpContext http, FaultPlan plan)
    {
        if (plan.Status is { } status)
        {
            if (status == 429)
            {
                http.Response.Headers.RetryAfter = "1";
            }

            throw new CloudflareRefusal(status, 10_000 + status, "The sandbox was told to say so");
        }

        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization.Length < 8 || authorization.Contains("invalid", StringComparison.OrdinalIgnoreCase))
        {
            throw new CloudflareRefusal(401, 10000, "Authentication error");
        }

        if (plan.Refuse)
        {
            throw new CloudflareRefusal(403, 9109, "Unauthorized to access requested resource");
        }

        if (http.Request.RouteValues.Values.Any(id => id is string text && text.StartsWith("unknown", StringComparison.Ordinal)))
        {
            throw CloudflareRefusal.NoRoute();
        }
    }

    private static void Succeed(Utf8JsonWriter json, Action<Utf8JsonWriter> result)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", true);
        json.WriteStartArray("errors");
        json.WriteEndArray();
        json.WriteStartArray("messages");
        json.WriteEndArray();
        json.WritePropertyName("result");
        result(json);
        json.WriteEndObject();
    }

    private static void Refuse(Utf8JsonWriter json, CloudflareRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteBoolean("success", false);
        json.WriteStartArray("errors");
        json.WriteStartObject();
        json.WriteNumber("code", refusal.Code);
        json.WriteString("message", refusal.Message);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("messages");
        json.WriteEndArray();
        json.WriteNull("result");
        json.WriteEndObject();
    }
}
