using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Tests.Kit;

namespace Connectors.Tests.EmbeddedContent;

public sealed class EmbeddedContentTests : ContentContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("composable-content-").FullName;
    private readonly Dictionary<string, string> _types = [];

    public EmbeddedContentTests() => Content = (IContent)Vendors.Connect("embedded-content", new { folder = _folder }, new HttpClient());

    protected override IContent Content { get; }

    [Fact]
    public async Task Where_a_file_lies_is_its_route()
    {
        Write("pages/index.json", """{"title":"Home"}""");
        Write("pages/summer/index.en.md", "---\ntitle: Summer\n---\n");
        Write("pages/summer/sale.de.md", "---\ntitle: \"Ausverkauf: bis 50 %\"\n---\n");
        await UntilAsync(async () => await PageAsync("/summer") is not null);
        ((await PageAsync("/"))!.Title, (await PageAsync("/summer/"))!.Title, (await PageAsync("/summer/sale", "de"))!.Title).ShouldBe(("Home", "Summer", "Ausverkauf: bis 50 %"));
        (await PageAsync("/summer/index")).ShouldBeNull();
        (await PageAsync("/summer/sale", "en")).ShouldBeNull("there is no English version to fall back to");
    }

    [Fact]
    public async Task Markdown_is_cut_into_text_and_the_blocks_between_colons()
    {
        Write("pages/sale.md", "---\ntitle: Sale\n---\n# Now\n\n<script>x</script>\n\n::: products\n{ \"skus\": [\"A\", \"B\"] }\n:::\n\nBye\n");
        await UntilAsync(async () => await PageAsync("/sale") is not null);
        var blocks = (await PageAsync("/sale"))!.Blocks;
        blocks.Select(block => (block.Id, block.Type)).ShouldBe([("b1", "text"), ("b2", "products"), ("b3", "text")]);
        blocks[0].Data["markdown"]!.GetValue<string>().ShouldBe("# Now\n\n<script>x</script>");
        blocks[1].Data.ToJsonString().ShouldBe("""{"skus":["A","B"]}""");
    }

    [Theory]
    [InlineData("{\"title\":")]
    [InlineData("[]")]
    [InlineData("{\"title\":\"\\ud800\"}")]
    [InlineData("{\"draft\":\"yes\"}")]
    [InlineData("{\"title\":1,\"title\":2}")]
    public async Task A_file_that_cannot_be_read_keeps_its_last_good_version_and_is_reported(string broken)
    {
        Write("pages/a.json", """{"title":"Good"}""");
        await UntilAsync(async () => await PageAsync("/a") is not null);
        Write("pages/a.json", broken);
        await UntilAsync(async () => (await Record.ExceptionAsync(() => Content.CheckAsync(default))) is VendorException { Failure: VendorFailure.Misconfigured } said && said.Message.Contains("pages/a.json", StringComparison.Ordinal));
        (await PageAsync("/a"))!.Title.ShouldBe("Good");
        Write("pages/a.json", """{"title":"Good again"}""");
        await UntilAsync(async () => await PageAsync("/a") is { Title: "Good again" });
        await Content.CheckAsync(default);
    }

    [Fact]
    public async Task A_huge_file_is_not_read()
    {
        Write("pages/huge.md", "---\ntitle: x\n---\n" + new string('x', 600 * 1024));
        Write("pages/b.md", "---\ntitle: B\n---\n");
        await UntilAsync(async () => await PageAsync("/b") is not null);
        (await PageAsync("/huge")).ShouldBeNull();
        (await Should.ThrowAsync<VendorException>(() => Content.CheckAsync(default))).Message.ShouldContain("pages/huge.md");
    }

    [Fact]
    public async Task Links_out_of_the_folder_are_not_followed()
    {
        if (OperatingSystem.IsWindows()) return;
        var outside = Directory.CreateTempSubdirectory("composable-outside-").FullName;
        File.WriteAllText(Path.Combine(outside, "secret.md"), "---\ntitle: Secret\n---\n");
        Write("pages/open.md", "---\ntitle: Open\n---\n");
        File.CreateSymbolicLink(Path.Combine(_folder, "pages", "secret.md"), Path.Combine(outside, "secret.md"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "pages", "out"), outside);
        await UntilAsync(async () => await PageAsync("/open") is not null);
        (await PageAsync("/secret")).ShouldBeNull();
        (await PageAsync("/out/secret")).ShouldBeNull();
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public async Task An_asset_has_an_address_under_the_published_one_and_is_linked_by_name()
    {
        Write("assets/spring sale.svg", "<svg/>");
        Write("pages/c.json", """{"title":"C","blocks":[{"type":"image","data":{"url":{"$asset":"spring sale.svg"},"alt":"x"}},{"type":"image","data":{"url":{"$asset":"none.svg"},"alt":"y"}}]}""");
        await UntilAsync(async () => await PageAsync("/c") is not null);
        (await Content.AssetAsync("spring sale.svg", "en", default)).ShouldBe(new ContentAsset("spring sale.svg", "/content/assets/spring%20sale.svg", "image/svg+xml", "spring sale", 6));
        (await PageAsync("/c"))!.Blocks.Select(block => block.Data.ToJsonString()).ShouldBe(["""{"url":"/content/assets/spring%20sale.svg","alt":"x"}""", """{"alt":"y"}"""]);
    }

    [Fact]
    public async Task Two_pages_with_one_route_are_reported()
    {
        Write("pages/one.json", """{"title":"One","route":"/same"}""");
        Write("pages/two.json", """{"title":"Two","route":"/same"}""");
        await UntilAsync(async () => await PageAsync("/same") is not null);
        (await PageAsync("/same"))!.Title.ShouldBe("One");
        (await Should.ThrowAsync<VendorException>(() => Content.CheckAsync(default))).Message.ShouldContain("/same");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_misconfigured_until_it_is_and_afterwards_what_was_read_stays()
    {
        var folder = Path.Combine(_folder, "later");
        var content = (IContent)Vendors.Connect("embedded-content", new { folder }, new HttpClient());
        (await Should.ThrowAsync<VendorException>(() => content.PageAsync("/", "en", false, default))).Failure.ShouldBe(VendorFailure.Misconfigured);
        Write("later/pages/index.md", "---\ntitle: Home\n---\n");
        await UntilAsync(async () => await Record.ExceptionAsync(() => content.PageAsync("/", "en", false, default)) is null);
        Directory.Delete(folder, recursive: true);
        await UntilAsync(async () => await Record.ExceptionAsync(() => content.CheckAsync(default)) is VendorException);
        (await content.PageAsync("/", "en", false, default))!.Title.ShouldBe("Home");
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a\\..\\x")]
    public void A_folder_that_leads_upwards_is_misconfigured(string folder) =>
        Should.Throw<VendorException>(() => Vendors.Connect("embedded-content", new { folder }, new HttpClient())).Failure.ShouldBe(VendorFailure.Misconfigured);

    [Fact]
    public async Task Many_readers_at_once_see_whole_pages_while_files_change()
    {
        Write("pages/d.json", """{"title":"0","blocks":[{"type":"text","data":{"markdown":"0"}}]}""");
        await UntilAsync(async () => await PageAsync("/d") is not null);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var page = (await PageAsync("/d"))!;
                page.Blocks.ShouldHaveSingleItem().Data["markdown"]!.GetValue<string>().ShouldBe(page.Title);
                await Task.Yield();
            }
        })).ToList();
        for (var number = 1; number <= 3; number++)
        {
            Write("pages/d.json", $$"""{"title":"{{number}}","blocks":[{"type":"text","data":{"markdown":"{{number}}"} }]}""");
            var title = $"{number}";
            await UntilAsync(async () => (await PageAsync("/d"))!.Title == title);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    protected override Task WriteAsync(SamplePage page)
    {
        foreach (var (locale, title) in page.Titles)
        {
            var blocks = new JsonArray([.. page.Entries.Select(id => new JsonObject { ["id"] = id, ["entry"] = $"{_types[id]}/{id}" })]);
            Write($"pages/kit/{page.Id}.{locale}.json", new JsonObject { ["title"] = title, ["route"] = page.Route, ["draft"] = page.Draft, ["blocks"] = blocks }.ToJsonString());
        }

        return Task.CompletedTask;
    }

    protected override Task WriteAsync(SampleEntry entry)
    {
        _types[entry.Id] = entry.Type;
        var link = entry.LinksTo is { } target ? new JsonObject { ["$entry"] = $"{entry.Type}/{target}" } : null;
        Write($"entries/{entry.Type}/{entry.Id}.json", new JsonObject { ["markdown"] = entry.Markdown, ["draft"] = entry.Draft, ["next"] = link }.ToJsonString());
        return Task.CompletedTask;
    }

    protected override Task RemovePageAsync(string id)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "pages/kit"), id + ".*")) File.Delete(file);
        return Task.CompletedTask;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
