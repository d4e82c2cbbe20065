using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Composable.Connectors.Sdk;
using Composable.Hub.Http;

namespace Composable.Hub.Pages;

/// <summary>Writes pages and what their headers say about them.</summary>
internal static class PageBytes
{
    private static readonly JsonWriterOptions Written = new() { Encoder = Json.Options.Encoder };

    /// <param name="now">The age of data is counted until then.</param>
    public static (byte[] Body, string ETag) Write(ContentPage page, string market, IReadOnlyList<FilledBlock> blocks, long now, TimeProvider clock)
    {
        var body = Write(page, market, blocks, block => (long)clock.GetElapsedTime(block.At, now).TotalMilliseconds);
        // Weak, because the ages differ where nothing else does.
        var tag = SHA256.HashData(Write(page, market, blocks, _ => 0));
        return (body, $"W/\"{Convert.ToHexStringLower(tag.AsSpan(0, 12))}\"");
    }

    /// <summary>Such as <c>b2;source="search";status=omitted</c>.</summary>
    public static string? Degraded(IEnumerable<FilledBlock> blocks)
    {
        var missing = blocks.Where(block => block.Status != BlockStatus.Ok).Select(block => $"{Token(block.Id)};source=\"{Token(block.Source)}\";status={Name(block.Status)}").ToList();
        return missing.Count == 0 ? null : string.Join(", ", missing);
    }

    /// <summary>Such as <c>content;desc="contentful";dur=12.5, products;desc="catalog";dur=3.1</c>.</summary>
    public static string Timing(IEnumerable<(string Part, string Source, TimeSpan Took)> parts) => string.Join(", ", parts.GroupBy(part => (part.Part, part.Source))
        .Select(group => string.Create(CultureInfo.InvariantCulture, $"{Token(group.Key.Part)};desc=\"{Token(group.Key.Source)}\";dur={group.Max(part => part.Took.TotalMilliseconds):0.#}")));

    private static byte[] Write(ContentPage page, string market, IReadOnlyList<FilledBlock> blocks, Func<FilledBlock, long> age)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Written))
        {
            json.WriteStartObject();
            json.WriteString("route", page.Route);
            json.WriteString("title", page.Title);
            json.WriteString("description", page.Description);
            json.WriteString("locale", page.Locale);
            json.WriteString("market", market);
            json.WriteStartArray("blocks");
            foreach (var block in blocks) Write(json, block, age(block));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, FilledBlock block, long age)
    {
        json.WriteStartObject();
        json.WriteString("id", block.Id);
        json.WriteString("type", block.Type);
        json.WriteString("status", Name(block.Status));
        json.WriteString("source", block.Source);
        json.WriteNumber("ageMs", age);
        json.WritePropertyName("data");
        if (block.Data is { } data) json.WriteRawValue(data, skipInputValidation: true);
        else json.WriteNullValue();
        json.WriteEndObject();
    }

    private static string Name(BlockStatus status) => status switch { BlockStatus.Ok => "ok", BlockStatus.Stale => "stale", BlockStatus.Degraded => "degraded", _ => "omitted" };

    /// <summary>What editors called a block must not become another header.</summary>
    private static string Token(string text)
    {
        var token = new StringBuilder(text.Length);
        foreach (var letter in text.Length > 60 ? text[..60] : text) token.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '_');
        return token.Length == 0 ? "_" : token.ToString();
    }
}
