namespace Connectors.Tests.Kit;

/// <param name="Titles">By locale; <c>en</c> is the default one, and <c>de</c> falls back to it.</param>
/// <param name="Entries">Ids of the entries it shows, in order.</param>
public sealed record SamplePage(string Id, string Route, IReadOnlyDictionary<string, string> Titles, IReadOnlyList<string> Entries, bool Draft = false);

/// <param name="Type">Content type; the block's type too.</param>
/// <param name="LinksTo">Another entry.</param>
public sealed record SampleEntry(string Id, string Type, string Markdown, bool Draft = false, string? LinksTo = null);

/// <summary>What every content connector must do, whoever keeps the content.</summary>
public abstract class ContentContract
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), Pause = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string> HostileRoutes => ["/../../etc/passwd", "/..", "/%2e%2e/%2e%2e/etc/passwd", "/a/../../b", "/a//b", "/\\..\\secret", "/a\0b", "/a\nb", "/'\"><script>", "/?a=b&c", "/#x", "", "/" + new string('a', 5_000), "/ä/日本"];

    protected abstract IContent Content { get; }

    /// <summary>Saves, and publishes what is no draft. What an earlier sample of the same id said is replaced.</summary>
    protected abstract Task WriteAsync(SamplePage page);

    protected abstract Task WriteAsync(SampleEntry entry);

    protected abstract Task RemovePageAsync(string id);

    [Fact]
    public async Task A_page_is_found_by_its_route_in_its_locale()
    {
        var page = await WrittenAsync(NewPage("Hello", "Hallo"));
        var (english, german) = (await PageAsync(page.Route), await PageAsync(page.Route, "de"));
        (english!.Title, english.Route, german!.Title).ShouldBe(("Hello", page.Route, "Hallo"));
        english.Id.ShouldBe(german.Id);
        english.Tags.ShouldContain(english.Id);
    }

    [Theory]
    [InlineData("de")]
    [InlineData("de-AT")]
    [InlineData("ja")]
    public async Task What_is_not_translated_comes_in_the_fallback(string locale)
    {
        var page = await WrittenAsync(NewPage("Hello"));
        (await PageAsync(page.Route, locale))!.Title.ShouldBe("Hello");
    }

    [Fact]
    public async Task A_draft_is_hidden_from_shoppers_and_shown_in_preview()
    {
        var page = NewPage("Soon") with { Draft = true };
        await WriteAsync(page);
        await UntilAsync(async () => await PageAsync(page.Route, preview: true) is { Title: "Soon" });
        (await PageAsync(page.Route)).ShouldBeNull();
    }

    [Fact]
    public async Task A_link_to_a_draft_is_left_out_and_noted_so_that_its_publication_is_noticed()
    {
        var (shown, hidden) = (NewEntry("text", "shown"), NewEntry("text", "hidden") with { Draft = true });
        await WriteAsync(shown);
        await WriteAsync(hidden);
        var page = await WrittenAsync(NewPage("Links") with { Entries = [shown.Id, hidden.Id] });
        var published = (await PageAsync(page.Route))!;
        published.Blocks.Select(Markdown).ShouldBe(["shown"]);
        (await PageAsync(page.Route, preview: true))!.Blocks.Select(Markdown).ShouldBe(["shown", "hidden"]);

        var cursor = (await ChangesAsync(null)).Cursor;
        await WriteAsync(hidden with { Draft = false });
        await UntilAsync(async () => (await PageAsync(page.Route))!.Blocks.Count == 2);
        (await ChangesAsync(cursor)).Tags.ShouldContain(tag => published.Tags.Contains(tag));
    }

    [Fact]
    public async Task A_page_that_moves_is_found_at_its_new_route_only()
    {
        var page = await WrittenAsync(NewPage("Moves"));
        var cursor = (await ChangesAsync(null)).Cursor;
        var id = (await PageAsync(page.Route))!.Id;
        var moved = page with { Route = page.Route + "-2026" };
        await WriteAsync(moved);
        await UntilAsync(async () => await PageAsync(moved.Route) is not null);
        (await PageAsync(page.Route)).ShouldBeNull();
        (await ChangesAsync(cursor)).Tags.ShouldContain(id);
    }

    [Fact]
    public async Task Entries_that_lead_in_a_circle_end()
    {
        var (first, second) = (NewEntry("text", "first"), NewEntry("text", "second"));
        await WriteAsync(first with { LinksTo = second.Id });
        await WriteAsync(second with { LinksTo = first.Id });
        var page = await WrittenAsync(NewPage("Circle") with { Entries = [first.Id] });
        var text = (await PageAsync(page.Route))!.Blocks.ShouldHaveSingleItem().Data.ToJsonString();
        (text.Split("first").Length, text.Split("second").Length).ShouldBe((2, 2), text);
    }

    [Fact]
    public async Task Changes_name_what_changed_since_the_cursor_and_nothing_before()
    {
        var page = await WrittenAsync(NewPage("Before"));
        var before = (await PageAsync(page.Route))!;
        var first = await ChangesAsync(null);
        (first.Tags.Count, first.Everything).ShouldBe((0, false));
        (await ChangesAsync(first.Cursor)).Tags.ShouldNotContain(before.Id);

        await WriteAsync(page with { Titles = new Dictionary<string, string> { ["en"] = "After" } });
        await UntilAsync(async () => (await ChangesAsync(first.Cursor)).Tags.Contains(before.Id));
        var changed = await ChangesAsync(first.Cursor);
        (await PageAsync(page.Route))!.Version.ShouldNotBe(before.Version);
        (await ChangesAsync(changed.Cursor)).Tags.ShouldNotContain(before.Id);
    }

    [Fact]
    public async Task A_page_that_goes_away_is_gone_and_in_the_changes()
    {
        var page = await WrittenAsync(NewPage("Goes"));
        var (id, cursor) = ((await PageAsync(page.Route))!.Id, (await ChangesAsync(null)).Cursor);
        await RemovePageAsync(page.Id);
        await UntilAsync(async () => await PageAsync(page.Route) is null);
        (await ChangesAsync(cursor)).Tags.ShouldContain(id);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("../../x?sync_token=1&y")]
    public async Task A_cursor_of_nobody_means_that_everything_may_have_changed(string cursor)
    {
        var changes = await ChangesAsync(cursor);
        changes.Everything.ShouldBeTrue();
        (await ChangesAsync(changes.Cursor)).Everything.ShouldBeFalse();
    }

    [Fact]
    public async Task The_same_content_has_the_same_version()
    {
        var page = await WrittenAsync(NewPage("Same"));
        (await PageAsync(page.Route))!.Version.ShouldBe((await PageAsync(page.Route))!.Version);
    }

    [Fact]
    public async Task Entries_come_page_by_page_each_once_and_without_drafts()
    {
        var type = $"t{Guid.NewGuid():N}"[..12];
        for (var number = 0; number < 5; number++) await WriteAsync(NewEntry(type, $"{number}"));
        await WriteAsync(NewEntry(type, "draft") with { Draft = true });
        await UntilAsync(async () => (await Content.EntriesAsync(new(type, "en", 10, null, Preview: true), default)).Items.Count == 6);

        var (found, cursor) = (new List<string>(), (string?)null);
        for (var page = 0; page < 3; page++)
        {
            var list = await Content.EntriesAsync(new(type, "en", 2, cursor, Preview: false), default);
            found.AddRange(list.Items.Select(entry => entry.Data["markdown"]!.GetValue<string>()));
            cursor = list.NextCursor;
        }

        cursor.ShouldBeNull();
        found.Order().ShouldBe(["0", "1", "2", "3", "4"]);
    }

    [Fact]
    public async Task Nothing_is_null_and_not_an_error()
    {
        (await PageAsync($"/none-{Guid.NewGuid():N}")).ShouldBeNull();
        (await Content.AssetAsync($"none-{Guid.NewGuid():N}", "en", default)).ShouldBeNull();
        (await Content.AssetAsync("../../../etc/passwd", "en", default)).ShouldBeNull();
    }

    [Theory, MemberData(nameof(HostileRoutes))]
    public async Task A_hostile_route_finds_nothing(string route) => (await PageAsync(route)).ShouldBeNull();

    [Fact]
    public Task The_connection_passes_its_own_check() => Content.CheckAsync(CancellationToken.None);

    protected static SamplePage NewPage(string english, string? german = null)
    {
        var (id, titles) = ($"p{Guid.NewGuid():N}"[..12], new Dictionary<string, string> { ["en"] = english });
        if (german is not null) titles["de"] = german;
        return new(id, $"/kit/{id}", titles, []);
    }

    protected static SampleEntry NewEntry(string type, string markdown) => new($"e{Guid.NewGuid():N}"[..12], type, markdown);

    protected async Task<SamplePage> WrittenAsync(SamplePage page)
    {
        await WriteAsync(page);
        await UntilAsync(async () => await PageAsync(page.Route, preview: page.Draft) is not null);
        return page;
    }

    protected Task<ContentPage?> PageAsync(string route, string locale = "en", bool preview = false) => Content.PageAsync(route, locale, preview, CancellationToken.None);

    protected Task<ContentChanges> ChangesAsync(string? cursor) => Content.ChangesAsync(cursor, CancellationToken.None);

    /// <summary>Some keep their content where a change is seen a moment later.</summary>
    protected static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo()) await Task.Delay(Pause, patience.Token);
    }

    private static string Markdown(ContentBlock block) => block.Data["markdown"]!.GetValue<string>();
}
