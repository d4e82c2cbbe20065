using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Composable.Sandbox.Faults;

namespace Composable.Sandbox;

/// <summary>Sends JSON answers, spoiled where a fault says so.</summary>
internal static class Reply
{
    /// <summary>The encoder is for JSON bodies only: it leaves quotes and angle brackets readable.</summary>
    public static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly byte[] Html = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"u8.ToArray();
    private static readonly byte[] WrongTypes = """{"id":42,"object":["?"],"amount":"lots","amount_to_collect":{"usd":true},"status":7,"tax":"much","error":null}"""u8.ToArray();

    /// <summary>Renders and sends. After a <c>drop_answer</c> the connection is cut without a byte.</summary>
    public static async Task SendAsync(HttpContext http, int status, Action<Utf8JsonWriter> write, FaultPlan plan)
    {
        if (plan.DropAnswer)
        {
            http.Abort();
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            write(writer);
        }

        var body = buffer.WrittenMemory;
        http.Response.ContentType = "application/json";
        switch (plan.Garbage)
        {
            case "html":
                http.Response.ContentType = "text/html";
                body = Html;
                break;
            case "truncated":
                body = body[..(body.Length / 2)];
                break;
            case "wrong_type":
                body = WrongTypes;
                break;
        }

        http.Response.StatusCode = status;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>Sends an answer that has no body.</summary>
    public static Task EmptyAsync(HttpContext http, int status, FaultPlan plan)
    {
        if (plan.DropAnswer)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
