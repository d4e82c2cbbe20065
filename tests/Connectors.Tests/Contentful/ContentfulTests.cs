using Connectors.Tests.Kit;
using static Connectors.Tests.Contentful.ContentfulEditor;

namespace Connectors.Tests.Contentful;

public sealed class ContentfulTests : ContentContract, IClassFixture<VendorSandbox>
{
    private readonly VendorSandbox _sandbox;
    private readonly ContentfulEditor _editor;

    public ContentfulTests(VendorSandbox sandbox)
    {
        (_sandbox, _editor) = (sandbox, new(sandbox));
        Content = Connect("token_1", "preview_1");
    }

    protected override IContent Content { get; }

    [Fact]
    public async Task Without_a_fallback_a_page_that_is_not_translated_comes_in_the_default_locale()
    {
        var page = await WrittenAsync(NewPage("Only English"));
        var found = (await PageAsync(page.Route, "fr"))!;
        (found.Title, found.Locale).ShouldBe(("Only English", "en-US"));
    }

    [Fact]
    public async Task An_asset_in_a_field_of_an_image_is_the_blocks_picture()
    {
        await _sandbox.ControlAsync("/contentful/_assets", new
        {
            id = "asset_1",
            fields = new Dictionary<string, object> { ["title"] = En("Beach"), ["file"] = En(new { url = "//images.ctfassets.net/a.jpg", contentType = "image/jpeg", details = new { size = 12 } }) },
        });
        await _sandbox.ControlAsync("/contentful/_entries", new { id = "image_1", contentType = "image", fields = new Dictionary<string, object> { ["picture"] = En(Link("Asset", "asset_1")), ["caption"] = En("c") } });
        await _sandbox.ControlAsync("/contentful/_entries", new
        {
            id = "page_with_image",
            contentType = "page",
            fields = new Dictionary<string, object> { ["slug"] = En("with-image"), ["title"] = En("T"), ["blocks"] = En(new[] { Link("Entry", "image_1"), Link("Asset", "asset_1") }) },
        });
        var page = (await PageAsync("/with-image"))!;
        page.Blocks.Select(block => block.Type).ShouldBe(["image", "image"]);
        page.Blocks.ShouldAllBe(block => block.Data["url"]!.GetValue<string>() == "https://images.ctfassets.net/a.jpg" && block.Data["alt"]!.GetValue<string>() == "Beach");
        page.Tags.ShouldBe(["page_with_image", "image_1", "asset_1"], ignoreOrder: true);
        (await Content.AssetAsync("asset_1", "de", default)).ShouldBe(new ContentAsset("asset_1", "https://images.ctfassets.net/a.jpg", "image/jpeg", "Beach", 12));
    }

    [Fact]
    public async Task The_feed_walks_over_many_pages_of_changes()
    {
        var cursor = (await ChangesAsync(null)).Cursor;
        var entries = Enumerable.Range(0, 130).Select(number => NewEntry("text", $"{number}")).ToList();
        foreach (var entry in entries) await WriteAsync(entry);
        var changes = await ChangesAsync(cursor);
        entries.Select(entry => entry.Id).ShouldBeSubsetOf(changes.Tags);
    }

    [Theory]
    [InlineData("invalid_1", "space_1", VendorFailure.Misconfigured)]
    [InlineData("preview_1", "space_1", VendorFailure.Misconfigured)]
    [InlineData("token_1", "missing", VendorFailure.Misconfigured)]
    public async Task Wrong_settings_are_found_by_the_check(string token, string space, VendorFailure failure) =>
        (await Should.ThrowAsync<VendorException>(() => Connect(token, null, space).CheckAsync(default))).Failure.ShouldBe(failure);

    [Fact]
    public async Task Drafts_without_a_preview_token_are_misconfigured() =>
        (await Should.ThrowAsync<VendorException>(() => Connect("token_1", null).PageAsync("/", "en", preview: true, default))).Failure.ShouldBe(VendorFailure.Misconfigured);

    [Theory]
    [InlineData("garbage", "html", VendorFailure.Transient)]
    [InlineData("garbage", "truncated", VendorFailure.Transient)]
    [InlineData("garbage", "wrong_type", VendorFailure.Transient)]
    [InlineData("drop_answer", null, VendorFailure.Transient)]
    [InlineData("status", 503, VendorFailure.Transient)]
    [InlineData("status", 429, VendorFailure.RateLimited)]
    [InlineData("status", 404, VendorFailure.Misconfigured)]
    [InlineData("status", 400, VendorFailure.Rejected)]
    [InlineData("refuse", null, VendorFailure.Misconfigured)]
    public async Task A_fault_is_the_kind_that_decides_the_next_move(string fault, object? value, VendorFailure failure)
    {
        await _sandbox.BreakNextAsync("contentful", "entries", fault, value);
        var thrown = await Should.ThrowAsync<VendorException>(() => PageAsync("/faulty"));
        (thrown.Failure, thrown.RetryAfter).ShouldBe((failure, value is 429 ? TimeSpan.FromSeconds(1) : null));
        thrown.ToString().ShouldNotContain("token_1");
    }

    [Fact]
    public async Task A_signed_notice_names_what_was_published_and_what_was_taken_back()
    {
        await _sandbox.ControlAsync("/contentful/_webhooks", new { url = _sandbox.Notices.Address, secret = "secret_1" });
        var entry = NewEntry("text", "x");
        await WriteAsync(entry);
        await _sandbox.ControlAsync($"/contentful/_entries/{entry.Id}/unpublish", new { });
        foreach (var action in new[] { "publish", "unpublish" })
        {
            var notice = await _sandbox.Notices.FirstAsync((IWebhooks)Content, read => read.Type == $"ContentManagement.Entry.{action}" && read.Notice is VendorNotice.ContentChanged changed && changed.Tags.Contains(entry.Id));
            notice.EventId.Length.ShouldBe(32);
        }
    }

    protected override Task WriteAsync(SamplePage page) => _editor.WriteAsync(page);

    protected override Task WriteAsync(SampleEntry entry) => _editor.WriteAsync(entry);

    protected override Task RemovePageAsync(string id) => _editor.RemovePageAsync(id);

    private IContent Connect(string token, string? preview, string space = "space_1") => (IContent)Vendors.Connect("contentful", new
    {
        spaceId = space,
        deliveryToken = token,
        previewToken = preview,
        webhookSecret = "secret_1",
        baseUrl = $"{_sandbox.Address}/contentful",
        previewUrl = $"{_sandbox.Address}/contentful/preview",
    }, new HttpClient());
}
