using Composable.Hub.Catalog.Import;
using Shouldly;
using Xunit;

namespace Hub.Tests.Catalog.Import;

public sealed class ProductJsonLinesTests
{
    private const string Tent = """{"slug":"tent","title":"Tent","description":"<p>Dry</p>","images":[{"url":"/img/tent.svg","alt":"Tent"}],"variants":[{"sku":"T-1","prices":{"USD":1999,"JPY":2900},"stock":3}]}""";

    [Fact]
    public async Task A_product_a_line()
    {
        var rows = await ReadAsync(Tent + "\r\n\n" + Tent.Replace("tent", "hut") + "\n");

        rows.Select(row => row.Line).ShouldBe([1, 3]);
        rows.Products()[0].Variants.Single().Prices["JPY"].ShouldBe(2900);
        rows.Products()[0].Description.ShouldBe("Dry");
        rows.Products()[1].Slug.ShouldBe("hut");
    }

    [Theory]
    [InlineData("\"title\"", "\"name\"", "$.name")]
    [InlineData("\"title\":\"Tent\",", "", "'title'")]
    [InlineData("\"stock\":3", "\"stock\":\"3\"", "$.variants[0].stock")]
    [InlineData("\"stock\":3", "\"stock\":3,\"stock\":4", "stock")]
    [InlineData("\"slug\":\"tent\"", "\"slug\":null", "slug")]
    [InlineData("\"slug\":\"tent\"", "\"slug\":\"Tent!\"", "slug")]
    [InlineData("\"sku\":\"T-1\"", "\"sku\":\" T-1\"", "sku")]
    [InlineData("\"USD\":1999", "\"USD\":-1", "USD")]
    [InlineData("\"USD\":1999", "\"USD\":19.99", "USD")]
    [InlineData("\"USD\"", "\"XYZ\"", "XYZ")]
    [InlineData("\"stock\":3", "\"stock\":-3", "stock")]
    [InlineData("/img/tent.svg", "javascript:alert(1)", "image")]
    [InlineData("/img/tent.svg", "//evil.example/x.svg", "image")]
    [InlineData("[{\"url\"", "[null,{\"url\"", "image")]
    [InlineData("[{\"sku\":\"T-1\",\"prices\":{\"USD\":1999,\"JPY\":2900},\"stock\":3}]", "[]", "variants")]
    [InlineData("{\"slug\"", "{{\"slug\"", "not valid JSON")]
    public async Task A_line_that_is_no_product_is_rejected_with_the_reason(string part, string replacement, string reason)
    {
        Tent.ShouldContain(part);

        var rejection = (await ReadAsync(Tent + "\n" + Tent.Replace(part, replacement))).Rejections().Single();

        rejection.Line.ShouldBe(2);
        rejection.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task Deep_nesting_and_long_lines_are_rejected_and_reading_goes_on()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 40));
        var rows = await ReadAsync($"{deep}\n{new string(' ', ImportText.MaxRecord)}{Tent}\n{Tent}\n");

        rows.Rejections().Select(row => row.Line).ShouldBe([1, 2]);
        rows.OfType<ImportRow.Accepted>().Single().Line.ShouldBe(3);
    }

    private static Task<List<ImportRow>> ReadAsync(string text) => Reading.AllAsync(new ProductJsonLines(), text);
}
