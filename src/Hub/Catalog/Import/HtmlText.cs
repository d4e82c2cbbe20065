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

    private readonly string _html;
    private readonly bool _plain;
    private readonly StringBuilder _text;
    private bool _space;
    private bool _line;

    private HtmlText(string html)
    {
        _html = html;
        _text = new StringBuilder(html.Length);
        _plain = NextTag(0) < 0;
    }

    /// <summary>Plain text keeps its line breaks; in HTML only blocks make them.</summary>
    public static string From(string html) => new HtmlText(html).Read();

    private string Read()
    {
        for (var at = 0; at < _html.Length;)
        {
            var tag = NextTag(at);
            Write(WebUtility.HtmlDecode(_html[at..(tag < 0 ? _html.Length : tag)]));
            if (tag < 0) break;
            at = Skip(tag);
        }
        return _text.ToString();
    }

    private int NextTag(int from)
    {
        for (var at = _html.IndexOf('<', from); at >= 0; at = _html.IndexOf('<', at + 1))
            if (at + 1 < _html.Length && TagOpeners.Contains(_html[at + 1]))
                return at;
        return -1;
    }

    /// <summary>Where the text goes on behind the tag, comment or hidden element that starts at <paramref name="tag"/>.</summary>
    private int Skip(int tag)
    {
        if (Starts(tag, "<!--")) return After("-->", tag + 4);
        if (_html[tag + 1] is '!' or '?') return After(">", tag);
        var closing = _html[tag + 1] == '/';
        var nameStart = closing ? tag + 2 : tag + 1;
        var nameEnd = nameStart;
        while (nameEnd < _html.Length && char.IsAsciiLetterOrDigit(_html[nameEnd])) nameEnd++;
        var name = _html[nameStart..nameEnd].ToLowerInvariant();
        if (Blocks.Contains(name)) _line = true;
        else if (name is "td" or "th" or "img") _space = true;
        var end = TagEnd(nameEnd);
        if (closing || !Hidden.Contains(name)) return end;
        var close = _html.IndexOf($"</{name}", end, StringComparison.OrdinalIgnoreCase);
        return close < 0 ? _html.Length : After(">", close);
    }

    /// <summary>Honours quoted attributes, unless a quote is never closed.</summary>
    private int TagEnd(int from)
    {
        var quote = '\0';
        for (var at = from; at < _html.Length; at++)
        {
            var c = _html[at];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c == '>') return at + 1;
            else if (c is '"' or '\'') quote = c;
        }
        return After(">", from);
    }

    private bool Starts(int at, string with) => string.CompareOrdinal(_html, at, with, 0, with.Length) == 0;

    private int After(string mark, int from)
    {
        var at = _html.IndexOf(mark, Math.Min(from, _html.Length), StringComparison.Ordinal);
        return at < 0 ? _html.Length : at + mark.Length;
    }

    private void Write(string text)
    {
        foreach (var c in text)
        {
            if (_plain && c == '\n') _line = true;
            else if (char.IsWhiteSpace(c)) _space = true;
            else if (!char.IsControl(c)) Write(c);
        }
    }

    private void Write(char c)
    {
        if (_text.Length > 0 && _line) _text.Append('\n');
        else if (_text.Length > 0 && (_space || (_text[^1] == '<' && TagOpeners.Contains(c)))) _text.Append(' ');
        (_line, _space) = (false, false);
        _text.Append(c);
    }
}
