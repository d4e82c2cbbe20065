namespace Connectors.Tests.Kit;

public abstract partial class SearchContract
{
    [Fact]
    public async Task A_rebuild_fills_a_generation_behind_the_readers_and_then_switches()
    {
        await IndexAsync(Document("old", "Kettle"), Document("both", "Kettle"));
        await PrepareAsync("g2");
        (await WriteAsync("g2", Put(Document("new", "Kettle")), Put(Document("both", "Kettle")))).ShouldBeEmpty();
        (await IdsAsync("kettle")).Order().ShouldBe(["both", "old"]);
        (await CurrentAsync()).ShouldBe(First);

        // The shop goes on selling meanwhile.
        (await WriteAsync(First, Drop("old"))).ShouldBeEmpty();
        (await IdsAsync("kettle")).ShouldBe(["both"]);

        await SwitchAsync("g2");
        (await CurrentAsync()).ShouldBe("g2");
        (await IdsAsync("kettle")).Order().ShouldBe(["both", "new"]);
    }

    [Fact]
    public async Task After_a_switch_the_generations_before_are_gone()
    {
        await IndexAsync(Document("a", "Kettle"));
        await PrepareAsync("abandoned");
        await PrepareAsync("g2");
        await SwitchAsync("g2");
        foreach (var gone in new[] { First, "abandoned" })
        {
            (await FailureOf(() => WriteAsync(gone, Put(Document("a", "Kettle"))))).ShouldBe(VendorFailure.Misconfigured);
            (await FailureOf(() => WriteAsync(gone, Drop("a")))).ShouldBe(VendorFailure.Misconfigured);
            (await FailureOf(() => SwitchAsync(gone))).ShouldBe(VendorFailure.Misconfigured);
        }

        (await FindAsync(Query())).Total.ShouldBe(0);
        (await CurrentAsync()).ShouldBe("g2");
    }

