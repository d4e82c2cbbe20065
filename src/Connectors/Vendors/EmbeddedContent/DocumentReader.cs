using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Composable.Connectors.EmbeddedContent;

/// <summary>Turns a file into a document. Throws <see cref="FormatException"/> saying what is wrong with it.</summary>
internal static partial class DocumentReader
{
    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The kind of document that a path in the folder holds; null when it is none of ours.</summary>
    public static DocumentKind? KindOf(string path)
    {
        var (parts, isText) = (path.Split('/'), Path.GetExtension(path) is ".md" or ".json");
        return parts[0] switch
        {
            "pages" when parts.Length > 1 && isText => DocumentKind.Page,
            "entries" when parts.Length > 2 && isText => DocumentKind.Entry,
            "assets" when parts.Length > 1 => DocumentKind.Asset,
            _ => null,
        };
    }

    /// <summary>The id and the locale that a path names; an empty locale when it names none.</summary>
    public static (string Id, string Locale) IdOf(DocumentKind kind, string path)
    {
        if (kind is DocumentKind.Asset) return (path, "");
        var id = path[..^Path.GetExtension(path).Length];
        var locale = Suffix().Match(id);
        return locale.Success ? (id[..^locale.Length], locale.Groups[1].Value.ToLowerInvariant()) : (id, "");
    }

    public static ContentDocument Read(DocumentKind kind, string path, ReadOnlySpan<byte> content, DateTimeOffset modified, string defaultLocale)
    {
        var (id, locale) = IdOf(kind, path);
        var members = Members(kind, path, content);
        return new(kind, id, locale.Length == 0 ? defaultLocale : locale, Flag(members, "draft"), Date(members) ?? modified, members, content.Length);
    }

    private static JsonElement Members(DocumentKind kind, string path, ReadOnlySpan<byte> content)
    {
        try
        {
            var text = Strict.GetString(content.StartsWith("\uFEFF"u8) ? content[3..] : content);
            using var document = JsonDocument.Parse(path.EndsWith(".md", StringComparison.Ordinal) ? Markdown(kind, text).ToJsonString() : text, Json);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("it is not a JSON object");
            MustBeText(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException("it is not UTF-8");
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new FormatException("it is not JSON that can be read");
        }
    }

    /// <summary>Half a surrogate pair parses and cannot be written again; it is found here and not in an answer.</summary>
    private static void MustBeText(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String) element.GetString();
        else if (element.ValueKind == JsonValueKind.Array) foreach (var item in element.EnumerateArray()) MustBeText(item);
        else if (element.ValueKind == JsonValueKind.Object) foreach (var member in element.EnumerateObject()) MustBeText(member.Value);
    }

    /// <summary>Front matter becomes members. The text of an entry is its <c>markdown</c>; that of a page is cut into blocks.</summary>
    private static JsonObject Markdown(DocumentKind kind, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var (members, start) = FrontMatter(lines);
        if (kind is DocumentKind.Page) members["blocks"] = Blocks(lines[start..]);
        else members["markdown"] = string.Join('\n', lines[start..]).Trim('\n');
        return members;
    }

    private static (JsonObject Members, int End) FrontMatter(string[] lines)
    {
        var members = new JsonObject();
        if (lines[0].TrimEnd() != "---") return (members, 0);
        for (var at = 1; at < lines.Length; at++)
        {
            var line = lines[at].Trim();
            if (line == "---") return (members, at + 1);
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1) throw new FormatException($"line {at + 1} of its front matter is not 'name: value'");
            members[line[..colon].Trim()] = Value(line[(colon + 1)..].Trim());
        }

        throw new FormatException("its front matter has no end");
    }

    /// <summary>What JSON understands is that (numbers, true, "quoted", [lists]); the rest is text as it stands.</summary>
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Json);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>Text, and between lines <c>::: type</c> and <c>:::</c> the JSON of a block that is not text.</summary>
    private static JsonArray Blocks(string[] lines)
    {
        var (blocks, text) = (new JsonArray(), new StringBuilder());
        for (var at = 0; at < lines.Length; at++)
        {
            var opening = Opening().Match(lines[at]);
            if (!opening.Success)
            {
                text.Append(lines[at]).Append('\n');
                continue;
            }

            var end = Array.FindIndex(lines, at + 1, line => line.TrimEnd() == ":::");
            if (end < 0) throw new FormatException($"the block that line {at + 1} of its text opens has no end");
            AddText();
            var data = string.Join('\n', lines[(at + 1)..end]);
            blocks.Add(new JsonObject { ["type"] = opening.Groups[1].Value, ["data"] = data.Trim().Length == 0 ? new JsonObject() : JsonNode.Parse(data, documentOptions: Json) });
            at = end;
        }

        AddText();
        return blocks;

        void AddText()
        {
            if (text.ToString().Trim('\n') is { Length: > 0 } markdown) blocks.Add(new JsonObject { ["type"] = "text", ["data"] = new JsonObject { ["markdown"] = markdown } });
            text.Clear();
        }
    }

    private static bool Flag(JsonElement members, string name) => members.TryGetProperty(name, out var value) && (value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        // Whoever writes "draft: yes" does not mean to publish.
        _ => throw new FormatException($"'{name}' must be true or false"),
    });

    private static DateTimeOffset? Date(JsonElement members) =>
        members.TryGetProperty("date", out var value) && value.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    [GeneratedRegex("\\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("^::: *([a-z][A-Za-z0-9-]{0,39}) *$")]
    private static partial Regex Opening();
}
