using System.Text.Json;

namespace Composable.Bench;

/// <summary>Takes single strings out of an answer without building objects.</summary>
internal static class JsonPick
{
    /// <summary>The string at <c>member</c> of the outermost object; null when absent or not a string.</summary>
    public static string? Text(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member)
    {
        var reader = new Utf8JsonReader(json);
        return MoveTo(ref reader, member) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>The first string called <c>member</c> anywhere inside <c>parent</c> (an object or an array of them); null when there is none.</summary>
    public static string? Inside(ReadOnlySpan<byte> json, ReadOnlySpan<byte> parent, ReadOnlySpan<byte> member)
    {
        var reader = new Utf8JsonReader(json);
        if (!MoveTo(ref reader, parent) || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return null;
        }

        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(member))
            {
                reader.Read();
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }
        }

        return null;
    }

    private static bool MoveTo(ref Utf8JsonReader reader, ReadOnlySpan<byte> member)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(member);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
