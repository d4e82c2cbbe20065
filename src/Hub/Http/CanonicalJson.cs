using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Composable.Hub.Http;

/// <summary>The canonical form of RFC 8785: members sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript writes them.</summary>
internal static class CanonicalJson
{
    /// <param name="json">Checked already: valid Unicode, no member twice, only numbers that a double can hold.</param>
    public static byte[] Of(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var text = new StringBuilder(json.Length);
        Write(document.RootElement, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A finite number as ECMAScript's Number::toString writes it.</summary>
    public static string Number(double number)
    {
        if (number == 0) return "0";
        if (number < 0) return "-" + Number(-number);

        // The shortest digits that read back the same, and where the point stands among them: 0.digits × 10^point.
        var parts = number.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var plain = parts[0].Split('.');
        var all = string.Concat(plain);
        var zeros = all.Length - all.TrimStart('0').Length;
        var point = plain[0].Length - zeros + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        return Place(all.Trim('0'), point);
    }

    private static string Place(string digits, int point)
    {
        if (point > 21 || point <= -6)
        {
            var exponent = (point - 1).ToString("+0;-0", CultureInfo.InvariantCulture);
            return digits.Length == 1 ? $"{digits}e{exponent}" : $"{digits[0]}.{digits[1..]}e{exponent}";
        }

        if (point <= 0) return "0." + new string('0', -point) + digits;
        return digits.Length <= point ? digits.PadRight(point, '0') : $"{digits[..point]}.{digits[point..]}";
    }

    private static void Write(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var members = 0;
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    if (members++ > 0) text.Append(',');
                    Quote(member.Name, text);
                    text.Append(':');
                    Write(member.Value, text);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                var items = 0;
                foreach (var item in element.EnumerateArray())
                {
                    if (items++ > 0) text.Append(',');
                    Write(item, text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                Quote(element.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(Number(element.GetDouble()));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var unit in value)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => text.Append(unit),
            };
        }

        text.Append('"');
    }
}
