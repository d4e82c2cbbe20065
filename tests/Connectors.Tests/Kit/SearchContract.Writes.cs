namespace Connectors.Tests.Kit;

public abstract partial class SearchContract
{
    [Fact]
    public async Task An_upsert_replaces_the_whole_document()
    {
        await IndexAsync(Document("p1", "Kettle", ("description", "Whistles"), ("brand", "Acme"), ("price", 100L)));
        (await WriteAsync(First, Put(Document("p1", 2, "Teapot")))).ShouldBeEmpty();
        (await IdsAsync("teapot")).ShouldBe(["p1"]);
        (await IdsAsync("kettle")).ShouldBeEmpty();
        (await IdsAsync("whistles")).ShouldBeEmpty();
        (await IdsAsync(new SearchFilter.OneOf("brand", ["Acme"]))).ShouldBeEmpty();
        (await IdsAsync(new SearchFilter.Between("price", 0, null))).ShouldBeEmpty();
        (await FindAsync(Query())).Total.ShouldBe(1);
    }

    [Fact]
    public async Task An_upsert_twice_is_as_good_as_once()
    {
        await IndexAsync();
        for (var time = 0; time < 2; time++) (await WriteAsync(First, Put(Document("p1", "Kettle")))).ShouldBeEmpty();
        (await IdsAsync("kettle")).ShouldBe(["p1"]);
    }

    [Fact]
    public async Task What_was_deleted_is_not_found_and_can_be_deleted_again()
    {
        await IndexAsync(Document("p1", "Kettle", ("brand", "Acme")), Document("p2", "Kettle", ("brand", "Acme")));
        for (var time = 0; time < 2; time++)
        {
            (await WriteAsync(First, Drop("p1"), Drop("never-there"))).ShouldBeEmpty();
            var page = await FindAsync(Query("kettle") with { Facets = ["brand"] });
            (page.Hits.ShouldHaveSingleItem().Id, page.Total).ShouldBe(("p2", 1));
            page.Facets["brand"].ShouldBe([new("Acme", 1)]);
        }
    }

