using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Composable.Hub.Http;

/// <summary>The canonical form of RFC 8785: members sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.</summary>
internal static class CanonicalJson
{
    public static byte[] Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Write(document.RootElement, writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(item, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Number:
                // Whole numbers are written plainly; others in the shortest form that reads back the same.
                if (element.TryGetInt64(out var whole)) writer.WriteNumberValue(whole);
                else if (element.GetDouble() is var number && number == Math.Truncate(number) && Math.Abs(number) < 1e15) writer.WriteNumberValue((long)number);
                else writer.WriteNumberValue(number);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
