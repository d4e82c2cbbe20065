using System.Buffers;
using System.Text.Json;
using Composable.Connectors.Sdk;

namespace Composable.Connectors.Typesense;

/// <summary>Writes a document as a line of JSON: its fields, beside each text the keys of its values, and our version.</summary>
internal static class TypesenseDocuments
{
    /// <summary>Null for a document that no collection of ours could take.</summary>
    public static byte[]? Line(SearchDocument document)
    {
        if (document.Fields.Keys.Any(name => !TypesenseNames.IsField(name))) return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", TypesenseNames.Id(document.Id));
            json.WriteNumber(TypesenseNames.Version, document.Version);
            foreach (var (name, value) in document.Fields)
            {
                if (!TryWrite(json, name, value)) return null;
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static bool TryWrite(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                WriteKeys(json, name, [text]);
                return true;
            case long number:
                json.WriteNumber(name, number);
                return true;
            case int number:
                json.WriteNumber(name, number);
                return true;
            case bool flag:
                json.WriteBoolean(name, flag);
                return true;
            case IEnumerable<string> texts:
                Write(json, name, texts);
                WriteKeys(json, name, texts);
                return true;
            default:
                return false;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>For every text, since a write does not know which of them are filtered by; Typesense indexes only what the schema names.</summary>
    private static void WriteKeys(Utf8JsonWriter json, string name, IEnumerable<string> texts) =>
        Write(json, TypesenseNames.KeyField(name), texts.Select(TypesenseNames.Key));
}
