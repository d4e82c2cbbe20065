using System.Buffers;
using System.Net;
using System.Text;

namespace Composable.Hub.Catalog.Import;

/// <summary>
/// The text of an HTML fragment: blocks become lines, entities their characters, scripts and styles nothing. Whatever comes in, what goes
/// out holds nothing that a browser would take for a tag: a <c>&lt;</c> that would open one is followed by a space.
/// </summary>
internal sealed class HtmlText
{
    private static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "thead", "tr", "ul",
    };
    private static readonly HashSet<string> Hidden = new(StringComparer.Ordinal)
    {
        "iframe", "math", "noscript", "object", "script", "style", "svg", "template", "textarea", "title", "xmp",
    };
    private static readonly SearchValues<char> TagOpeners = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/!?");

    private const int LongestTag = 4096;

    private readonly string html;
    private readonly bool plain;
    private readonly StringBuilder output;
    private bool space;
    private bool newLine;

    private HtmlText(string html)
    {
        this.html = html;
        output = new StringBuilder(html.Length);
        plain = NextTag(0) < 0;
    }

    /// <summary>Plain text keeps its line breaks; in HTML only blocks make them.</summary>
    public static string From(string html) => new HtmlText(html).Read();

    private string Read()
    {
        for (var at = 0; at < html.Length;)
        {
            var tag = NextTag(at);
            Write(WebUtility.HtmlDecode(html[at..(tag < 0 ? html.Length : tag)]));
            if (tag < 0) break;
            at = Skip(tag);
        }
        return output.ToString();
    }

    private int NextTag(int from)
    {
        for (var at = html.IndexOf('<', from); at >= 0; at = html.IndexOf('<', at + 1))
            if (at + 1 < html.Length && TagOpeners.Contains(html[at + 1]))
                return at;
        return -1;
    }

    /// <summary>Where the text goes on behind the tag, comment or hidden element that starts at <paramref name="tag"/>.</summary>
    private int Skip(int tag)
    {
        if (Starts(tag, "<!--")) return After("-->", tag + 4);
        if (html[tag + 1] is '!' or '?') return After(">", tag);
        var closing = html[tag + 1] == '/';
        var nameStart = closing ? tag + 2 : tag + 1;
        var nameEnd = nameStart;
        while (nameEnd < html.Length && char.IsAsciiLetterOrDigit(html[nameEnd])) nameEnd++;
        var name = html[nameStart..nameEnd].ToLowerInvariant();
        if (Blocks.Contains(name)) newLine = true;
        else if (name is "td" or "th" or "img") space = true;
        var end = TagEnd(nameEnd);
        if (closing || !Hidden.Contains(name)) return end;
        var close = html.IndexOf($"</{name}", end, StringComparison.OrdinalIgnoreCase);
        return close < 0 ? html.Length : After(">", close);
    }

    /// <summary>Honours quoted attributes, unless they go on for so long that a quote must have been forgotten.</summary>
    private int TagEnd(int from)
    {
        var quote = '\0';
        var limit = Math.Min(html.Length, from + LongestTag);
        for (var at = from; at < limit; at++)
        {
            var c = html[at];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c == '>') return at + 1;
            else if (c is '"' or '\'') quote = c;
        }
        return After(">", from);
    }

    private bool Starts(int at, string with) => string.CompareOrdinal(html, at, with, 0, with.Length) == 0;

    private int After(string mark, int from)
    {
        var at = html.IndexOf(mark, Math.Min(from, html.Length), StringComparison.Ordinal);
        return at < 0 ? html.Length : at + mark.Length;
    }

    private void Write(string text)
    {
        foreach (var c in text)
        {
            if (plain && c == '\n') newLine = true;
            else if (char.IsWhiteSpace(c)) space = true;
            else if (!char.IsControl(c)) Write(c);
        }
    }

    private void Write(char c)
    {
        if (output.Length > 0 && newLine) output.Append('\n');
        else if (output.Length > 0 && (space || (output[^1] == '<' && TagOpeners.Contains(c)))) output.Append(' ');
        (newLine, space) = (false, false);
        output.Append(c);
    }
}
