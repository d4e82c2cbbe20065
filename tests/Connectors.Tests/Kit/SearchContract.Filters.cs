using System.Globalization;

namespace Connectors.Tests.Kit;

public abstract partial class SearchContract
{
    private const long Large = 9_000_000_000_000_000;

    private static IReadOnlyList<SearchDocument> Shelf { get; } =
    [
        Document("mug", "Blue mug", ("brand", "Acme"), ("categories", (string[])["kitchen", "gifts"]), ("price", 900L), ("available", true)),
        Document("bowl", "Blue bowl", ("brand", "Acme"), ("categories", (string[])["kitchen"]), ("price", 1500L), ("available", false)),
        Document("lamp", "Blue lamp", ("brand", "Borealis"), ("categories", (string[])["light"]), ("price", 4900L), ("available", true)),
        Document("rug", "Red rug", ("brand", "Borealis"), ("categories", (string[])["floor", "gifts"]), ("price", 0L), ("available", true)),
        Document("plain", "Red thing"),
    ];

    [Fact]
    public async Task Facets_are_counted_among_what_matches_text_and_filters()
    {
        await IndexAsync([.. Shelf]);
        var all = await FacetsAsync(Query());
        all["brand"].ShouldBe([new("Acme", 2), new("Borealis", 2)], ignoreOrder: true);
        all["categories"].ShouldBe([new("kitchen", 2), new("gifts", 2), new("light", 1), new("floor", 1)], ignoreOrder: true);
        all["available"].ShouldBe([new("true", 3), new("false", 1)]);

        var blue = await FacetsAsync(Query("blue"));
        blue["brand"].ShouldBe([new("Acme", 2), new("Borealis", 1)]);
        blue["available"].ShouldBe([new("true", 2), new("false", 1)]);

        var filtered = await FacetsAsync(Query("blue") with { Filters = [new SearchFilter.OneOf("categories", ["kitchen"]), new SearchFilter.Flag("available", true)] });
        filtered["brand"].ShouldBe([new("Acme", 1)]);
        filtered["categories"].ShouldBe([new("kitchen", 1), new("gifts", 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task Facets_are_counted_over_everything_and_not_over_the_page()
    {
        await IndexAsync([.. Enumerable.Range(0, 30).Select(id => Document($"p{id}", "Tile", ("brand", id < 20 ? "Acme" : "Borealis")))]);
        (await FacetsAsync(Query("tile", limit: 1)))["brand"].ShouldBe([new("Acme", 20), new("Borealis", 10)]);
    }

    [Fact]
    public async Task No_more_facet_values_than_asked_for_and_the_most_frequent_first()
    {
        await IndexAsync([.. Enumerable.Range(0, 21).Select(id => Document($"p{id}", "Tile", ("brand", id < 12 ? "Most" : id < 18 ? "Middle" : $"Few {id}")))]);
        (await FacetsAsync(Query() with { FacetValues = 2 }))["brand"].ShouldBe([new("Most", 12), new("Middle", 6)]);
    }

    [Fact]
    public async Task Facets_that_were_not_asked_for_are_not_counted()
    {
        await IndexAsync([.. Shelf]);
        (await FindAsync(Query())).Facets.ShouldBeEmpty();
        (await FindAsync(Query() with { Facets = ["brand"] })).Facets.Keys.ShouldBe(["brand"]);
    }

    [Fact]
    public async Task One_of_the_values_or_none_of_them()
    {
        await IndexAsync([.. Shelf]);
        (await SortedIdsAsync(new SearchFilter.OneOf("brand", ["Acme"]))).ShouldBe(["bowl", "mug"]);
        (await SortedIdsAsync(new SearchFilter.OneOf("categories", ["gifts", "light"]))).ShouldBe(["lamp", "mug", "rug"]);
        (await SortedIdsAsync(new SearchFilter.OneOf("categories", ["gifts"], Not: true))).ShouldBe(["bowl", "lamp", "plain"]);
        (await SortedIdsAsync(new SearchFilter.OneOf("brand", ["Acme", "Borealis"], Not: true))).ShouldBe(["plain"]);
        (await SortedIdsAsync(new SearchFilter.OneOf("brand", ["Acme"]), new SearchFilter.OneOf("categories", ["gifts"], Not: true))).ShouldBe(["bowl"]);
        (await SortedIdsAsync(new SearchFilter.OneOf("brand", ["Unknown"]))).ShouldBeEmpty();
        (await SortedIdsAsync(new SearchFilter.OneOf("brand", []))).ShouldBeEmpty();
        (await SortedIdsAsync(new SearchFilter.OneOf("brand", [], Not: true))).Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(900L, 1500L, "bowl mug")]
    [InlineData(901L, null, "bowl lamp")]
    [InlineData(null, 900L, "mug rug")]
    [InlineData(null, null, "bowl lamp mug rug")]
    [InlineData(-5L, 0L, "rug")]
    [InlineData(1500L, 900L, "")]
    public async Task Between_has_both_ends_and_either_may_be_open(long? from, long? to, string ids)
    {
        await IndexAsync([.. Shelf]);
        (await SortedIdsAsync(new SearchFilter.Between("price", from, to))).ShouldBe(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_flag_is_set_or_not()
    {
        await IndexAsync([.. Shelf]);
        (await SortedIdsAsync(new SearchFilter.Flag("available", true))).ShouldBe(["lamp", "mug", "rug"]);
        (await SortedIdsAsync(new SearchFilter.Flag("available", false))).ShouldBe(["bowl"]);
    }

    [Fact]
    public async Task Numbers_beyond_32_bits_keep_every_digit()
    {
        await IndexAsync([.. Enumerable.Range(-2, 5).Select(step => Document($"p{step}", "Ring", ("price", Large + step), ("added", -Large + step)))]);
        (await SortedIdsAsync(new SearchFilter.Between("price", Large, Large))).ShouldBe(["p0"]);
        (await SortedIdsAsync(new SearchFilter.Between("price", Large + 1, null))).ShouldBe(["p1", "p2"]);
        (await IdsAsync(Query() with { Sort = new("price", Descending: true) })).ShouldBe(["p2", "p1", "p0", "p-1", "p-2"]);
        (await IdsAsync(Query() with { Sort = new("added", Descending: false) })).ShouldBe(["p-2", "p-1", "p0", "p1", "p2"]);
    }

    [Fact]
    public async Task Values_in_filters_are_values_and_never_syntax()
    {
        await IndexAsync([.. Hostile.Select((value, at) => Document($"p{at}", "Thing", ("brand", value), ("categories", (string[])[value, "all"])))]);
        for (var at = 0; at < Hostile.Count; at++)
        {
            (await IdsAsync(new SearchFilter.OneOf("brand", [Hostile[at]]))).ShouldBe([$"p{at}"], Hostile[at]);
            (await IdsAsync(new SearchFilter.OneOf("categories", [Hostile[at]]))).ShouldBe([$"p{at}"], Hostile[at]);
            (await IdsAsync(new SearchFilter.OneOf("brand", [Hostile[at]], Not: true))).Count.ShouldBe(Hostile.Count - 1, Hostile[at]);
        }

        (await IdsAsync(new SearchFilter.OneOf("brand", Hostile))).Count.ShouldBe(Hostile.Count);
        var page = await FindAsync(Query() with { Facets = ["brand"], FacetValues = 100 });
        page.Facets["brand"].ShouldBe(Hostile.Select(value => new FacetCount(value, 1)), ignoreOrder: true);
    }

    [Theory]
    [InlineData("Acme`] || brand:!=[`x")]
    [InlineData("x' OR '1'='1")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("Acme, Borealis")]
    [InlineData("acme")]
    [InlineData("Acm")]
    public async Task A_value_that_no_product_has_finds_nothing(string value)
    {
        await IndexAsync([.. Shelf]);
        (await IdsAsync(new SearchFilter.OneOf("brand", [value]))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_values_in_one_filter_are_possible()
    {
        await IndexAsync([.. Shelf]);
        var values = Enumerable.Range(0, 500).Select(at => string.Create(CultureInfo.InvariantCulture, $"A brand with a rather long name, number {at}")).Append("Acme").ToList();
        (await SortedIdsAsync(new SearchFilter.OneOf("brand", values))).ShouldBe(["bowl", "mug"]);
    }

    [Fact]
    public async Task A_field_that_cannot_be_used_so_is_rejected()
    {
        await IndexAsync([.. Shelf]);
        (await FailureOf(() => FindAsync(Query() with { Filters = [new SearchFilter.OneOf("colour`:=x", ["red"])] }))).ShouldBe(VendorFailure.Rejected);
        (await FailureOf(() => FindAsync(Query() with { Filters = [new SearchFilter.Between("colour", 1, 2)] }))).ShouldBe(VendorFailure.Rejected);
        (await FailureOf(() => FindAsync(Query() with { Facets = ["title"] }))).ShouldBe(VendorFailure.Rejected);
        (await FailureOf(() => FindAsync(Query() with { Sort = new("brand", false) }))).ShouldBe(VendorFailure.Rejected);
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<FacetCount>>> FacetsAsync(SearchQuery query)
    {
        var facets = (await FindAsync(query with { Facets = ["brand", "categories", "available"] })).Facets;
        foreach (var counts in facets.Values) counts.Select(value => value.Count).ShouldBeInOrder(SortDirection.Descending);
        return facets;
    }
}
