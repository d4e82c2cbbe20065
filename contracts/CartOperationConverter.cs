using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composable.Contracts;

/// <summary>Reads an operation by its <c>type</c> wherever that member stands, or by its name as the only member: <c>{"addLine": {…}}</c>.</summary>
internal sealed class CartOperationConverter : JsonConverter<CartOperation>
{
    private static readonly Dictionary<string, Type> Types = typeof(CartOperation).GetNestedTypes()
        .ToDictionary(type => JsonNamingPolicy.CamelCase.ConvertName(type.Name));

    public override CartOperation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("An operation is an object.");
        var members = document.RootElement.EnumerateObject().ToList();
        var (name, body) = members switch
        {
            [{ Value.ValueKind: JsonValueKind.Object } only] => (only.Name, only.Value),
            _ when document.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String => (type.GetString()!, WithoutType(members)),
            _ => throw new JsonException("An operation needs a type."),
        };
        if (!Types.TryGetValue(name, out var operation)) throw new JsonException($"'{name}' is not an operation. There are: {string.Join(", ", Types.Keys)}.");
        try
        {
            return (CartOperation)body.Deserialize(operation, options)!;
        }
        catch (JsonException wrong)
        {
            // Without a path of its own, so that the reader adds where in the body this operation stands.
            throw new JsonException(wrong.Message, wrong);
        }
    }

    public override void Write(Utf8JsonWriter writer, CartOperation value, JsonSerializerOptions options)
    {
        var node = JsonSerializer.SerializeToNode(value, value.GetType(), options)!.AsObject();
        node.Insert(0, "type", JsonNamingPolicy.CamelCase.ConvertName(value.GetType().Name));
        node.WriteTo(writer, options);
    }

    private static JsonElement WithoutType(List<JsonProperty> members) =>
        JsonSerializer.SerializeToElement(members.Where(member => member.Name != "type").ToDictionary(member => member.Name, member => member.Value));
}
