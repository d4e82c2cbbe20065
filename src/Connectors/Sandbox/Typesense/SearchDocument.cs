using System.Globalization;
using System.Text.Json;

namespace Composable.Sandbox.Typesense;

/// <summary>A text as it was given, and as filters compare it. Short ones are shared by all documents of a collection that have them.</summary>
internal sealed class Text(string raw, Tokens tokens, bool isShort)
{
    private readonly string? _normal = isShort ? tokens.Normal(raw) : null;

    public string Raw => raw;

    /// <summary>Kept for short texts only: few filter by long ones.</summary>
    public string Normal => _normal ?? tokens.Normal(raw);
}

/// <summary>A document that passed the collection's schema.</summary>
/// <param name="Values">By the position of the field: <c>Text[]</c>, <c>double[]</c>, <c>long[]</c> or <c>bool[]</c>; null when the document has none.</param>
internal sealed record SearchDocument(string Id, byte[] Json, Array?[] Values)
{
    /// <summary>Throws a refusal that says which field is wrong.</summary>
    public static SearchDocument Read(JsonElement json, CollectionSchema schema, Func<string, Text> text, bool coerce)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw TypesenseRefusal.Bad("Bad JSON: not a proper document.");
        }

        // The real one makes an id up where there is none.
        var id = json.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : throw TypesenseRefusal.Bad("Document's `id` field should be a string.");
        if (id.Length == 0)
        {
            throw TypesenseRefusal.Bad("The `id` should not be empty.");
        }

        var values = new Array?[schema.Fields.Count];
        for (var at = 0; at < values.Length; at++)
        {
            var field = schema.Fields[at];
            if (json.TryGetProperty(field.Name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                values[at] = field.Index ? ValuesOf(field, value, text, coerce) : null;
            }
            else if (!field.Optional)
            {
                throw TypesenseRefusal.Bad($"Field `{field.Name}` has been declared in the schema, but is not found in the document.");
            }
        }

        return new SearchDocument(id, System.Text.Encoding.UTF8.GetBytes(json.GetRawText()), values);
    }

    private static Array ValuesOf(CollectionField field, JsonElement value, Func<string, Text> text, bool coerce)
    {
        if (field.Many != (value.ValueKind == JsonValueKind.Array))
        {
            throw Wrong(field);
        }

        IEnumerable<JsonElement> values = field.Many ? value.EnumerateArray() : [value];
        return field.Kind switch
        {
            "string" => values.Select(one => text(Words(field, one, coerce))).ToArray(),
            "bool" => values.Select(one => one.ValueKind is JsonValueKind.True or JsonValueKind.False ? one.GetBoolean() : throw Wrong(field)).ToArray(),
            "float" => values.Select(one => one.ValueKind == JsonValueKind.Number ? one.GetDouble() : throw Wrong(field)).ToArray(),
            _ => values.Select(one => Number(field, one, coerce)).ToArray(),
        };
    }

    private static string Words(CollectionField field, JsonElement value, bool coerce) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when coerce => value.GetRawText(),
        _ => throw Wrong(field),
    };

    private static long Number(CollectionField field, JsonElement value, bool coerce)
    {
        var number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var given) => given,
            JsonValueKind.String when coerce && long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read) => read,
            JsonValueKind.True or JsonValueKind.False when coerce => value.GetBoolean() ? 1 : 0,
            _ => throw Wrong(field),
        };
        return field.Kind == "int32" && number is < int.MinValue or > int.MaxValue ? throw Wrong(field) : number;
    }

    private static TypesenseRefusal Wrong(CollectionField field) => TypesenseRefusal.Bad($"Field `{field.Name}` must be {(field.Many ? "an array of" : "a")} {field.Kind}.");
}
