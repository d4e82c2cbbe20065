using System.Net;
using System.Web;
using Connectors.Tests.Kit;

namespace Connectors.Tests.Contentful;

public sealed class ContentfulWireTests
{
    private const string Locales = """{"sys":{"type":"Array"},"items":[{"code":"en-US","default":true,"fallbackCode":null},{"code":"de-DE","default":false,"fallbackCode":"en-US"}]}""";
    private const string None = """{"sys":{"type":"Array"},"total":0,"skip":0,"limit":1,"items":[]}""";
    private const string Page = """
        {"sys":{"type":"Array"},"total":1,"skip":0,"limit":1,"items":[{"sys":{"id":"p1","type":"Entry","contentType":{"sys":{"type":"Link","linkType":"ContentType","id":"page"}}},
          "fields":{"slug":"summer/sale","title":"Sale","blocks":[{"sys":{"type":"Link","linkType":"Entry","id":"b1"}},{"sys":{"type":"Link","linkType":"Entry","id":"gone"}}]}}],
         "errors":[{"sys":{"id":"notResolvable","type":"error"},"details":{"type":"Link","linkType":"Entry","id":"gone"}}],
         "includes":{"Entry":[{"sys":{"id":"b1","type":"Entry","contentType":{"sys":{"type":"Link","linkType":"ContentType","id":"productList"}}},
          "fields":{"skus":["A","B"],"hero":{"sys":{"type":"Link","linkType":"Asset","id":"a1"}}}}],
          "Asset":[{"sys":{"id":"a1","type":"Asset"},"fields":{"title":"Beach","file":{"url":"//images.ctfassets.net/x.jpg","contentType":"image/jpeg","details":{"size":1}}}}]}}
        """;

    private readonly StubVendor _contentful = new();

