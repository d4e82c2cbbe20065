using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fuzz.Tests.Contract;

/// <summary>Whether JSON is what a schema of the document promises: types, required members, and no member that is not declared.</summary>
internal static class SchemaCheck
{
    /// <summary>What is wrong first, with a pointer to it; null when nothing is.</summary>
    public static string? Wrong(JsonNode? value, JsonObject schema, JsonObject document, string pointer = "")
    {
        schema = Resolve(schema, document);
        if (schema["oneOf"] is JsonArray choices)
        {
            var problems = choices.Select(choice => Wrong(value, choice!.AsObject(), document, pointer)).ToList();
            return problems.Contains(null) ? null : problems[^1];
        }

        if (schema["type"] is { } type && !Types(type).Any(name => Is(value, name))) return $"{pointer} is {Kind(value)} and not {type.ToJsonString()}";
        if (value is not null && schema["enum"] is JsonArray allowed && !allowed.Any(each => JsonNode.DeepEquals(each, value))) return $"{pointer} is none of the declared values: {value.ToJsonString()}";
        return value switch
        {
            JsonObject members => WrongMembers(members, schema, document, pointer),
            JsonArray items when schema["items"] is JsonObject each => items.Select((item, at) => Wrong(item, each, document, $"{pointer}/{at}")).FirstOrDefault(wrong => wrong is not null),
            JsonValue single => WrongFormat(single, schema["format"]?.GetValue<string>(), pointer),
            _ => null,
        };
    }

    public static JsonObject Resolve(JsonObject schema, JsonObject document)
    {
        while (schema["$ref"]?.GetValue<string>() is { } reference) schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject();
        return schema;
    }

    public static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(each => each!.GetValue<string>()) : [type.GetValue<string>()];

    private static string? WrongMembers(JsonObject members, JsonObject schema, JsonObject document, string pointer)
    {
        var missing = (schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>()).FirstOrDefault(name => !members.ContainsKey(name));
        if (missing is not null) return $"{pointer}/{missing} is missing";
        var declared = schema["properties"] as JsonObject;
        foreach (var (name, value) in members)
        {
            var each = declared?[name] as JsonObject ?? schema["additionalProperties"] as JsonObject;
            if (each is null && declared is not null) return $"{pointer}/{name} is not declared";
            if (each is not null && Wrong(value, each, document, $"{pointer}/{name}") is { } wrong) return wrong;
        }

        return null;
    }

    private static string? WrongFormat(JsonValue value, string? format, string pointer) => format switch
    {
        "int32" when !int.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => $"{pointer} is not an int32",
        "int64" when !long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => $"{pointer} is not an int64",
        "date-time" when !IsUtc(value) => $"{pointer} is not a time in UTC",
        _ => null,
    };

    private static bool IsUtc(JsonValue value) => value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is var text
        && text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool Is(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("string", JsonValueKind.String) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("number", JsonValueKind.Number) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => !value!.ToJsonString().Contains('.', StringComparison.Ordinal),
        _ => false,
    };

    private static string Kind(JsonNode? value) => (value?.GetValueKind() ?? JsonValueKind.Null).ToString().ToLowerInvariant();
}
