using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Pages;

public sealed class EntryBlockTests
{
    [Fact]
    public async Task A_page_from_one_vendor_shows_entries_of_another()
    {
        await using var shop = await PageShop.WithContentfulAsync(("Pages:Connection", "embedded-content"));
        await shop.EditAsync("/contentful/_entries", new { id = "news_1", contentType = "news", fields = new { headline = new Dictionary<string, string> { ["en-US"] = "Sale" } } });
        shop.Write("pages/mixed.json", """
            {"title":"Mixed","blocks":[
              {"id":"news","type":"entries","data":{"entries":"news","connection":"contentful"}},
              {"id":"lost","type":"entries","data":{"entries":"news","connection":"nobody"}}]}
            """);
        await shop.SettledAsync();

        var page = (await shop.GetAsync("/mixed")).ShouldAnswer(200);

        page.Text("blocks/0/data/items/0/data/headline").ShouldBe("Sale");
        page.Text("blocks/0/source").ShouldBe("contentful");
        page.Text("blocks/1/status").ShouldBe("omitted");
        page.Header("Server-Timing").ShouldNotBeNull().ShouldContain("contentful");
    }
}
