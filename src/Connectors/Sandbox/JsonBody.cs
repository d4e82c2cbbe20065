using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox;

/// <summary>Reads the JSON objects that steer the sandbox, and tells the caller what is wrong with one.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Hands the body to <paramref name="handle"/>, and answers 400 with its complaint.</summary>
    public static RequestDelegate Handler(Func<HttpContext, JsonElement, Action<Utf8JsonWriter>> handle) => async http =>
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(http.Request.Body, Options, http.RequestAborted);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("The body must be a JSON object.");
            }

            await Reply.SendAsync(http, 200, handle(http, document.RootElement), FaultPlan.None);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            var detail = exception is JsonException ? "The body is not JSON." : exception.Message;
            await Reply.SendAsync(http, 400, json => Complain(json, detail), FaultPlan.None);
        }
    };

    public static void OnlyMembers(JsonElement body, params ReadOnlySpan<string> known)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                throw new FormatException($"Unknown member '{member.Name}'. Known: {string.Join(", ", known)}.");
            }
        }
    }

    public static string Text(JsonElement body, string name, string? otherwise = null) => Member(body, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        null when otherwise is not null => otherwise,
        _ => throw new FormatException($"'{name}' must be a string."),
    };

    public static int? Integer(JsonElement body, string name, int least, int most) => Member(body, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) && value >= least && value <= most => value,
        _ => throw new FormatException($"'{name}' must be an integer from {least} to {most}."),
    };

    public static bool Flag(JsonElement body, string name) => Member(body, name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw new FormatException($"'{name}' must be true or false."),
    };

    public static JsonElement? Member(JsonElement body, string name) =>
        body.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static void Complain(Utf8JsonWriter json, string detail)
    {
        json.WriteStartObject();
        json.WriteString("error", "invalid_request");
        json.WriteString("detail", detail);
        json.WriteEndObject();
    }
}