    [Fact]
    public async Task The_page_is_asked_in_the_best_locale_and_in_the_next_when_it_is_not_there()
    {
        _contentful.Answers(Locales).Answers(None).Answers(Page).Answers(None);
        var page = (await Client().PageAsync("/summer/sale", "de", preview: false, default))!;
        _contentful.Requests.Select(request => request.Uri.AbsolutePath).ShouldBe(["/spaces/s1/environments/master/locales", "/spaces/s1/environments/master/entries", "/spaces/s1/environments/master/entries", "/spaces/s1/environments/master/entries"]);
        _contentful.Requests.ShouldAllBe(request => request.Headers["Authorization"] == "Bearer token_1" && request.Uri.Host == "cdn.contentful.com");
        var asked = _contentful.Requests.Skip(1).Select(request => HttpUtility.ParseQueryString(request.Uri.Query)).ToList();
        asked.Select(query => query["locale"]).ShouldBe(["de-DE", "en-US", "de-DE"]);
        asked.Select(query => query["fields.slug"] ?? query["sys.id"]).ShouldBe(["summer/sale", "summer/sale", "p1"]);
        asked.ShouldAllBe(query => query["content_type"] == "page" && query["include"] == "4" && query["limit"] == "1");
        (page.Id, page.Locale, page.Title).ShouldBe(("p1", "en-US", "Sale"));
        page.Blocks.ShouldHaveSingleItem().Type.ShouldBe("products");
        page.Blocks[0].Data.ToJsonString().ShouldBe("""{"skus":["A","B"],"hero":{"url":"https://images.ctfassets.net/x.jpg","alt":"Beach","contentType":"image/jpeg"}}""");
        page.Tags.ShouldBe(["p1", "b1", "a1", "gone"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("/", "home")]
    [InlineData("/a b/ü", "a b/ü")]
    [InlineData("/x&locale=*", "x&locale=*")]
    public async Task A_route_stays_one_value_of_the_query(string route, string slug)
    {
        _contentful.Answers(Locales).Answers(None);
        (await Client().PageAsync(route, "en", preview: false, default)).ShouldBeNull();
        var query = HttpUtility.ParseQueryString(_contentful.Requests[1].Uri.Query);
        (query["fields.slug"], query["locale"]).ShouldBe((slug, "en-US"));
    }

    [Fact]
    public async Task Drafts_are_asked_of_the_preview_with_its_own_token()
    {
        _contentful.Answers(Locales).Answers(None);
        await Client().PageAsync("/x", "en", preview: true, default);
        (_contentful.Requests[1].Uri.Host, _contentful.Requests[1].Headers["Authorization"]).ShouldBe(("preview.contentful.com", "Bearer preview_1"));
    }

    [Fact]
    public async Task Of_the_addresses_of_the_feed_only_the_token_is_kept()
    {
        _contentful.Answers("""{"items":[],"nextPageUrl":"http://evil.example/steal?sync_token=abc1"}""").Answers("""{"items":[],"nextSyncUrl":"http://evil.example/steal?x=1&sync_token=abc2&y"}""")
            .Answers("""{"items":[{"sys":{"type":"DeletedEntry","id":"e1"}},{"sys":{"type":"Asset","id":"a1"},"fields":{}}],"nextSyncUrl":"https://cdn.contentful.com/sync?sync_token=abc3"}""");
        var first = await Client().ChangesAsync(null, default);
        (first.Tags.Count, first.Everything, first.Cursor).ShouldBe((0, false, "abc2"));
        var next = await Client().ChangesAsync(first.Cursor, default);
        next.Tags.ShouldBe(["e1", "a1"]);
        next.Cursor.ShouldBe("abc3");
        _contentful.Requests.Select(request => request.Uri.Query).ShouldBe(["?initial=true", "?sync_token=abc1", "?sync_token=abc2"]);
        _contentful.Requests.ShouldAllBe(request => request.Uri.Host == "cdn.contentful.com");
    }

    [Fact]
    public async Task A_feed_without_an_end_ends()
    {
        for (var page = 0; page < 500; page++) _contentful.Answers($$"""{"items":[],"nextPageUrl":"https://cdn.contentful.com/sync?sync_token=t{{page}}"}""");
        (await Should.ThrowAsync<VendorException>(() => Client().ChangesAsync(null, default))).Failure.ShouldBe(VendorFailure.Rejected);
        _contentful.Requests.Count.ShouldBeLessThanOrEqualTo(400);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData("soon", null)]
    public async Task Contentfuls_own_header_says_how_long_to_wait(string value, int? seconds)
    {
        _contentful.Answers(HttpStatusCode.TooManyRequests, """{"sys":{"type":"Error","id":"RateLimitExceeded"}}""", "application/json", ("X-Contentful-RateLimit-Reset", value));
        var thrown = await Should.ThrowAsync<VendorException>(() => Client().PageAsync("/", "en", false, default));
        (thrown.Failure, thrown.RetryAfter).ShouldBe((VendorFailure.RateLimited, seconds is { } wait ? TimeSpan.FromSeconds(wait) : null));
    }

    [Fact]
    public async Task Contentfuls_words_are_not_passed_on()
    {
        _contentful.Answers(HttpStatusCode.BadRequest, """{"sys":{"type":"Error","id":"InvalidQuery"},"message":"token_1 sale"}""");
        var thrown = await Should.ThrowAsync<VendorException>(() => Client().PageAsync("/", "en", false, default));
        thrown.Failure.ShouldBe(VendorFailure.Rejected);
        thrown.ToString().ShouldNotContain("token_1");
        thrown.Message.ShouldContain("InvalidQuery");
    }

    [Fact]
    public async Task A_spoiled_page_is_a_page_or_transient()
    {
        var pages = 0;
        foreach (var answer in Mutations.Of(Page))
        {
            var contentful = new StubVendor().Answers(Locales).Answers(answer).Answers(None).Answers(None);
            try
            {
                if (await Client(contentful).PageAsync("/summer/sale", "de", false, default) is { } page)
                {
                    pages++;
                    page.Blocks.ShouldAllBe(block => block.Type.Length > 0 || block.Id.Length > 0);
                }
            }
            catch (VendorException failure)
            {
                failure.Failure.ShouldBe(VendorFailure.Transient, answer);
            }
        }

        pages.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task Half_a_letter_is_unusable_and_a_huge_answer_too()
    {
        _contentful.Answers(Locales).Answers(Page.Replace("Beach", "\\ud800", StringComparison.Ordinal)).Answers(new string(' ', 5 << 20));
        for (var time = 0; time < 2; time++)
            (await Should.ThrowAsync<VendorException>(() => SharedClient().PageAsync("/", "en", false, default))).Failure.ShouldBe(VendorFailure.Transient);
    }

    [Fact]
    public async Task Entries_that_link_to_each_other_many_times_do_not_grow_without_end()
    {
        var links = string.Join(',', Enumerable.Range(0, 20).Select(id => $$$"""{"sys":{"type":"Link","linkType":"Entry","id":"e{{{id}}}"}}"""));
        var entries = string.Join(',', Enumerable.Range(0, 20).Select(id => $$$"""{"sys":{"id":"e{{{id}}}","type":"Entry","contentType":{"sys":{"id":"text"}} },"fields":{"all":[{{{links}}}]} }"""));
        _contentful.Answers(Locales).Answers($$$"""{"total":1,"items":[{"sys":{"id":"p","type":"Entry"},"fields":{"title":"T","blocks":[{{{links}}}]} }],"includes":{"Entry":[{{{entries}}}]} }""");
        var page = (await Client().PageAsync("/", "en", false, default))!;
        page.Blocks.Sum(block => block.Data.ToJsonString().Length).ShouldBeLessThan(1_000_000);
    }

    private IContent? _shared;

    private IContent SharedClient() => _shared ??= Client();

    private IContent Client(StubVendor? contentful = null) => (IContent)Vendors.Connect("contentful", new
    {
        spaceId = "s1",
        deliveryToken = "token_1",
        previewToken = "preview_1",
        blockTypes = new { productList = "products" },
    }, (contentful ?? _contentful).Client());
}
