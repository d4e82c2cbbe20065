using System.Globalization;
using System.Text.Json.Nodes;

namespace Composable.Hub.Tests.Fixture;

/// <summary>Reads an answer by path: <c>reply.Amount("totals/total")</c>, <c>reply.Text("lines/0/id")</c>.</summary>
public static class ReplyReading
{
    public static JsonNode? At(this JsonNode? node, string path) => path.Split('/').Aggregate(node, (at, step) => at switch
    {
        JsonArray list => int.Parse(step, CultureInfo.InvariantCulture) is var index && index < list.Count ? list[index] : null,
        JsonObject members => members[step],
        _ => null,
    });

    public static string? Text(this Reply reply, string path) => reply.Json.At(path)?.GetValue<string>();

    public static long Number(this Reply reply, string path) => (reply.Json.At(path) ?? throw new InvalidOperationException($"No {path} in {reply.Json}")).GetValue<long>();

    /// <summary>The minor units of the money at the path.</summary>
    public static long Amount(this Reply reply, string path) => reply.Number($"{path}/amount");

    public static JsonArray List(this Reply reply, string path) => reply.Json.At(path)?.AsArray() ?? throw new InvalidOperationException($"No {path} in {reply.Json}");

    /// <summary>The codes of the messages, in order.</summary>
    public static string[] Findings(this Reply reply) => [.. reply.List("messages").Select(message => message!["code"]!.GetValue<string>())];

    public static Reply ShouldAnswer(this Reply reply, int status, string? code = null)
    {
        reply.Status.ShouldBe(status, reply.Json?.ToString());
        if (code is not null) reply.Code.ShouldBe(code, reply.Json?.ToString());
        return reply;
    }
}
