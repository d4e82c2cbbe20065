namespace Connectors.Tests.Kit;

public abstract partial class SearchContract
{
    [Fact]
    public async Task What_was_written_is_found_by_the_next_query()
    {
        await IndexAsync();
        for (var round = 0; round < 20; round++)
        {
            (await WriteAsync(First, Put(Document($"p{round}", $"Lantern number{round}")))).ShouldBeEmpty();
            (await IdsAsync($"number{round}")).ShouldContain($"p{round}");
            (await FindAsync(Query("lantern"))).Total.ShouldBe(round + 1);
        }
    }

    [Theory]
    [InlineData("kettle")]
    [InlineData("KETTLE")]
    [InlineData("kett")]
    [InlineData("  kettle  ")]
    [InlineData("Enamel kettle")]
    [InlineData("kettle enamel")]
    [InlineData("enamel kett")]
    [InlineData("kettle whistles")]
    [InlineData("camping")]
    [InlineData("kettle, (enamel)!")]
    [InlineData("crème")]
    [InlineData("CREME")]
    [InlineData("creme")]
    [InlineData("KT-4471/B")]
    [InlineData("kt-4471/b")]
    public async Task A_product_is_found_by_its_words_however_they_are_typed(string text)
    {
        await IndexAsync(
            Document("kettle", "Enamel Kettle, Crème", ("description", "Whistles when it boils."), ("tags", (string[])["camping", "tea"]), ("sku", "KT-4471/B")),
            Document("lamp", "Desk lamp", ("description", "Bends and turns."), ("sku", "LM-0092/C")));
        var page = await FindAsync(Query(text));
        page.Hits.Select(hit => hit.Id).ShouldBe(["kettle"]);
        page.Total.ShouldBe(1);
    }

    [Theory]
    [InlineData("keyboerd")]
    [InlineData("keybord")]
    [InlineData("keybaord")]
    [InlineData("keyboarrd")]
    [InlineData("leyboard")]
    [InlineData("mechanical keyborad")]
    [InlineData("mechanicl keyboard")]
    public async Task A_slip_of_one_letter_still_finds(string text)
    {
        await IndexAsync(Document("keyboard", "Mechanical keyboard"), Document("lamp", "Desk lamp"));
        (await IdsAsync(text)).ShouldBe(["keyboard"]);
    }

    [Fact]
    public async Task What_is_spelled_right_comes_before_what_is_alike()
    {
        await IndexAsync(Document("cable", "Cable", ("description", "table table table")), Document("table", "Table"), Document("fable", "Fable"));
        (await IdsAsync("table"))[0].ShouldBe("table");
    }

    [Theory]
    [InlineData("umbrella")]
    [InlineData("desk umbrella stand")]
    [InlineData("dxqk")]
    public async Task What_nobody_sells_is_not_found(string text)
    {
        await IndexAsync(Document("umbra", "Parasol"), Document("pen", "Fountain pen"));
        var page = await FindAsync(Query(text) with { Facets = ["brand"] });
        (page.Hits.Count, page.Total, page.NextCursor).ShouldBe((0, 0, null));
    }

    [Fact]
    public async Task The_best_match_comes_first_by_the_weight_of_the_field()
    {
        await IndexAsync(
            Document("mention", "Shelf", ("description", "Carries a teapot, another teapot and one more teapot")),
            Document("tagged", "Warmer", ("tags", (string[])["teapot"])),
            Document("itself", "Teapot", ("description", "Of clay")),
            Document("other", "Spoon"));
        var page = await FindAsync(Query("teapot"));
        page.Hits.Select(hit => hit.Id).ShouldBe(["itself", "tagged", "mention"]);
        page.Hits.Select(hit => hit.Score).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task Who_has_all_the_words_comes_before_who_has_some()
    {
        await IndexAsync(Document("blue", "Blue bowl"), Document("mug", "White mug"), Document("both", "Mug", ("description", "Glazed in blue")));
        (await IdsAsync("blue mug"))[0].ShouldBe("both");
    }

    [Fact]
    public async Task Words_that_matched_are_told_as_the_document_has_them()
    {
        await IndexAsync(Document("kettle", "Enamel Kettle"));
        var hit = (await FindAsync(Query("kett"))).Hits.ShouldHaveSingleItem();
        if (hit.Matched.Count > 0) hit.Matched.ShouldContain(word => string.Equals(word, "kettle", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task Empty_text_finds_everything(string text)
    {
        await IndexAsync(Document("a", "Lamp"), Document("b", "Lamp"), Document("c", "Kettle"));
        var page = await FindAsync(Query(text));
        page.Hits.Select(hit => hit.Id).ShouldBe(["a", "b", "c"], ignoreOrder: true);
        (page.Total, page.NextCursor).ShouldBe((3, null));
    }

    [Theory]
    [InlineData("wireless -mouse")]
    [InlineData("\"mouse wireless\"")]
    [InlineData("\"wireless mouse")]
    [InlineData("wireless AND mouse*")]
    [InlineData("*wireless (mouse")]
    [InlineData("title:wireless mouse")]
    public async Task Text_is_words_and_never_syntax(string text)
    {
        await IndexAsync(Document("mouse", "Wireless mouse", ("description", "title and or not near")), Document("lamp", "Desk lamp"));
        (await IdsAsync(text)).ShouldBe(["mouse"]);
    }

    [Fact]
    public async Task No_text_breaks_the_search()
    {
        await IndexAsync(Document("mouse", "Wireless mouse"));
        foreach (var text in Hostile.Concat(["\0", "\u200b", new string('a', 500), string.Join(' ', Enumerable.Repeat("mouse", 100)), "\ud83c", "a\nb", "%20", "+", "?x=1#y"]))
            (await FindAsync(Query(text) with { Facets = ["brand"] })).Total.ShouldBeInRange(0, 1, text);
    }

    [Fact]
    public async Task Suggestions_go_on_with_what_was_typed()
    {
        await IndexAsync(
            Document("1", "Wireless keyboard"), Document("2", "Keyboard cover"), Document("3", "Keyboard, mechanical"), Document("4", "Keyhole saw"), Document("5", "Lamp"));
        var suggestions = await Search.SuggestAsync(_index, "key", 5, CancellationToken.None);
        suggestions.Count.ShouldBeInRange(1, 5);
        suggestions.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(suggestions.Count);
        List<long> found = [];
        foreach (var suggestion in suggestions)
        {
            suggestion.Split(' ').ShouldContain(word => word.StartsWith("key", StringComparison.OrdinalIgnoreCase));
            found.Add((await FindAsync(Query(suggestion))).Total);
        }

        found.ShouldAllBe(total => total > 0);
        found[0].ShouldBe(found.Max());
        (await Search.SuggestAsync(_index, "key", 1, CancellationToken.None)).ShouldBe([suggestions[0]]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("qqqq")]
    [InlineData("\"-*`")]
    public async Task Nothing_to_go_on_with_is_no_suggestion(string typed)
    {
        await IndexAsync(Document("1", "Wireless keyboard"));
        (await Search.SuggestAsync(_index, typed, 5, CancellationToken.None)).ShouldBeEmpty();
    }
}
