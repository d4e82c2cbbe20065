using System.Text;

namespace Connectors.Tests.Kit;

public abstract partial class SearchContract
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sorting_by_a_number_goes_both_ways_and_is_stable_with_ties(bool descending)
    {
        await IndexAsync([.. Enumerable.Range(0, 60).Select(id => Document($"p{id:00}", "Tile", ("price", (long)(id * 7 % 5)), ("added", (long)id)))]);
        var query = Query("tile", limit: 60) with { Sort = new("price", descending) };
        var ids = await IdsAsync(query);
        ids.Select(id => int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture) * 7 % 5).ShouldBeInOrder(descending ? SortDirection.Descending : SortDirection.Ascending);
        (await IdsAsync(query)).ShouldBe(ids);
        (await WalkAsync(query, 7)).ShouldBe(ids);
    }

    [Fact]
    public async Task What_has_no_number_comes_last_both_ways()
    {
        await IndexAsync(Document("none", "Tile"), Document("low", "Tile", ("price", -1L)), Document("high", "Tile", ("price", 5L)));
        (await IdsAsync(Query() with { Sort = new("price", Descending: false) })).ShouldBe(["low", "high", "none"]);
        (await IdsAsync(Query() with { Sort = new("price", Descending: true) })).ShouldBe(["high", "low", "none"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("blue tile")]
    public async Task Cursors_walk_all_hits_exactly_once(string text)
    {
        await IndexAsync([.. Enumerable.Range(0, 83).Select(id => Document($"p{id}", id % 2 == 0 ? "Blue tile" : "Tile in blue", ("price", (long)(id % 3))))]);
        foreach (var sort in new[] { null, new SearchSort("price", Descending: true) })
        {
            foreach (var limit in new[] { 1, 10, 82, 83, 84 })
            {
                var ids = await WalkAsync(Query(text) with { Sort = sort }, limit);
                (ids.Count, ids.Distinct().Count()).ShouldBe((83, 83), $"{sort} by {limit}");
            }
        }
    }

    [Fact]
    public async Task A_cursor_keeps_to_its_filters_and_counts()
    {
        await IndexAsync([.. Enumerable.Range(0, 20).Select(id => Document($"p{id}", "Tile", ("brand", id < 12 ? "Acme" : "Borealis")))]);
        var query = Query("tile", limit: 5) with { Filters = [new SearchFilter.OneOf("brand", ["Acme"])], Facets = ["brand"] };
        var first = await FindAsync(query);
        var second = await FindAsync(query with { Cursor = first.NextCursor });
        (first.Total, second.Total).ShouldBe((12, 12));
        second.Facets["brand"].ShouldBe([new("Acme", 12)]);
        (await WalkAsync(query, 5)).Count.ShouldBe(12);
    }

    [Fact]
    public async Task The_cursor_of_another_query_is_rejected()
    {
        await IndexAsync([.. Enumerable.Range(0, 20).Select(id => Document($"p{id}", "Blue tile", ("price", (long)id), ("brand", "Acme")))]);
        var query = Query("tile", limit: 5);
        var cursor = (await FindAsync(query)).NextCursor.ShouldNotBeNull();
        foreach (var other in new[]
        {
            query with { Text = "blue" },
            query with { Sort = new("price", Descending: false) },
            query with { Filters = [new SearchFilter.OneOf("brand", ["Acme"])] },
            query with { Filters = [new SearchFilter.Between("price", 1, null)] },
            query with { Filters = [new SearchFilter.Between("price", null, 1)] },
        })
            (await FailureOf(() => FindAsync(other with { Cursor = cursor }))).ShouldBe(VendorFailure.Rejected, other.ToString());
    }

    [Fact]
    public async Task A_forged_cursor_is_rejected()
    {
        await IndexAsync([.. Enumerable.Range(0, 20).Select(id => Document($"p{id}", "Tile"))]);
        var query = Query("tile", limit: 5);
        var good = (await FindAsync(query)).NextCursor.ShouldNotBeNull();
        good.ShouldAllBe(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-' || letter == '_' || letter == '.', "a cursor travels in addresses as it is");
        var forged = Enumerable.Range(0, good.Length).Select(at => good[..at] + (good[at] == 'A' ? 'B' : 'A') + good[(at + 1)..])
            .Concat([.. Hostile, "", " ", "5", "-1", "99999999999999999999", good[1..], good[..^1], good + "A", good + good, Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"offset\":5}")), new string('A', 5000)]);
        foreach (var cursor in forged)
            (await FailureOf(() => FindAsync(query with { Cursor = cursor }))).ShouldBe(VendorFailure.Rejected, cursor);
    }

    [Fact]
    public async Task A_page_is_as_long_as_was_asked_for_up_to_the_limit()
    {
        var most = Search.Limits.MaxPage;
        await IndexAsync([.. Enumerable.Range(0, Math.Min(most + 1, 1001)).Select(id => Document($"p{id}", "Tile"))]);
        (await FindAsync(Query("tile", limit: 1))).Hits.Count.ShouldBe(1);
        (await FindAsync(Query("tile", limit: most))).Hits.Count.ShouldBe(Math.Min(most, 1001));
        foreach (var wrong in new[] { most + 1, 0, -1, int.MaxValue })
            (await FailureOf(() => FindAsync(Query("tile", limit: wrong)))).ShouldBe(VendorFailure.Rejected);
    }
}