    [Fact]
    public async Task Writes_take_effect_in_the_order_given()
    {
        await IndexAsync(Document("old", "Kettle"));
        (await WriteAsync(First,
            Put(Document("a", 1, "Lamp")), Drop("a"), Put(Document("a", 2, "Rug")), Put(Document("a", 3, "Bowl")),
            Put(Document("b", 1, "Lamp")), Drop("old"), Drop("b"), Drop("c"), Put(Document("c", 1, "Mug")))).ShouldBeEmpty();
        (await IdsAsync("")).Order().ShouldBe(["a", "c"]);
        (await IdsAsync("bowl")).ShouldBe(["a"]);
        (await VersionsAsync("a", "b", "c", "old")).ShouldBe(new Dictionary<string, long> { ["a"] = 3, ["c"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public async Task Any_text_may_be_an_id()
    {
        string[] ids = [.. Hostile, "a/b", "../x", "?q=1", "a#b", "%2F", "id:[x]", "+"];
        await IndexAsync([.. ids.Select((id, at) => Document(id, at + 1, "Thing"))]);
        (await IdsAsync("thing")).Order(StringComparer.Ordinal).ShouldBe(ids.Order(StringComparer.Ordinal));
        (await VersionsAsync(ids)).ShouldBe(ids.Select((id, at) => KeyValuePair.Create(id, at + 1L)), ignoreOrder: true);
        foreach (var id in ids) (await VersionsAsync(id)).Keys.ShouldBe([id]);
        foreach (var id in ids.Take(ids.Length / 2)) (await WriteAsync(First, Drop(id))).ShouldBeEmpty();
        (await IdsAsync("thing")).Order(StringComparer.Ordinal).ShouldBe(ids.Skip(ids.Length / 2).Order(StringComparer.Ordinal));
        (await WriteAsync(First, [.. ids.Select(Drop)])).ShouldBeEmpty();
        (await FindAsync(Query())).Total.ShouldBe(0);
    }

    [Fact]
    public async Task A_document_that_is_too_large_is_refused_for_good_and_the_rest_is_written()
    {
        await IndexAsync();
        var refused = await WriteAsync(First, Put(Document("a", "Kettle")), Put(Document("huge", "Kettle", ("description", new string('x', Search.Limits.MaxDocumentBytes + 1)))), Put(Document("b", "Kettle")));
        var refusal = refused.ShouldHaveSingleItem();
        (refusal.Id, refusal.Permanent, refusal.Why).ShouldBe(("huge", true, "too_large"));
        (await IdsAsync("kettle")).Order().ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_document_with_values_of_another_kind_is_refused_for_good_and_the_rest_is_written()
    {
        await IndexAsync();
        var refused = await WriteAsync(First,
            Put(Document("a", "Kettle")), Put(Document("words", "Kettle", ("price", "twelve"))), Put(Document("list", "Kettle", ("available", (string[])["yes"]))), Put(Document("b", "Kettle")));
        refused.Select(refusal => (refusal.Id, refusal.Permanent)).ShouldBe([("words", true), ("list", true)], ignoreOrder: true);
        refused.ShouldAllBe(refusal => !string.IsNullOrEmpty(refusal.Why) && !refusal.Why.Contains("twelve", StringComparison.Ordinal));
        (await IdsAsync("kettle")).Order().ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_batch_is_as_long_as_the_limit_and_no_longer()
    {
        await IndexAsync();
        var writes = Enumerable.Range(0, Search.Limits.MaxBatch + 1).Select(id => Put(Document($"p{id}", "Tile"))).ToArray();
        (await FailureOf(() => WriteAsync(First, writes))).ShouldBe(VendorFailure.Rejected);
        (await FindAsync(Query())).Total.ShouldBe(0);
        (await WriteAsync(First, writes[..^1])).ShouldBeEmpty();
        (await FindAsync(Query())).Total.ShouldBe(Search.Limits.MaxBatch);
        (await WriteAsync(First)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Versions_are_those_of_the_documents_readers_see()
    {
        await IndexAsync(Document("a", 3, "Lamp"), Document("b", 9_000_000_000_000, "Lamp"));
        await PrepareAsync("g2");
        await WriteAsync("g2", Put(Document("a", 4, "Lamp")));
        (await VersionsAsync("a", "b", "missing")).ShouldBe(new Dictionary<string, long> { ["a"] = 3, ["b"] = 9_000_000_000_000 }, ignoreOrder: true);
        await WriteAsync(First, Put(Document("a", 5, "Lamp")));
        (await VersionsAsync("a")).ShouldBe(new Dictionary<string, long> { ["a"] = 5 });
        (await VersionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Versions_of_many_documents_are_told_at_once()
    {
        await IndexAsync([.. Enumerable.Range(0, 700).Select(id => Document($"p{id}", id + 1, "Tile"))]);
        var versions = await VersionsAsync([.. Enumerable.Range(0, 1000).Select(id => $"p{id}")]);
        versions.Count.ShouldBe(700);
        versions.ShouldAllBe(pair => pair.Key == $"p{pair.Value - 1}");
    }

    [Fact]
    public async Task What_shoppers_did_is_taken_even_about_documents_that_are_gone()
    {
        await IndexAsync(Document("a", "Lamp"));
        var at = new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);
        string[] did = ["view", "click", "add", "purchase"];
        await Search.RecordAsync(_index, [.. did.Select(action => new ShopperAction(action, "a", "shopper-1", "lamp", at)), .. did.Select(action => new ShopperAction(action, "gone", "shopper-1", null, at))], CancellationToken.None);
        await Search.RecordAsync(_index, [], CancellationToken.None);
    }

    private Task<IReadOnlyDictionary<string, long>> VersionsAsync(params string[] ids) => Search.VersionsAsync(_index, ids, CancellationToken.None);
}
