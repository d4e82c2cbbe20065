using System.Text.RegularExpressions;
using Composable.Hub.Storage;
using Composable.Hub.Tests.Fixture;

namespace Composable.Hub.Tests.Edge;

/// <summary>Pages of the sample shop near its shoppers.</summary>
public sealed class EdgePageTests
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.2);

    [Theory, OnBothDatabases]
    public async Task A_page_that_was_read_is_at_the_edge_as_the_hub_answered_it(string database)
    {
        using var content = new Folder();
        await using var edge = await EdgeShop.OpenAsync(database, ("Connections:embedded-content:Settings:Folder", content.Path));
        content.Write("about.md", "---\ntitle: About us\n---\nHello");

        (await AtTheEdgeAsync(edge, "/about")).ShouldContain("About us");

        (await edge.StatusUntilAsync(status => status.Number("pages") > 0)).Number("pages").ShouldBe(1);
    }

    [Theory, OnBothDatabases]
    public async Task A_page_on_which_something_changed_is_dropped_and_written_anew_when_it_is_read(string database)
    {
        using var content = new Folder();
        await using var edge = await EdgeShop.OpenAsync(database, ("Connections:embedded-content:Settings:Folder", content.Path), ("Pages:FreshFor", "01:00:00"));
        var sku = await edge.Client.SellAsync(usd: 1000);
        content.Write("offer.json", $$$"""{"title":"Offer","blocks":[{"id":"goods","type":"products","data":{"skus":["{{{sku}}}"]}}]}""");
        content.Write("about.md", "---\ntitle: About us\n---\nHello");
        await AtTheEdgeAsync(edge, "/offer");
        await AtTheEdgeAsync(edge, "/about");

        await edge.Client.PriceAsync(sku, 777);

        await ShouldHaveAsync(edge, "page:US:/offer", null);
        (await AtTheEdgeAsync(edge, "/offer")).ShouldContain("777");
        (await edge.ValueAsync("page:US:/about")).ShouldNotBeNull("nothing on it has changed");

        content.Write("about.md", "---\ntitle: About you\n---\nHello");
        await ShouldHaveAsync(edge, "page:US:/about", null);
        (await edge.PurgedAsync()).ShouldContain("page:pages/about");
    }

    [Theory, OnBothDatabases]
    public async Task What_was_put_together_before_a_change_and_written_after_it_does_not_stay(string database)
    {
        using var content = new Folder();
        await using var edge = await EdgeShop.OpenAsync(database, ("Connections:embedded-content:Settings:Folder", content.Path), ("Pages:FreshFor", "01:00:00"));
        content.Write("about.md", "---\ntitle: About us\n---\nHello");
        var old = await AtTheEdgeAsync(edge, "/about");
        content.Write("about.md", "---\ntitle: About you\n---\nHello");
        await ShouldHaveAsync(edge, "page:US:/about", null);

        // Another hub's worker was slow.
        await edge.WriteAsync("page:US:/about", old);
        await edge.Shop.Database.CommitAsync(new Commit().Add($"INSERT INTO edge_pages (key, tags, written, written_at) VALUES ('page:US:/about', 'page:pages/about,pages', 'old', {Sql.Now})"), default);
        await edge.Shop.Database.CommitAsync(new Commit().Add($"UPDATE edge_work SET due_at = 0 WHERE kind = 'again'"), default);

        await ShouldHaveAsync(edge, "page:US:/about", null);
    }

    [Fact]
    public async Task Drafts_other_languages_and_pages_with_something_missing_are_not_written()
    {
        using var content = new Folder();
        await using var edge = await EdgeShop.OpenAsync("sqlite", ("Connections:embedded-content:Settings:Folder", content.Path));
        content.Write("about.md", "---\ntitle: About us\n---\nHello");
        content.Write("half.json", """{"title":"Half","blocks":[{"id":"lost","type":"entries","data":{"entries":"news","connection":"nobody"}}]}""");
        await ReadAsync(edge, "/about?locale=fr");
        await ReadAsync(edge, "/half");
        (await edge.Client.StaffAsync(HttpMethod.Get, "/v1/pages/about?preview=true")).ShouldAnswer(200);

        await AtTheEdgeAsync(edge, "/about");

        (await edge.ValueAsync("page:US:/half")).ShouldBeNull();
        (await edge.StatusUntilAsync(_ => true)).Number("pages").ShouldBe(1);
    }

    /// <summary>The page as it is when nothing on it was late.</summary>
    private static async Task<string> ReadAsync(EdgeShop edge, string route)
    {
        Reply? reply = null;
        (await ShopFloor.EventuallyAsync(async () => (reply = await edge.Client.GetAsync($"/v1/pages{route}")).Status == 200 && (route == "/half" || reply.Header("Hub-Degraded") is null))).ShouldBeTrue($"{route}: {reply?.Json}");
        return await reply!.Raw.Content.ReadAsStringAsync();
    }

    /// <summary>Reads the page until the edge has it as it was answered: that its file is new is a change too, which drops what was read before it.</summary>
    private static async Task<string> AtTheEdgeAsync(EdgeShop edge, string route)
    {
        var (answer, there) = ("", (string?)null);
        // Twice: that the page's own file is new may come through in between, and drops what was written before.
        (await ShopFloor.EventuallyAsync(async () => await IsThereAsync() && await PausedAsync() && await IsThereAsync(), seconds: 40)).ShouldBeTrue($"{there ?? "nothing"} instead of {answer}");
        return answer;

        static async Task<bool> PausedAsync()
        {
            await Task.Delay(Settling);
            return true;
        }

        async Task<bool> IsThereAsync() => Ageless(answer = await ReadAsync(edge, route)) == Ageless(there = await edge.ValueAsync($"page:US:{route}"));
    }

    /// <summary>How old a block was when the page was put together is another with each time.</summary>
    private static string? Ageless(string? page) => page is null ? null : Regex.Replace(page, "\"ageMs\":[0-9]+", "");

    private static async Task ShouldHaveAsync(EdgeShop edge, string key, string? value)
    {
        string? there = null;
        (await ShopFloor.EventuallyAsync(async () => (there = await edge.ValueAsync(key)) == value, seconds: 40)).ShouldBeTrue(there ?? "nothing");
    }

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("composable-pages-").FullName;

        public Folder() => Directory.CreateDirectory(System.IO.Path.Combine(Path, "pages"));

        /// <summary>At once: half a page would be one too.</summary>
        public void Write(string name, string text)
        {
            var draft = System.IO.Path.Combine(Path, name + ".draft");
            File.WriteAllText(draft, text);
            File.Move(draft, System.IO.Path.Combine(Path, "pages", name), overwrite: true);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
