using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox.TaxJar;

/// <summary>What every request to the simulated TaxJar goes through: key, body, faults, answer.</summary>
internal sealed class TaxJarPipeline(FaultBoard faults)
{
    private long _requests;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>A request with a body. The work is done even when the client has hung up meanwhile.</summary>
    public RequestDelegate WithBody<T>(string operation, int status, JsonTypeInfo<T> type, Func<string, T, Action<Utf8JsonWriter>> execute) =>
        Handle(operation, status, async http => execute(Id(http), await ReadAsync(http, type)));

    public RequestDelegate Without(string operation, Func<HttpContext, string, Action<Utf8JsonWriter>> execute) =>
        Handle(operation, 200, http => Task.FromResult(execute(http, Id(http))));

    private static string Id(HttpContext http) => http.Request.RouteValues["id"] as string ?? "";

    private static async Task<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted) ?? throw TaxJarRefusal.Bad("The body must be a JSON object");
        }
        catch (JsonException exception)
        {
            throw TaxJarRefusal.Bad($"The body is not the JSON expected, at {exception.Path ?? "$"}");
        }
    }

    private RequestDelegate Handle(string operation, int status, Func<HttpContext, Task<Action<Utf8JsonWriter>>> execute) => async http =>
    {
        Interlocked.Increment(ref _requests);
        var plan = faults.Take("taxjar", operation);
        if (plan.Hang)
        {
            await FaultPlan.HangAsync(http);
            return;
        }

        await Task.Delay(plan.Delay, CancellationToken.None);
        try
        {
            Check(http, plan);
            await Reply.SendAsync(http, status, await execute(http), plan);
        }
        catch (TaxJarRefusal refusal)
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

            throw new TaxJarRefusal(status, "The sandbox was told to say so");
        }

        var authorization = http.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization.Length < 8 || authorization.Contains("invalid", StringComparison.OrdinalIgnoreCase))
        {
            throw new TaxJarRefusal(401, "Not authorized for route");
        }

        if (plan.Refuse)
        {
            throw new TaxJarRefusal(403, "Resource not accessible by this token");
        }
    }

    private static void Write(Utf8JsonWriter json, TaxJarRefusal refusal)
    {
        json.WriteStartObject();
        json.WriteNumber("status", refusal.Status);
        json.WriteString("error", refusal.Error);
        json.WriteString("detail", refusal.Detail);
        json.WriteEndObject();
    }
}
