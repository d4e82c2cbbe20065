using System.Text.RegularExpressions;
using Composable.Hub.Catalog.Import;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Hub.Tests.Catalog.Import;

public sealed partial class HtmlTextTests
{
    [Theory]
    [InlineData("<p>Warm &amp; dry</p><p>Two  pockets</p>", "Warm & dry\nTwo pockets")]
    [InlineData("<ul>\n<li>One</li>\n<li>Two<br/>lines</li>\n</ul>", "One\nTwo\nlines")]
    [InlineData("a<style>p { color: red }</style>b<SCRIPT src='x'>alert('</p>')</SCRIPT>c", "abc")]
    [InlineData("a<!-- hidden <b>too</b> -->b", "ab")]
    [InlineData("<a title=\"x > y\" href='/z'>link</a>", "link")]
    [InlineData("caf&eacute;&nbsp;&#x20AC;5", "café €5")]
    [InlineData("never closed <script>alert(1)", "never closed")]
    [InlineData("plain\ntext 3 < 5", "plain\ntext 3 < 5")]
    [InlineData("", "")]
    public void Html_becomes_the_text_a_reader_sees(string html, string text) => HtmlText.From(html).ShouldBe(text);

    [Theory]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("<<b>script>alert(1)<<b>/script>")]
    [InlineData("<\u0001script>alert(1)")]
    [InlineData("&lt;<i></i>img src=x onerror=alert(1)>")]
    public void Markup_cannot_be_smuggled_through(string html) => Tag().IsMatch(HtmlText.From(html)).ShouldBeFalse();

    [Fact]
    public void No_input_comes_out_as_markup()
    {
        var part = Gen.Elements("<", ">", "</", "<!--", "-->", "script", "b", " ", "\n", "\u0001", "\"", "'", "&lt;", "&amp;", "&#60;", "/", "!", "x=", "<p>", "<style>");
        var html = part.ArrayOf().Select(string.Concat);
        Prop.ForAll(html.ToArbitrary(), text => !Tag().IsMatch(HtmlText.From(text))).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    [GeneratedRegex("<[A-Za-z/!?]")]
    private static partial Regex Tag();
}
