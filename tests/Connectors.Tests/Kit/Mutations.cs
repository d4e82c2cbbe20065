using System.Text.Json.Nodes;

namespace Connectors.Tests.Kit;

/// <summary>An answer, spoiled in one place: every value in turn becomes null, absent, or something else.</summary>
public static class Mutations
{
    private static readonly string[] Others = ["null", "-1", "0", "1e40", "0.5", "9223372036854775807", "\"\"", "\"x\"", "true", "[]", "[null]", "{}"];

    public static IEnumerable<string> Of(string json)
    {
        var places = Places(JsonNode.Parse(json)!).ToList();
        foreach (var place in places)
        {
            foreach (var other in Others)
            {
                var copy = JsonNode.Parse(json)!;
                Replace(copy, place, JsonNode.Parse(other));
                yield return copy.ToJsonString();
            }

            var without = JsonNode.Parse(json)!;
            if (Parent(without, place) is JsonObject parent && parent.Remove((string)place[^1])) yield return without.ToJsonString();
        }
    }

    private static IEnumerable<object[]> Places(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => Below(member.Key, member.Value)),
        JsonArray items => items.SelectMany((item, index) => Below(index, item)),
        _ => [],
    };

    private static IEnumerable<object[]> Below(object step, JsonNode? node) =>
        [[step], .. node is null ? [] : Places(node).Select(rest => (object[])[step, .. rest])];

    private static JsonNode Parent(JsonNode root, object[] place) => place[..^1].Aggregate(root, (at, step) => (step is string name ? at[name] : at[(int)step])!);

    private static void Replace(JsonNode root, object[] place, JsonNode? value)
    {
        var parent = Parent(root, place);
        if (place[^1] is string name) parent[name] = value;
        else parent[(int)place[^1]] = value;
    }
}
