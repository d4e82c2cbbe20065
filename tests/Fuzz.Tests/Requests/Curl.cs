using System.Text;

namespace Fuzz.Tests.Requests;

/// <summary>Writes a request so that it can be made by hand.</summary>
internal static class Curl
{
    private const int Longest = 1_500;

    public static string Of(Draft draft)
    {
        var line = new StringBuilder($"curl -i --path-as-is -X {draft.Method} {Quote("http://localhost:5080" + Short(draft.Target))}");
        if (draft.ContentType is { } type) line.Append($" -H {Quote($"Content-Type: {type}")}");
        foreach (var (name, value) in draft.Headers.Take(20)) line.Append($" -H {Quote($"{name}: {Short(value)}")}");
        if (draft.Headers.Count > 20) line.Append($" # and {draft.Headers.Count - 20} more headers");
        if (draft.Bytes() is { } bytes) line.Append($" --data-binary {Body(bytes)}");
        return line.ToString();
    }

    private static string Body(byte[] bytes)
    {
        var printable = bytes.All(unit => unit is >= 0x20 and < 0x7f);
        if (printable) return Quote(Short(Encoding.ASCII.GetString(bytes)));
        return "$'" + string.Concat(bytes.Take(Longest).Select(unit => unit is >= 0x20 and < 0x7f and not (byte)'\'' and not (byte)'\\' ? ((char)unit).ToString() : $"\\x{unit:x2}")) + "'" + Rest(bytes.Length);
    }

    private static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + Rest(text.Length);

    private static string Rest(int length) => length <= Longest ? "" : $"…({length} in all)";

    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