    [Fact]
    public async Task A_generation_of_an_old_name_begins_empty()
    {
        await IndexAsync(Document("a", "Kettle"));
        await PrepareAsync("g2");
        await SwitchAsync("g2");
        await PrepareAsync(First);
        await SwitchAsync(First);
        (await FindAsync(Query())).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Preparing_and_switching_twice_are_as_good_as_once()
    {
        await PrepareAsync(First);
        await WriteAsync(First, Put(Document("a", "Kettle")));
        await PrepareAsync(First);
        await SwitchAsync(First);
        await SwitchAsync(First);
        await PrepareAsync(First);
        (await IdsAsync("kettle")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Preparing_at_the_same_time_makes_one_generation()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PrepareAsync(First)));
        (await WriteAsync(First, Put(Document("a", "Kettle")))).ShouldBeEmpty();
        await SwitchAsync(First);
        (await IdsAsync("kettle")).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Another_generation_may_have_other_fields_and_weights()
    {
        await IndexAsync(Document("title", "Teapot"), Document("material", "Shelf", ("material", "teapot")));
        (await IdsAsync("teapot")).ShouldBe(["title"]);

        await Search.PrepareAsync(_index, "g2", [new("title", SearchFieldKind.Text, Weight: 1), new("material", SearchFieldKind.Text, Weight: 7), new("stock", SearchFieldKind.Number, Facet: true, Sort: true)], CancellationToken.None);
        await WriteAsync("g2", Put(Document("title", "Teapot", ("stock", 1L))), Put(Document("material", "Shelf", ("material", "teapot"), ("stock", 2L))));
        await SwitchAsync("g2");
        (await IdsAsync("teapot")).ShouldBe(["material", "title"]);
        (await IdsAsync(new SearchFilter.Between("stock", 2, null))).ShouldBe(["material"]);
        (await FailureOf(() => IdsAsync(new SearchFilter.OneOf("brand", ["Acme"])))).ShouldBe(VendorFailure.Rejected);
    }

    [Fact]
    public async Task Readers_never_meet_an_empty_page_while_generations_switch()
    {
        var documents = Enumerable.Range(0, 20).Select(id => Document($"p{id}", "Kettle")).ToArray();
        await IndexAsync(documents);
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var asked = 0;
            // A rebuild that fails ends the reading as well.
            for (; asked < 1_000_000 && !over.IsCancellationRequested; asked++) (await FindAsync(Query("kettle"))).Total.ShouldBe(20);
            return asked;
        })).ToArray();
        try
        {
            for (var generation = 2; generation < 10; generation++)
            {
                await PrepareAsync($"g{generation}");
                await WriteAsync($"g{generation}", [.. documents.Select(Put)]);
                await SwitchAsync($"g{generation}");
                (await CurrentAsync()).ShouldBe($"g{generation}");
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        (await Task.WhenAll(readers)).ShouldAllBe(asked => asked > 0);
    }

    [Fact]
    public async Task Indexes_do_not_touch_each_other_however_alike_their_names_are()
    {
        string[] names = [_index, $"{_index}_g1", $"{_index}-g1", $"{_index}.g1", $"{_index}_g1_g1", _index.ToUpperInvariant(), $"{_index} é/`?", $"{_index} é/`!"];
        foreach (var (name, at) in names.Select((name, at) => (name, at)))
        {
            await Search.PrepareAsync(name, "g1", Fields, CancellationToken.None);
            await Search.WriteAsync(name, "g1", [Put(Document($"p{at}", "Kettle"))], CancellationToken.None);
            await Search.SwitchAsync(name, "g1", CancellationToken.None);
        }

        foreach (var (name, at) in names.Select((name, at) => (name, at)))
        {
            (await IdsAsync(Query("kettle") with { Index = name })).ShouldBe([$"p{at}"], name);
            (await Search.CurrentAsync(name, CancellationToken.None)).ShouldBe("g1", name);
        }
    }

    [Fact]
    public async Task Generations_do_not_touch_each_other_however_alike_their_names_are()
    {
        string[] names = ["2026-11-21T10:00:00Z", "2026-11-21T10.00.00Z", "2026_11", "2026-11", "G", "g"];
        foreach (var (name, at) in names.Select((name, at) => (name, at)))
        {
            await PrepareAsync(name);
            await WriteAsync(name, Put(Document($"p{at}", "Kettle")));
        }

        await SwitchAsync(names[1]);
        (await CurrentAsync()).ShouldBe(names[1]);
        (await IdsAsync("kettle")).ShouldBe(["p1"]);
    }

    [Fact]
    public async Task An_index_without_a_generation_is_misconfigured_to_readers()
    {
        (await CurrentAsync()).ShouldBeNull();
        (await FailureOf(() => FindAsync(Query()))).ShouldBe(VendorFailure.Misconfigured);
        (await FailureOf(() => Search.SuggestAsync(_index, "kett", 5, CancellationToken.None))).ShouldBe(VendorFailure.Misconfigured);
        (await VersionsAsync("a")).ShouldBeEmpty();

        // Prepared is not switched to.
        await PrepareAsync(First);
        (await CurrentAsync()).ShouldBeNull();
        (await FailureOf(() => FindAsync(Query()))).ShouldBe(VendorFailure.Misconfigured);
    }

    [Fact]
    public async Task A_generation_that_was_not_prepared_takes_nothing()
    {
        await IndexAsync(Document("a", "Kettle"));
        (await FailureOf(() => WriteAsync("g2", Put(Document("b", "Kettle"))))).ShouldBe(VendorFailure.Misconfigured);
        (await FailureOf(() => SwitchAsync("g2"))).ShouldBe(VendorFailure.Misconfigured);
        (await IdsAsync("kettle")).ShouldBe(["a"]);
    }

    private Task<string?> CurrentAsync() => Search.CurrentAsync(_index, CancellationToken.None);
}
