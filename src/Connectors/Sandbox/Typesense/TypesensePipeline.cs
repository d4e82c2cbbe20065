using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Sandbox.Faults;
using Microsoft.AspNetCore.Http.Features;

namespace Composable.Sandbox.Typesense;

/// <summary>What every request to the simulated Typesense goes through: faults, key, body, answer.</summary>
internal sealed class TypesensePipeline(FaultBoard faults)
{
    private const string KeyHeader = "X-TYPESENSE-API-KEY";
    private const long LargestBody = 16 << 20;
    private const int LongestQuery = 4000;

    private long _requests;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>A request without a body. The first of the route's values names what it is about.</summary>
    public RequestDelegate Without(string operation, Func<HttpContext, Action<Utf8JsonWriter>> execute) => Handle(operation, 200, http => Task.FromResult(execute(http)));

    /// <summary>A request with a body. The work is done even when the client has hung up meanwhile.</summary>
    public RequestDelegate WithBody<T>(string operation, int status, JsonTypeInfo<T> type, Func<HttpContext, T, Action<Utf8JsonWriter>> execute) =>
        Handle(operation, status, async http => execute(http, await ReadAsync(http, type)));

    /// <summary>A body of JSON lines, answered with JSON lines.</summary>
    public RequestDelegate WithLines(string operation, Func<HttpContext, string, Action<Utf8JsonWriter>> execute) => Handle(operation, 200, async http =>
    {
        using var reader = new StreamReader(http.Request.Body);
        return execute(http, await reader.ReadToEndAsync(http.RequestAborted));
    });

    private static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted) ?? throw TypesenseRefusal.Bad("Bad JSON.");
        }
        catch (JsonException)
        {
            throw TypesenseRefusal.Bad("Bad JSON.");
        }
    }

    private RequestDelegate Handle(string operation, int status, Func<HttpContext, Task<Action<Utf8JsonWriter>>> execute) => async http =>
    {
        Interlocked.Increment(ref _requests);
        var plan = faults.Take("typesense", operation);
        if (plan.Hang)
        {
            await FaultPlan.HangAsync(http);
            return;
        }

        await Task.Delay(plan.Delay, CancellationToken.None);
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = LargestBody;
        try
        {
            Check(http, plan);
            await Reply.SendAsync(http, status, await execute(http), plan);
        }
        catch (TypesenseRefusal refusal)
        {
            await Reply.SendAsync(http, refusal.Status, json => Write(json, refusal), plan);
        }
    };

    private static void Check(HttpContext http, FaultPlan plan)
    {
        if (plan.Status is { } status)
        {
            if (status == 429)
            {
                http.Response.Headers.RetryAfter = "1";
            }

            throw new TypesenseRefusal(status, "The sandbox was told to say so.");
        }

        var key = http.Request.Headers[KeyHeader] is [{ Length: > 0 } header, ..] ? header : http.Request.Query[KeyHeader].ToString();
        if (key.Length == 0 || key.Contains("invalid", StringComparison.OrdinalIgnoreCase))
        {
            throw new TypesenseRefusal(401, "Forbidden - a valid `x-typesense-api-key` header must be sent.");
        }

        if (plan.Refuse)
        {
            throw new TypesenseRefusal(503, "Not Ready or Lagging");
        }

        if (http.Request.QueryString.Value?.Length > LongestQuery)
        {
            throw TypesenseRefusal.Bad($"Query string exceeds max allowed length of {LongestQuery}. Use the /multi_search end-point for larger payloads.");
        }
    }

    private static void Write(Utf8JsonWriter json, TypesenseRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteString("message", refusal.Message);
        json.WriteEndObject();
    }
}
