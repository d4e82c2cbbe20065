using System.Text.Json;

namespace Composable.Sandbox.Faults;

/// <summary><c>/_faults</c>: ask for faults, list them, clear them.</summary>
internal sealed class FaultRoutes(FaultBoard board)
{
    private const int MostFaults = 100;
    private const int LongestWaitMs = 120_000;

    private static readonly string[] Vendors = ["*", "adyen", "cloudflare", "contentful", "stripe", "taxjar", "typesense"];
    private static readonly string[] Kinds = ["drop_answer", "slow", "status", "garbage", "hang", "refuse"];
    private static readonly string[] Rubbish = ["html", "truncated", "wrong_type"];
    private static readonly string[] Operations =
    [
        "*", "authorize", "capture", "cancel", "refund", "retrieve", "list", "search", "update", "dispute", "endpoint",
        "confirm", "quote", "commit", "void", "rates", "validate", "prepare", "import", "delete", "alias", "drop", "deploy", "write", "read", "purge",
        "entries", "entry", "assets", "asset", "locales", "sync", "erase",
    ];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/_faults", JsonBody.Handler((_, body) =>
        {
            if (board.List().Count >= MostFaults)
            {
                throw new FormatException($"{MostFaults} faults are in force already. Clear them first.");
            }

            var fault = Read(body);
            board.Add(fault);
            return json => Write(json, fault);
        }));
        app.MapGet("/_faults", http => Reply.SendAsync(http, 200, WriteAll, FaultPlan.None));
        app.MapDelete("/_faults", http =>
        {
            board.Clear();
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    private static Fault Read(JsonElement body)
    {
        JsonBody.OnlyMembers(body, "vendor", "operation", "fault", "value", "times", "rate", "seed");
        var kind = OneOf(body, "fault", Kinds, null);
        var number = kind switch
        {
            "slow" => JsonBody.Integer(body, "value", 1, LongestWaitMs) ?? throw new FormatException("'value' must give the milliseconds."),
            "status" => JsonBody.Integer(body, "value", 400, 599) ?? throw new FormatException("'value' must give the status, such as 503."),
            _ => (int?)null,
        };
        var rate = JsonBody.Member(body, "rate") switch
        {
            null => 1,
            { ValueKind: JsonValueKind.Number } share when share.GetDouble() is >= 0 and <= 1 => share.GetDouble(),
            _ => throw new FormatException("'rate' must be a number from 0 to 1."),
        };
        return new Fault(
            OneOf(body, "vendor", Vendors, "*"), OneOf(body, "operation", Operations, "*"), kind,
            number, kind == "garbage" ? OneOf(body, "value", Rubbish, "html") : null,
            JsonBody.Integer(body, "times", 1, 1_000_000), rate, JsonBody.Integer(body, "seed", int.MinValue, int.MaxValue));
    }

    private static string OneOf(JsonElement body, string name, string[] allowed, string? otherwise)
    {
        var text = JsonBody.Text(body, name, otherwise);
        return allowed.Contains(text) ? text : throw new FormatException($"'{name}' must be one of {string.Join(", ", allowed)}.");
    }

    private void WriteAll(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("faults");
        foreach (var fault in board.List())
        {
            Write(json, fault);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Fault fault)
    {
        json.WriteStartObject();
        json.WriteString("vendor", fault.Vendor);
        json.WriteString("operation", fault.Operation);
        json.WriteString("fault", fault.Kind);
        if (fault.Number is { } number)
        {
            json.WriteNumber("value", number);
        }
        else if (fault.Text is not null)
        {
            json.WriteString("value", fault.Text);
        }

        if (fault.Times is { } times)
        {
            json.WriteNumber("times", times);
        }

        json.WriteNumber("rate", fault.Rate);
        if (fault.Seed is { } seed)
        {
            json.WriteNumber("seed", seed);
        }

        json.WriteEndObject();
    }
}
